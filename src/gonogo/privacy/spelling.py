"""The ways text is written inside other text: percent codes, entities, escapes; and how to read it plainly."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

GAP = r"(?:[ \t\u00a0\-]|%20|%2D|\+|&nbsp;|&#160;|\\u00a0)"
"""What may stand between two groups of digits or letters, in any of these spellings."""

REACH = 80
"""Characters on either side of an escape that are read together with it."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|&[#A-Za-z]|\\u[0-9A-Fa-f]{4}|\\/")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|data|dfn|em|font|i|kbd|label|mark|q|s|samp|small|span|strong|sub|sup|time|u"
    r"|var|wbr|r|t|rpr|w:(?!p\b|br\b|tab\b|tc\b|tr\b)[\w]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_LEFT = re.compile(r"(?:\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&[a-z]+;)$")


def is_edge(text: str, start: int) -> bool:
    r"""Whether a word may begin at `start`: after no letter or digit, or after one that belongs to an escape."""
    if start == 0 or not text[start - 1].isalnum():
        return True
    return bool(_LEFT.search(text[max(0, start - 8) : start]))


def plain(text: str) -> str:
    """The text with percent codes, entities and escapes read, as a browser or parser would show it."""
    if "\\u" in text:
        text = unescaped(text)
    return html.unescape(unquote(text, errors="surrogateescape")) if "%" in text or "&" in text else text


def unescaped(text: str) -> str:
    r"""JSON's `\uXXXX` as the characters they stand for, but for those that mean something in JSON."""

    def character(match: re.Match[str]) -> str:
        value = chr(int(match[1], 16))
        return value if value.isprintable() and value not in '"\\' else match[0]

    return _ESCAPE.sub(character, text)


def views(text: str) -> tuple[str, ...]:
    """Other ways to read the same text in which something may show that is hidden in it as it stands."""
    found = []
    around_escapes = _around(_ENCODED, text)
    if around_escapes:
        found.append(plain(around_escapes))
    if _INLINE.search(text):
        found.append(plain(_TAG.sub("\n", _INLINE.sub("", text))))
    return tuple(found)


def _around(pattern: re.Pattern[str], text: str) -> str:
    """The text near every match: what is written with an escape has that escape in it or beside it."""
    pieces = []
    low = high = 0
    for match in pattern.finditer(text):
        if match.start() - REACH > high:
            pieces.append(text[low:high])
            low = max(0, match.start() - REACH)
        high = match.end() + REACH
    pieces.append(text[low:high])
    return "\n".join(piece for piece in pieces if piece)
