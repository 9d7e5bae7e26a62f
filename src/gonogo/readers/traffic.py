"""What the browsers of other stages were answered, kept so that it can be judged and holds nobody's data.

One line of JSON for each kind of answer. Of an answer is kept what the passive rules look at: method, path, status,
and those headers, in the form the rules need. Values never are: not of cookies, not of queries, not of what stands
in a page. What the rules find in a page's body is found while there is a body, and only that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from gonogo.model import Record, to_line
from gonogo.readers.answers import Answer, Seen
from gonogo.readers.fingerprints import keyless_path, query_names
from gonogo.readers.site_map import is_page_path

FILE = "traffic.jsonl"
"""Below the `raw/` folder of a stage that drives browsers."""

HIDDEN = "{personal}"
"""Stands in a path for a part that shows personal data."""

_PAGES = ("text/html", "application/xhtml", "application/json", "application/xml", "text/xml")
_AS_THEY_ARE = ("server",)
_BY_PRESENCE = (
    "permissions-policy", "referrer-policy", "strict-transport-security", "x-frame-options", "x-powered-by",
)  # fmt: skip
_COUNTED_SOURCES = frozenset({"default-src", "script-src"})
_VALUE = "removed"


class RecordedAnswer(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.traffic/1"):
    """One kind of answer, as a line of `traffic.jsonl`.

    Attributes:
        path: one path of this kind; what may be a key or is personal is replaced by a word in braces.
        names: names of the query's parameters, sorted, without the volatile ones; never their values.
        headers: those the passive rules look at, sorted, in the form they need.
        faults: what the rules on bodies found.
    """

    method: str
    path: str
    status: int
    names: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    is_secure: bool = False
    faults: tuple[Seen, ...] = ()

    @property
    def answer(self) -> Answer:
        """As the passive rules take it."""
        return Answer(
            method=self.method,
            path=self.path,
            status=self.status,
            headers=self.headers,
            is_secure=self.is_secure,
            faults=self.faults,
        )


class Traffic(NamedTuple):
    """What a file holds; `unreadable` counts the lines that are none."""

    answers: tuple[RecordedAnswer, ...]
    unreadable: int = 0


_decoder = msgspec.json.Decoder(RecordedAnswer)


def record_of(
    answer: Answer, query: str, faults: tuple[Seen, ...], is_personal: Callable[[str], bool]
) -> RecordedAnswer:
    """What is kept of an answer.

    Args:
        answer: as it came.
        query: of the request's address; only names are taken from it.
        faults: what the rules on bodies found.
        is_personal: whether a text shows personal data.
    """
    return RecordedAnswer(
        method=answer.method,
        path=_kept_path(answer.path, is_personal),
        status=answer.status,
        names=tuple(
            name for name in query_names(query) if name == keyless_path(name) and not is_personal(name)
        ),
        headers=kept_headers(answer.headers),
        is_secure=answer.is_secure,
        faults=faults,
    )


def kept_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers that the passive rules look at, without the values of cookies, keys and digests."""
    return tuple(sorted({kept for name, value in headers for kept in _kept_header(name.lower(), value)}))


def read_traffic(data: bytes) -> Traffic:
    """Every line of a file that can be read, each once, in a fixed order."""
    found: dict[bytes, RecordedAnswer] = {}
    unreadable = 0
    for line in data.splitlines():
        try:
            recorded = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            unreadable += 1
            continue
        found[to_line(recorded)] = recorded
    return Traffic(tuple(recorded for _, recorded in sorted(found.items())), unreadable)


def visited(answers: Iterable[RecordedAnswer]) -> tuple[str, ...]:
    """Addresses of pages and data that were shown, to be asked for again: paths, with empty values in the query.

    Those whose path is not kept whole cannot be asked for and are left out; so is what is no page, such as a picture.
    """
    return tuple(sorted({_target(recorded) for recorded in answers if _is_shown(recorded)}))


def _is_shown(recorded: RecordedAnswer) -> bool:
    kind = next((value for name, value in recorded.headers if name == "content-type"), "")
    return (
        recorded.method == "GET"
        and recorded.status == 200
        and kind.startswith(_PAGES)
        and not {"{", "["} & set(recorded.path)  # a part taken out, here or when the evidence was sealed
        and is_page_path(recorded.path)
    )


def _target(recorded: RecordedAnswer) -> str:
    query = urlencode([(name, "") for name in recorded.names])
    return quote(recorded.path) + (f"?{query}" if query else "")


def _kept_path(path: str, is_personal: Callable[[str], bool]) -> str:
    kept = keyless_path(path)
    if not is_personal(kept):
        return kept
    kept = "/".join(HIDDEN if is_personal(part) else part for part in kept.split("/"))
    # Several parts together may say what none of them says alone.
    return f"/{HIDDEN}" if is_personal(kept) else kept


def _kept_header(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "set-cookie":
        yield from ((name, cookie) for cookie in _kept_cookies(value))
    elif name == "content-security-policy":
        yield name, _kept_policy(value)
    elif name == "content-type":
        yield name, value.partition(";")[0].strip().lower()
    elif name == "x-content-type-options":
        yield name, "nosniff" if value.strip().lower() == "nosniff" else ""
    elif name == "access-control-allow-origin":
        yield name, "*" if value.strip() == "*" else ""
    elif name in _AS_THEY_ARE:
        yield name, value.strip()
    elif name in _BY_PRESENCE:
        yield name, ""


def _kept_cookies(line: str) -> Iterator[str]:
    """Cookies by name and what protects them; `removed` stands for a value, nothing where there was none."""
    try:
        jar = SimpleCookie(line)
    except CookieError:
        return
    for name, cookie in jar.items():
        parts = [f"{name}={_VALUE if cookie.value else ''}"]
        parts += ["HttpOnly"] if cookie["httponly"] else []
        parts += ["Secure"] if cookie["secure"] else []
        parts += [f"SameSite={cookie['samesite'].capitalize()}"] if cookie["samesite"] else []
        parts += ["Max-Age=0"] if cookie["max-age"] == "0" else []
        yield "; ".join(parts)


def _kept_policy(policy: str) -> str:
    directives = []
    for part in policy.split(";"):
        name, *words = part.split() or [""]
        if name:
            kept = map(_without_digest, words) if name.lower() in _COUNTED_SOURCES else ()
            directives.append(" ".join([name.lower(), *kept]))
    return "; ".join(directives)


def _without_digest(word: str) -> str:
    """`'nonce-r4nd0m'` → `'nonce-'`: the random part is another one in every answer."""
    kind, dash, _ = word.lower().partition("-")
    return f"{kind}-'" if dash and kind in ("'nonce", "'sha256", "'sha384", "'sha512") else word.lower()
