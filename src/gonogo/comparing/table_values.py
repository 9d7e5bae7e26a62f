"""What a table is, and what its values say: CSV read strictly, plain numbers by their value, money exactly."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gonogo.comparing.change import counted
from gonogo.model.errors import EvidenceError

_MONEY = re.compile(r"(-?)£?(-?\d{1,3}(?:,\d{3})+|-?\d+)(\.\d+)?( CR)?")


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of texts, each row as long as the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def project(self, columns: Sequence[str]) -> list[tuple[str, ...]]:
        """The rows with only these columns, in this order."""
        places = [self.columns.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in self.rows]


def read_table(content: bytes, *, side: str = "baseline") -> Table:
    """A table stored as CSV: UTF-8, a line of column names, then the rows.

    Raises:
        EvidenceError: it is no such file (binary, HTML, rows longer than the line of names).
    """
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise EvidenceError(f"the {side}'s table cannot be read as CSV: {error}") from error
    if not lines:
        return Table((), ())
    columns = _unique(lines[0])
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) > len(columns):
            raise EvidenceError(
                f"the {side}'s table has {len(line)} values in line {number} "
                f"for {counted(len(columns), 'column')}"
            )
        if line:
            rows.append(tuple(line) + ("",) * (len(columns) - len(line)))
    return Table(columns, tuple(rows))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def normal_row(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row with plain numbers in one spelling, so that equal values are equal texts."""
    return tuple(map(normal_value, row))


def normal_value(text: str) -> str:
    """A plain number in its one spelling; any other text as it is."""
    # `0123` and `+44` are codes, not numbers, and `1e5` or `nan` was never written by a person.
    if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text):
        return text
    number = Decimal(text)
    return "0" if number == 0 else format(number.normalize(), "f")


def read_money(text: str) -> Decimal | None:
    """`£1,234.56`, `-£3.00`, `20.00`, or `£20.00 CR` (a credit, so less than zero); None when it is none."""
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        number = Decimal((match[2] + (match[3] or "")).replace(",", ""))
    except InvalidOperation:
        return None
    return -number if match[1] or match[4] else number
