"""Text that somebody else chose, made harmless for spreadsheets, files and terminals, both ways.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line break may be run as a formula, at the latest when
somebody saves the sheet as CSV and opens it again. Going out, such a text gets an apostrophe in front; coming
back, that apostrophe is taken off. A text that itself began with an apostrophe before such a sign gets one too,
so that every text comes back as it went out.
"""

from __future__ import annotations

import re

CELL_LIMIT = 8_000
"""Characters kept of one cell or note. A spreadsheet holds 32,767; a tester's note is a few hundred."""

NAME_LIMIT = 120

_TRIGGER = re.compile(r"^'*[=+\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]"
)
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]*\n[^\S\n]*|[^\S\n]+")
CUT = " … (cut)"


def clean(text: str, limit: int = CELL_LIMIT) -> str:
    """Without control codes, direction overrides and endless length; line breaks stay.

    Runs of spaces and tabs become one space: office programs fold them, and a text must come back as it was.
    """
    head = text[: limit * 2].replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    safe = _BLANKS.sub(_folded, _UNSAFE.sub("", _ANSI.sub("", head))).strip()
    if len(safe) > limit or len(text) > limit * 2:
        return safe[: limit - len(CUT)].rstrip() + CUT
    return safe


def _folded(blanks: re.Match[str]) -> str:
    return "\n" if "\n" in blanks[0] else " "


def line(text: str, limit: int = NAME_LIMIT) -> str:
    """`clean`, as one line."""
    return " ".join(clean(" ".join(text[: limit * 8].split()), limit).split())


def to_cell(text: str) -> str:
    """A text as it may stand in a cell: cleaned, and never the beginning of a formula."""
    safe = clean(text)
    return f"'{safe}" if _TRIGGER.match(safe) else safe


def from_cell(text: str) -> str:
    """What a cell says: cleaned, without the apostrophe that `to_cell` put in front."""
    safe = clean(text)
    return safe[1:] if safe.startswith("'") and _TRIGGER.match(safe[1:]) else safe
