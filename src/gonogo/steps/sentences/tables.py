"""Tables on a page.

When a page has several tables, say first which one: `I look at the table "Ledger"`. A row is named by the
text of one of its cells.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gonogo.steps.amounts import read_amount, write_amount
from gonogo.steps.errors import CannotCheck
from gonogo.steps.reading import look, table
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import Sheet, fold, is_same, quoted
from gonogo.steps.waiting import expect

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence('I look at the table "{name:text}"')
def look_at_table(desk: Desk, name: str) -> None:
    """Say which table the next sentences mean, by its caption or the heading above it."""
    desk.table_name, desk.table_path = name, urlsplit(desk.page.url).path
    check_table(desk, f'a table "{name}"', lambda _: None)


@sentence('the row for "{key:text}" shows "{value:text}" under "{column:text}"')
def check_cell(desk: Desk, key: str, value: str, column: str) -> None:
    """A cell of the row with that text; an amount with a pound sign is compared to the penny."""
    check_table(
        desk,
        f'"{value}" under "{column}" for "{key}"',
        lambda sheet: _unless(sheet.cell(key, column), value),
    )


@sentence('the row for "{key:text}" shows {amount:amount} under "{column:text}"')
def check_cell_amount(desk: Desk, key: str, amount: str, column: str) -> None:
    """An amount in the row with that text, exact to the penny."""
    wanted = read_amount(amount)

    def judge(sheet: Sheet) -> str | None:
        seen = sheet.cell(key, column)
        return None if read_amount(seen) == wanted else f'it is "{seen}"'

    check_table(desk, f'{amount} under "{column}" for "{key}"', judge)


@sentence('the first row shows "{value:text}" under "{column:text}"')
def check_first_row(desk: Desk, value: str, column: str) -> None:
    """A cell of the first row, for tables whose order matters."""

    def judge(sheet: Sheet) -> str | None:
        cells = sheet.column(column)
        return _unless(cells[0], value) if cells else "the table has no rows"

    check_table(desk, f'"{value}" under "{column}" in the first row', judge)


@sentence('there is a row for "{key:text}"')
def check_row(desk: Desk, key: str) -> None:
    """The table has a row with that text."""
    check_table(desk, f'a row for "{key}"', lambda sheet: None if sheet.rows_for(key) else sheet.in_short())


@sentence('there is no row for "{key:text}"')
def check_no_row(desk: Desk, key: str) -> None:
    """The table has no row with that text."""
    check_table(desk, f'no row for "{key}"', lambda sheet: "there is one" if sheet.rows_for(key) else None)


@sentence("there is a row with", takes="table")
def check_row_with(desk: Desk) -> None:
    """The table has, for each row below the sentence, one that shows these cells under these columns."""
    wanted = desk.rows

    def judge(sheet: Sheet) -> str | None:
        for row in wanted:
            if not sheet.matching(row):
                return f"there is none with {_in_words(row)}; {sheet.in_short()}"
        return None

    check_table(desk, "the rows below the sentence", judge)


@sentence("the table has {count:d} rows")
@sentence("the table has {count:d} row")
def check_count(desk: Desk, count: int) -> None:
    """How many rows the table has, headings and totals not counted."""
    check_table(desk, f"{count} rows", lambda s: None if len(s.rows) == count else f"there are {len(s.rows)}")


@sentence("the table has at least {count:d} rows")
@sentence("the table has at least {count:d} row")
def check_at_least(desk: Desk, count: int) -> None:
    """The table has so many rows or more."""
    check_table(
        desk, f"at least {count} rows", lambda s: None if len(s.rows) >= count else f"there are {len(s.rows)}"
    )


@sentence('the table has the columns "{columns:text}"')
def check_columns(desk: Desk, columns: str) -> None:
    """The headings, from left to right, parted by commas; all of them."""
    wanted = [name.strip() for name in columns.split(",")]
    check_table(
        desk,
        f"the columns {quoted(wanted)}",
        lambda s: (
            None if [*map(fold, s.columns)] == [*map(fold, wanted)] else f"they are {quoted(s.columns)}"
        ),
    )


@sentence('every row shows "{value:text}" under "{column:text}"')
def check_every_row(desk: Desk, value: str, column: str) -> None:
    """All rows show this text in a column, and there is at least one row."""

    def judge(sheet: Sheet) -> str | None:
        cells = sheet.column(column)
        other = [cell for cell in cells if not is_same(cell, value)]
        if not cells:
            return "the table has no rows"
        return (
            f"{len(other)} of {len(cells)} rows show something else, such as {quoted(other[:3])}"
            if other
            else None
        )

    check_table(desk, f'"{value}" under "{column}" in every row', judge)


@sentence('the column "{column:text}" adds up to {amount:amount}')
def check_total(desk: Desk, column: str, amount: str) -> None:
    """The exact sum of the amounts in a column of the rows on this page."""
    wanted = read_amount(amount)

    def judge(sheet: Sheet) -> str | None:
        total = sheet.total(column)
        return None if total == wanted else f"it adds up to {write_amount(total, amount)}"

    check_table(desk, f'the column "{column}" to add up to {amount}', judge)


@sentence('the column "{column:text}" is sorted from largest to smallest')
def check_descending(desk: Desk, column: str) -> None:
    """The amounts in a column never rise from one row to the next."""
    _check_order(desk, column, is_rising=False)


@sentence('the column "{column:text}" is sorted from smallest to largest')
def check_ascending(desk: Desk, column: str) -> None:
    """The amounts in a column never fall from one row to the next."""
    _check_order(desk, column, is_rising=True)


@sentence('I note "{column:text}" in the row for "{key:text}" as "{name:text}"')
def note_cell(desk: Desk, column: str, key: str, name: str) -> None:
    """Remember a cell; later sentences write it as `{name}`."""

    def judge(sheet: Sheet) -> None:
        desk.note(name, sheet.cell(key, column))

    check_table(desk, f'a row for "{key}" with "{column}"', judge)


@sentence('I note "{column:text}" in the first row as "{name:text}"')
def note_first_cell(desk: Desk, column: str, name: str) -> None:
    """Remember a cell of the first row."""

    def judge(sheet: Sheet) -> str | None:
        cells = sheet.column(column)
        if not cells:
            return "the table has no rows"
        desk.note(name, cells[0])
        return None

    check_table(desk, "a first row", judge)


@sentence('I note the number of rows as "{name:text}"')
def note_count(desk: Desk, name: str) -> None:
    """Remember how many rows the table has on this page."""

    def judge(sheet: Sheet) -> None:
        desk.note(name, str(len(sheet.rows)))

    check_table(desk, "a table", judge)


def check_table(desk: Desk, expected: str, judge: Callable[[Sheet], str | None]) -> None:
    """Wait until the table that is looked at satisfies a judge, which says what is wrong with it, or None."""
    expect(desk, expected, lambda: judge(table(desk, look(desk))))


def _check_order(desk: Desk, column: str, *, is_rising: bool) -> None:
    def judge(sheet: Sheet) -> str | None:
        amounts = _amounts(sheet, column)
        for number, (first, second) in enumerate(pairwise(amounts), start=1):
            if (second < first) if is_rising else (second > first):
                return f"row {number} has {first} and row {number + 1} has {second}"
        return None

    check_table(desk, f'the column "{column}" to be sorted', judge)


def _amounts(sheet: Sheet, column: str) -> list[Decimal]:
    amounts = [read_amount(cell) for cell in sheet.column(column)]
    known = [amount for amount in amounts if amount is not None]
    if len(known) != len(amounts):
        raise CannotCheck(f'Not every cell under "{column}" is an amount, so their order cannot be checked.')
    return known


def _unless(seen: str, wanted: str) -> str | None:
    return None if is_same(seen, wanted) else f'it is "{seen}"'


def _in_words(row: dict[str, str]) -> str:
    return ", ".join(f'{name} "{value}"' for name, value in row.items())
