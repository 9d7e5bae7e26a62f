"""What a guard lets through: exact origins, and never the paths that would end the session or do harm.

The comparison is by text on purpose. An address that is merely spelt otherwise (`127.1` for
`127.0.0.1`, a trailing dot, a user name in front) may well lead to the same place; nothing honest
needs it, so it is refused instead of being understood.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}

REFUSED_BY_DEFAULT: tuple[str, ...] = (
    r"(sign|log)[-_]?(out|off)\b",
    r"passw(or)?d",
    r"\b(delete|remove|destroy|purge|retire)\b",
    r"\b(deactivate|disable|suspend|revoke|unlock)\b",
    r"\b(shut[-_]?down|restart|reboot)\b",
    r"\?(.*[&;])?[@:]?action=(log[-_]?out|sign[-_]?out|delete|remove|retire|restore)",
)
"""Paths no scanner may touch: they end the session, lock people out, or cannot be undone."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Scheme, host and port, as text: two origins are the same only when all three are."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """The origin of an address.

        Raises:
            ValueError: not http(s), no host, a host that is not plain ASCII or ends in a dot, a user
                name or password, or a port that is no port. The message says which.
        """
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme not in DEFAULT_PORTS:
            raise ValueError(f"the scheme {scheme!r} is not http or https")
        if "@" in parts.netloc:
            raise ValueError("the address holds a user name or password")
        if any(ord(letter) <= 32 or letter == "\\" for letter in parts.netloc):
            raise ValueError("the host holds blanks, control characters or backslashes")
        host = (parts.hostname or "").lower()
        if not host or host.endswith(".") or not host.isascii() or "%" in host:
            raise ValueError(f"the host {host!r} is empty, not plain ASCII, or ends in a dot")
        try:
            port = parts.port
        except ValueError:
            raise ValueError("the port is not a number from 1 to 65535") from None
        if port == 0:
            raise ValueError("the port is not a number from 1 to 65535")
        return cls(scheme=scheme, host=host, port=port or DEFAULT_PORTS[scheme])

    @property
    def netloc(self) -> str:
        """Host and port as a Host header spells them: the default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A page whose answers are looked at as they pass.

    Attributes:
        path: its path, exactly, without query.
        is_good: given status and text, whether the answer is what a signed-in user sees.
    """

    path: str
    is_good: Callable[[int, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What passes and what is added on the way.

    Attributes:
        origins: exact origins that may be reached; everything else is refused.
        refused_paths: regular expressions; a request whose path matches one is refused.
        max_requests: after so many requests every further one is refused.
        cookies: put on every request in place of whatever the scanner sends under the same name, so
            that the session is never in the scanner's hands.
        headers: added to every request.
        watched: pages whose answers are judged.
        pages: pages the guard answers itself, by path: the list of places to visit.
    """

    origins: tuple[Origin, ...]
    refused_paths: tuple[str, ...] = REFUSED_BY_DEFAULT
    max_requests: int = 100_000
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    watched: tuple[Watch, ...] = ()
    pages: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def refusal(self, method: str, url: str) -> str | None:
        """Why this request may not pass, or None when it may. Says nothing that varies from run to run."""
        try:
            origin = Origin.of(url)
        except ValueError as error:
            return f"malformed address: {error}"
        if origin not in self.origins:
            return "another origin"
        if method.upper() not in _METHODS:
            return f"method {method.upper()[:20]!r} is not among those that may pass"
        pattern = refused_path(url, self.refused_paths)
        return f"refused path ({pattern})" if pattern else None


def refused_path(url: str, patterns: tuple[str, ...]) -> str:
    """The pattern that an address falls under, however it is encoded; empty when none.

    A server decodes `%6f`, collapses `//` and resolves `/../`, so the path is looked at as it is
    written, decoded once, decoded twice, and with its dots resolved. Only a pattern that itself holds
    an escaped question mark is tried on path and query together: queries are full of a scanner's
    payloads, and a word in one of them ends no session.

    Raises:
        re.error: a pattern is not a regular expression.
    """
    parts = urlsplit(url)
    paths = _spellings(parts.path)
    with_query = {f"{path}?{query}" for path in paths for query in _spellings(parts.query)}
    for pattern in patterns:
        if any(
            re.search(pattern, text, re.IGNORECASE) for text in (with_query if "\\?" in pattern else paths)
        ):
            return pattern
    return ""


def _spellings(text: str) -> set[str]:
    once = unquote(text)
    twice = unquote(once)
    resolved = posixpath.normpath(twice) if twice.startswith("/") else twice
    return {text, once, twice, resolved}
