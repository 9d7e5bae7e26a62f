"""Causes: which faults are effects of the same thing. The identity must survive another run."""

from __future__ import annotations

import hashlib
import re

_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE), "{uuid}"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "{hex}"),
    (re.compile(r"https?://[^/\s]+"), ""),
    (re.compile(r"(?:127\.0\.0\.1|localhost):\d+"), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?"), "{date}"),
    (re.compile(r"\b[A-Z]{1,4}-?\d{2,}\b"), "{reference}"),
    (re.compile(r"\d+"), "{n}"),
    (re.compile(r"\s+"), " "),
)


def normalised(text: str) -> str:
    """A message without what varies from run to run: hosts, ids, dates, numbers, spacing."""
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    return text.strip().lower()


def cause_of(where: str, message: str) -> str:
    """The identity of a suspected cause: same request or element and same kind of message, same cause.

    A server error (5xx) on a request is one cause whatever each check makes of it, so that forty red
    checks behind one HTTP 503 are forty effects of one cause.

    Returns:
        `cause-` and twelve hexadecimal digits, or an empty text when nothing is known.
    """
    first_line = message.splitlines()[0] if message else ""
    server_error = re.search(r"\b(5\d\d)\b", where + " " + first_line)
    basis = f"{normalised(where)}|{server_error[1]}" if server_error and where else ""
    basis = basis or f"{normalised(where)}|{normalised(first_line)}"
    if basis == "|":
        return ""
    return "cause-" + hashlib.sha256(basis.encode()).hexdigest()[:12]
