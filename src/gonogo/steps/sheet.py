"""A table of text cells, wherever it came from: a page, a CSV or XLSX file, a database query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gonogo.steps.amounts import read_amount
from gonogo.steps.errors import CannotCheck, NotAsExpected


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows of cells under named columns.

    Attributes:
        name: what it is called in messages (`the table "Ledger"`).
        columns: headings in order; empty when it has none.
        rows: cells as text, as many as there are columns where the source allows.
        where: the page or file, without host.
        marks: for tables on a page, the position of each row among the table's `tr` elements.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    where: str = ""
    marks: tuple[int, ...] = field(default=(), repr=False)

    def position(self, column: str) -> int:
        """Where a column stands.

        Raises:
            NotAsExpected: no column is called that; names those there are.
        """
        wanted = fold(column)
        for number, heading in enumerate(self.columns):
            if fold(heading) == wanted:
                return number
        seen = f"its columns are {quoted(self.columns)}" if self.columns else "it has no column headings"
        raise NotAsExpected(f'{self.name} to have a column "{column}"', seen, self.where)

    def column(self, column: str) -> tuple[str, ...]:
        """All cells of a column, top to bottom; a short row gives an empty cell."""
        at = self.position(column)
        return tuple(row[at] if at < len(row) else "" for row in self.rows)

    def rows_for(self, key: str) -> tuple[int, ...]:
        """Numbers of the rows with a cell that is `key`; failing that, of those with a cell that holds it."""
        wanted = fold(key)
        exact = tuple(n for n, row in enumerate(self.rows) if any(fold(cell) == wanted for cell in row))
        if exact:
            return exact
        return tuple(n for n, row in enumerate(self.rows) if any(wanted in fold(cell) for cell in row))

    def row_for(self, key: str) -> int:
        """The number of the one row for a key.

        Raises:
            NotAsExpected: there is none.
            CannotCheck: there are several, so the key does not say which.
        """
        found = self.rows_for(key)
        if not found:
            raise NotAsExpected(f'a row for "{key}" in {self.name}', self.in_short(), self.where)
        if len(found) > 1:
            raise CannotCheck(
                f'{len(found)} rows of {self.name} are for "{key}"; name one by a text that only it has.'
            )
        return found[0]

    def cell(self, key: str, column: str) -> str:
        """The cell of the row for `key` under `column`."""
        return self.column(column)[self.row_for(key)]

    def matching(self, wanted: Mapping[str, str]) -> tuple[int, ...]:
        """Numbers of the rows that show every wanted text under its column; amounts are compared exactly."""
        columns = {name: self.column(name) for name in wanted}
        return tuple(
            n
            for n in range(len(self.rows))
            if all(is_same(columns[name][n], value) for name, value in wanted.items())
        )

    def total(self, column: str) -> Decimal:
        """The exact sum of a column; empty cells count as nothing.

        Raises:
            NotAsExpected: a cell is not an amount.
        """
        total = Decimal(0)
        for cell in self.column(column):
            amount = Decimal(0) if not cell.strip() else read_amount(cell)
            if amount is None:
                raise NotAsExpected(
                    f'amounts under "{column}" of {self.name}', f'one cell is "{cell}"', self.where
                )
            total += amount
        return total

    def in_short(self) -> str:
        """What it holds, for a message: how many rows, and the first cells of a few."""
        if not self.rows:
            return "it has no rows"
        firsts = [row[0] for row in self.rows[:5] if row]
        more = f" and {len(self.rows) - 5} more" if len(self.rows) > 5 else ""
        return f"its {len(self.rows)} rows start with {quoted(firsts)}{more}"


def fold(text: str) -> str:
    """A text for comparing: white space made single, case ignored."""
    return " ".join(text.split()).casefold()


def is_same(seen: str, wanted: str) -> bool:
    """Whether a cell shows what was wanted: the same text, or the same amount however it is written."""
    if fold(seen) == fold(wanted):
        return True
    if not wanted.strip().startswith(("£", "-£")):
        return False
    amount = read_amount(wanted)
    return amount is not None and read_amount(seen) == amount


def quoted(names: Iterable[str]) -> str:
    """Names for a message: `"A", "B"`; `none` when there are none."""
    return ", ".join(f'"{name}"' for name in names) or "none"
