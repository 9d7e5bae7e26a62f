"""When is a finding the same finding? Identities that survive another host, another run, another version.

Web findings have three levels, each a hash of fewer things than the one before:

======  =========================================================================  ====================
level   made of                                                                     for
======  =========================================================================  ====================
``L1``  rule, method, route, names of the query's parameters, who, way of entry     strict
``L2``  rule, method, route, who                                                    the default identity
``L3``  rule, who                                                                   site-wide rules
======  =========================================================================  ====================

*Route* is the path with its data taken out (`/tenancies/T000123` → `/tenancies/T{n}`), *who* is the
parameter, cookie or header at fault. Never in any level: host, port, values, payloads, evidence,
severity, the scanner's version or wording. Severity in particular: a scanner that rates a fault
anew has not found a new fault.

Findings in code are the rule, the file, the enclosing definition, the statement in a normal form, and a
number among equals: a moved line is not new, and a second `eval` beside a first one is.
"""

from __future__ import annotations

import ast
import hashlib
import io
import re
import tokenize
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

SHORT = 12
"""Hexadecimal digits of a fingerprint that go into a key: 48 bits, far more than a site has findings."""

VOLATILE_PARAMETERS = frozenset(
    {"_", "ts", "timestamp", "nonce", "csrf", "csrf_token", "token", "v", "cachebuster"}
)
"""Query parameters that come and go without meaning."""

_SEGMENTS = (
    (re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE), "{uuid}"),
    (re.compile(r"^[0-9a-f]{16,}$", re.IGNORECASE), "{hex}"),
    (re.compile(r"^(?=[^.]*\d)(?=[^.]*[A-Za-z])[A-Za-z0-9_-]{22,}$"), "{token}"),
)
_ASSET_HASH = re.compile(r"[.-][0-9a-f]{8,}(?=\.[a-z0-9]{1,5}$)", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";[A-Za-z]*sessionid=[^/;]*", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\w+\}")


def route_of(path: str, templates: Iterable[str] = ()) -> str:
    """A path without its data.

    Args:
        path: the path of an address, without query.
        templates: routes a team or an OpenAPI document gives (`/admin/users/{user}`); the first that
            fits wins, before any guessing.
    """
    plain = _SESSION_IN_PATH.sub("", unquote(path)) or "/"
    for template in templates:
        if _template_pattern(template).fullmatch(plain):
            return template
    return "/".join(_segment(part) for part in plain.split("/"))


def keyless_path(path: str) -> str:
    """A path without what may be the key to something (a session, a link by mail); other data stays in it.

    It is decoded, and `route_of` gives the same for it as for the path itself.
    """
    plain = _SESSION_IN_PATH.sub("", unquote(path)) or "/"
    return "/".join(_without_key(part) for part in plain.split("/"))


def query_names(query: str) -> tuple[str, ...]:
    """The names of a query's parameters, sorted, each once, without the volatile ones."""
    names = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    return tuple(sorted(name for name in names if name.lower() not in VOLATILE_PARAMETERS))


def web_fingerprints(
    *, rule: str, method: str, route: str, who: str = "", names: Iterable[str] = (), vector: str = ""
) -> dict[str, str]:
    """The three levels of a web finding, as full SHA-256 digests in hexadecimal."""
    method, who = method.upper(), who.lower()
    return {
        "L1": digest("web", rule, method, route, *sorted(names), "|", who, vector),
        "L2": digest("web", rule, method, route, who),
        "L3": digest("web", rule, who),
    }


def digest(*parts: str) -> str:
    """SHA-256 over the parts, each set off from the next, so that `ab`+`c` is not `a`+`bc`."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class Source:
    """A Python file, asked what stands at a line. Made once per file; findings come in dozens."""

    def __init__(self, text: str) -> None:
        """A text that is not Python still answers, by its lines."""
        self._lines = text.splitlines(keepends=True)
        self._statements: list[tuple[int, int, str, ast.stmt]] = []
        try:
            self._collect(ast.parse(text), "")
        except (SyntaxError, ValueError, RecursionError):
            self._statements = []

    def statement(self, line: int) -> str:
        """The innermost statement around a line in a normal form; of a compound one only its head.

        The normal form is the source without blanks, comments and trailing commas, with one kind of
        quotation mark: what a formatter changes does not show, and every version of Python that can
        read the file gives the same text (`ast.unparse` does not). The head of a function includes its
        decorators and defaults. An unreadable file gives the line itself.
        """
        found = self._innermost(line)
        if found is None:
            return _normal(self._lines[line - 1] if 0 < line <= len(self._lines) else "")
        return _normal(self._head(found[0], found[3]))

    def definition(self, line: int) -> str:
        """Dotted name of the class or function around a line; `<module>` outside of any."""
        found = self._innermost(line)
        return (found[2] if found else "") or "<module>"

    def _innermost(self, line: int) -> tuple[int, int, str, ast.stmt] | None:
        around = [entry for entry in self._statements if entry[0] <= line <= entry[1]]
        return min(around, key=lambda entry: (entry[1] - entry[0], -entry[0]), default=None)

    def _collect(self, node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, ast.stmt):
                first = min([child.lineno, *(d.lineno for d in getattr(child, "decorator_list", []))])
                self._statements.append((first, child.end_lineno or child.lineno, name, child))
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}" if name else child.name
            self._collect(child, inner)

    def _head(self, first: int, statement: ast.stmt) -> str:
        """The source of a statement; of a compound one, up to the block below it."""
        body = getattr(statement, "body", None)
        if isinstance(body, list) and body:
            until = (body[0].lineno, body[0].col_offset)
            if getattr(body[0], "decorator_list", []):
                until = (min(d.lineno for d in body[0].decorator_list), 0)
        else:
            until = (statement.end_lineno or first, statement.end_col_offset or 0)
        column = statement.col_offset if first == statement.lineno else 0
        lines = [text.encode() for text in self._lines[first - 1 : until[0]]]
        lines[-1] = lines[-1][: until[1]]  # offsets count bytes; the end goes first, it may be the same line
        lines[0] = lines[0][column:]
        return b"".join(lines).decode(errors="replace")


def _normal(source: str) -> str:
    try:
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        parts = [token.string for token in tokens if token.type != tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        parts = [source]  # part of a statement, such as the head of a block: it has no end of its own
    text = re.sub(r"\s+", "", "".join(parts)).replace("'", '"')
    return re.sub(r",(?=[)\]}])", "", text)


def code_fingerprints(*, rule: str, path: str, source: Source, line: int, ordinal: int) -> dict[str, str]:
    """The levels of a finding in code.

    ``L1`` and ``L2`` are one here: everything but the line number. ``L3`` leaves the file out as well, so
    that a moved file can be recognised.

    Args:
        rule: the tool and its rule (`bandit:B307`).
        path: relative to the customisation's root, with `/`.
        source: the file.
        line: where the tool saw it.
        ordinal: how many findings of this rule with the same statement came before it in the same
            definition; counts from 0.
    """
    place = (source.definition(line), source.statement(line), str(ordinal))
    strict = digest("code", rule, path, *place)
    return {"L1": strict, "L2": strict, "L3": digest("code", rule, *place)}


def _without_key(segment: str) -> str:
    return next((placeholder for pattern, placeholder in _SEGMENTS if pattern.match(segment)), segment)


def _segment(segment: str) -> str:
    key = _without_key(segment)
    if key != segment:
        return key
    return re.sub(r"\d+", "{n}", _ASSET_HASH.sub("-{hash}", segment))


def _template_pattern(template: str) -> re.Pattern[str]:
    fixed = _PLACEHOLDER.split(template)
    return re.compile("[^/]+".join(re.escape(part) for part in fixed))
