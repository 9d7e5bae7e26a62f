"""A tester's words → sentences of the public library that may mean the same. Pure.

Only whole, unmistakable phrases are rewritten; whether a pack knows the sentence that comes out is asked of
behave itself. What is not known stays as the tester wrote it, and a person does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})  # noqa: RUF001
_SINGLE = re.compile(r"(?<!\w)'([^'\"]+)'(?!\w)")
_Q = r'"([^"]+)"'
_KIND = r"(?: (?:button|link|tab|menu|option|field|box|check ?box|list|drop-?down|page|screen))?"
_CLICK = r"(?:click|click on|press|hit)"
_INTO = r"(?:in|into|in to)"
_CHECK = r"(?:(?:check|verify|confirm)(?: that)? )?(?:the )?"
_SHOWN = r"(?:(?:is|should be) (?:shown|displayed|visible|seen)|appears)(?: on (?:the )?(?:screen|page))?"

_REWRITES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), tuple(results))
    for pattern, *results in (
        (rf"(?:open|go to|navigate to|browse to|visit)(?: the)?{_KIND} {_Q}{_KIND}", r'I open "\1"'),
        (rf"(?:{_CLICK}|select|choose)(?: the)? {_Q} button", r'I press "\1"'),
        (rf"(?:{_CLICK}|follow|select)(?: the)? {_Q} link", r'I follow "\1"'),
        (rf"(?:{_CLICK}|follow|select)(?: the)? link {_Q}", r'I follow "\1"'),
        (rf"(?:{_CLICK}|select|open)(?: the)? {_Q} (?:tab|menu|option)", r'I click "\1"'),
        (rf"{_CLICK}(?: the)?(?: button)? {_Q}", r'I press "\1"', r'I click "\1"'),
        (
            rf"(?:enter|type|key in|input|put) {_Q} {_INTO}(?: the)?{_KIND} {_Q}{_KIND}",
            r'I fill in "\2" with "\1"',
        ),
        (
            rf"(?:fill in|complete|set)(?: the)?{_KIND} {_Q}{_KIND} (?:with|to|as) {_Q}",
            r'I fill in "\1" with "\2"',
        ),
        (
            rf"(?:select|choose|pick) {_Q} (?:from|in)(?: the)?{_KIND} {_Q}{_KIND}",
            r'I choose "\1" in "\2"',
        ),
        (rf"tick(?: the)?{_KIND} {_Q}{_KIND}", r'I tick "\1"'),
        (rf"untick(?: the)?{_KIND} {_Q}{_KIND}", r'I untick "\1"'),
        (
            r"(?:log|sign) ?in(?: to the system)? as (?:an? |the )?([\w -]+)",
            r"I am signed in as a \1",
            r"I am signed in as \1",
        ),
        (r"(?:log|sign) ?(?:out|off)", "I sign out"),
        (rf"{_CHECK}message {_Q} {_SHOWN}", r'I see the message "\1"'),
        (rf"{_CHECK}error(?: message)? {_Q} {_SHOWN}", r'I see the error "\1"'),
        (rf"{_CHECK}(?:text )?{_Q} {_SHOWN}", r'I see "\1"'),
        (rf"(?:should )?see {_Q}", r'I see "\1"'),
        (rf"{_CHECK}{_Q} (?:is|should) not (?:be )?(?:shown|displayed|visible|seen)", r'I do not see "\1"'),
        (rf"{_CHECK}{_Q}{_KIND} (?:is|should be|shows) {_Q}", r'"\1" is "\2"'),
        (rf"{_CHECK}{_Q}{_KIND} (?:is|should be|shows) (-?£?[\d,]+(?:\.\d\d)?)", r'"\1" is \2'),
    )
)


def candidates(text: str) -> Iterator[str]:
    """The text as a sentence, likeliest first; each once.

    The text itself, without its full stop, with straight quotation marks, with "I" in front, and what the
    usual phrases of test scripts say in the library's words.
    """
    plain = " ".join(text.translate(_QUOTES).split())
    plain = _SINGLE.sub(r'"\1"', plain).rstrip(".").strip()
    seen: dict[str, None] = {" ".join(text.split()): None, plain: None}
    for start in ("I ", "the "):
        if plain and not plain.lower().startswith(start.lower()):
            seen[f"{start}{plain[0].lower()}{plain[1:]}"] = None
    if plain[:1].isupper():
        seen[f"{plain[0].lower()}{plain[1:]}"] = None
    core = re.sub(r"^(?:please |then |now |user |the user |you |i )+", "", plain, flags=re.IGNORECASE)
    core = re.sub(r"^(\w+?)(?:s|es)(?= )", lambda m: _stem(m[0], m[1]), core)
    for pattern, results in _REWRITES:
        match = pattern.fullmatch(core)
        if match:
            seen.update(dict.fromkeys(match.expand(result) for result in results))
    yield from (each for each in seen if each)


_VERBS = frozenset(
    {"click", "open", "enter", "type", "select", "choose", "tick", "untick", "press", "follow", "see"}
)


def _stem(word: str, stem: str) -> str:
    """`clicks` → `click`, where the stem is a verb of the table; else the word as it is."""
    for verb in (stem, word[:-1], word[:-2]):
        if verb.lower() in _VERBS:
            return verb
    return word
