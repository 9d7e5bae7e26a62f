"""What varies in a table by itself: values of some rows, rows that come and go."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from gonogo.comparing.change import quote
from gonogo.comparing.paths import MASK
from gonogo.comparing.table_values import Table, normal_row, read_table
from gonogo.comparing.tables import paired_rows, unmatched_rows
from gonogo.model.errors import EvidenceError

Columns = tuple[str, ...]
Values = tuple[str, ...]


@dataclass(slots=True)
class TableNoise:
    """Noise of one table, bound to its rows.

    Attributes:
        varying: columns that identify a row → their values in it → the columns that vary there.
        optional: the same columns → values of rows that are not always there.
        cells: values in the table.
    """

    varying: dict[Columns, dict[Values, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    optional: dict[Columns, set[Values]] = field(default_factory=lambda: defaultdict(set))
    cells: int = 0
    columns: int = 0

    @property
    def share(self) -> float:
        """How much of the table it covers, 0–1."""
        varying = sum(len(columns) for rows in self.varying.values() for columns in rows.values())
        dropped = self.columns * sum(len(rows) for rows in self.optional.values())
        return (varying + dropped) / max(1, self.cells)

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is, in words."""
        found = [
            f"{', '.join(sorted(columns))} in row {quote(' | '.join(values))}"
            for rows in self.varying.values()
            for values, columns in sorted(rows.items())
        ]
        gone = [values for rows in self.optional.values() for values in sorted(rows)]
        return (*found, *(f"row {quote(' | '.join(values))}, which comes and goes" for values in gone))

    def apply(self, content: bytes) -> bytes:
        """The table with its noise masked; content that is no table is left as it is."""
        try:
            table = read_table(content)
        except EvidenceError:
            return content
        lines = [table.columns]
        for row in table.rows:
            named = dict(zip(table.columns, row, strict=True))
            if not self._is_optional(named):
                masked = self._masked(named)
                lines.append(tuple(MASK if name in masked else named[name] for name in table.columns))
        text = io.StringIO(newline="")
        csv.writer(text).writerows(lines)
        return text.getvalue().encode()

    def _is_optional(self, row: dict[str, str]) -> bool:
        return any(_identity(row, columns) in known for columns, known in self.optional.items())

    def _masked(self, row: dict[str, str]) -> set[str]:
        masked: set[str] = set()
        for columns, known in self.varying.items():
            identity = _identity(row, columns)
            masked |= known.get(identity, set()) if identity is not None else set()
        return masked


def learn_table(
    first: bytes, others: Sequence[bytes], row_key: tuple[str, ...], volatile: tuple[str, ...]
) -> TableNoise | None:
    """Noise of a table seen several times; None when its columns vary or one of them is no table."""
    try:
        known, rest = read_table(first), [read_table(other) for other in others]
    except EvidenceError:
        return None
    names = tuple(name for name in known.columns if name not in volatile)
    noise = TableNoise(cells=len(known.rows) * len(names), columns=len(names))
    for other in rest:
        if set(other.columns) != set(known.columns) or not set(row_key) <= set(names):
            return None
        _learn(noise, known, other, names, row_key)
    return noise


def _learn(noise: TableNoise, known: Table, other: Table, names: Columns, row_key: tuple[str, ...]) -> None:
    gone, come = unmatched_rows(known.project(names), other.project(names))
    gone, come, pairs = _paired(gone, come, names, row_key)
    for old, new in pairs:
        before, after = normal_row(old), normal_row(new)
        varying = {name for name, a, b in zip(names, before, after, strict=True) if a != b}
        identity = row_key or tuple(name for name in names if name not in varying)
        values = _identity(dict(zip(names, old, strict=True)), identity)
        if values is not None:
            noise.varying[identity].setdefault(values, set()).update(varying)
    for row in (*gone, *come):
        values = _identity(dict(zip(names, row, strict=True)), row_key or names)
        if values is not None:
            noise.optional[row_key or names].add(values)


def _paired(
    gone: list[Values], come: list[Values], names: Columns, row_key: tuple[str, ...]
) -> tuple[list[Values], list[Values], list[tuple[Values, Values]]]:
    """Rows that went, rows that came, and pairs of the same row in two shapes."""
    if not row_key:
        return paired_rows(gone, come)
    places = [names.index(name) for name in row_key]
    waiting: dict[Values, list[Values]] = defaultdict(list)
    for row in come:
        waiting[tuple(row[place] for place in places)].append(row)
    pairs, left = [], []
    for row in gone:
        same = waiting[tuple(row[place] for place in places)]
        if same:
            pairs.append((row, same.pop(0)))
        else:
            left.append(row)
    return left, [row for rows in waiting.values() for row in rows], pairs


def _identity(row: dict[str, str], columns: Columns) -> Values | None:
    """What identifies a row; None when it lacks one of the columns, or none are left to tell it by."""
    if not columns or any(name not in row for name in columns):
        return None
    return normal_row(tuple(row[name] for name in columns))
