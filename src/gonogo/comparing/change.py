"""What became of one snapshot: the answer every comparator gives."""

from __future__ import annotations

from gonogo.model import Record

DETAIL_LIMIT = 8_000
"""Characters of technical detail kept per snapshot; a report shows them folded."""

QUOTE_LIMIT = 120
"""Characters of one quoted value or line in a summary."""


class SnapshotChange(Record, frozen=True, kw_only=True):
    """How two captures of the same thing relate.

    Attributes:
        is_different: whether they differ beyond what the snapshot's own record allows.
        summary: plain words a person understands; empty only when the two are the same in every respect.
            A harmless difference (column order, one more optional field) has a summary and is not different.
        detail: the technical part, at most `DETAIL_LIMIT` characters.
        share: how much of it differs, 0–1, in the unit of its form (pixels, lines, rows, values).
    """

    is_different: bool
    summary: str = ""
    detail: str = ""
    share: float = 0.0


SAME = SnapshotChange(is_different=False)


def quote(text: str) -> str:
    """A value or line as it appears in a summary: one line, shortened in the middle when long."""
    flat = " ".join(text.split())
    if len(flat) <= QUOTE_LIMIT:
        return flat
    half = (QUOTE_LIMIT - 3) // 2
    return f"{flat[:half]} … {flat[-half:]}"


def cap(text: str) -> str:
    """`text` cut to the limit of `detail`, saying so."""
    if len(text) <= DETAIL_LIMIT:
        return text
    return text[: DETAIL_LIMIT - 40].rstrip() + "\n… (the rest is in the evidence)"


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 row`, `2,001 rows`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
