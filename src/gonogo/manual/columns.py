"""Which column of a sheet means what, when people have renamed, moved or added columns. Pure.

A heading that is ours or a known synonym (capitals, spaces and punctuation do not matter) is *sure*. One that
only looks alike is *doubtful*: it is shown, and taken only when a person says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SIMILAR = 0.78
"""From this likeness (difflib's ratio) on a heading is worth asking about."""

ROWS_SEARCHED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One column found: the place (0 is A), the heading as written, and whether it is only alike."""

    meaning: str
    place: int
    heading: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingRow:
    """The row of headings of a sheet: its number (0 is the first row), what was found and what was not."""

    row: int
    columns: tuple[Mapped, ...]
    unknown: tuple[str, ...]

    @property
    def places(self) -> dict[str, int]:
        """Meaning → place."""
        return {column.meaning: column.place for column in self.columns}

    @property
    def doubtful(self) -> tuple[Mapped, ...]:
        """The columns that were taken for something because they look alike."""
        return tuple(column for column in self.columns if column.is_doubtful)


def find_headings(
    rows: Sequence[Sequence[str]], synonyms: Mapping[str, Sequence[str]], required: frozenset[str]
) -> HeadingRow | None:
    """The row among the first forty that has most of the columns, and all that are required; else None.

    Args:
        rows: the sheet's cells as text.
        synonyms: meaning → what its heading may be called, the likeliest first: where a sheet has “Action”
            and “Step”, the first of them in this list is taken.
        required: meanings without which a row is no row of headings.
    """
    best: HeadingRow | None = None
    for number, cells in enumerate(rows[:ROWS_SEARCHED]):
        found = _map_row(number, cells, synonyms)
        if not required <= set(found.places):
            continue
        if best is None or len(found.columns) > len(best.columns):
            best = found
    return best


def _map_row(number: int, cells: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> HeadingRow:
    known = {_plain(name): meaning for meaning, names in synonyms.items() for name in names}
    headings = [(place, cell.strip()) for place, cell in enumerate(cells) if 0 < len(cell.strip()) <= 80]
    taken: dict[str, Mapped] = {}
    for meaning, names in synonyms.items():
        ranks = {_plain(name): rank for rank, name in reversed(list(enumerate(names)))}
        found = [(ranks[_plain(text)], place, text) for place, text in headings if _plain(text) in ranks]
        if found:
            _, place, text = min(found)
            taken[meaning] = Mapped(meaning=meaning, place=place, heading=text)
    used = {column.place for column in taken.values()}
    left = [(place, text) for place, text in headings if place not in used]
    unknown: list[str] = []
    for place, heading in left:
        alike = _alike(heading, known, taken)
        if alike is None:
            unknown.append(heading)
        else:
            taken[alike] = Mapped(meaning=alike, place=place, heading=heading, is_doubtful=True)
    columns = tuple(sorted(taken.values(), key=lambda column: column.place))
    return HeadingRow(row=number, columns=columns, unknown=tuple(unknown))


def _alike(heading: str, known: Mapping[str, str], taken: Mapping[str, Mapped]) -> str | None:
    near = difflib.get_close_matches(_plain(heading), list(known), n=3, cutoff=SIMILAR)
    return next((known[name] for name in near if known[name] not in taken), None)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()
