"""Asking the database (read-only).

Databases stand in gonogo.toml as `[databases.<name>]`. A query that would change anything is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.steps.amounts import read_amount
from gonogo.steps.database import ask
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import Sheet, is_same

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence("I ask the database", takes="text")
def ask_the_database(desk: Desk) -> None:
    """Ask the only database with the SQL query below the sentence."""
    desk.sheet = ask(desk, "", desk.text)


@sentence('I ask the database "{name:text}"', takes="text")
def ask_a_database(desk: Desk, name: str) -> None:
    """Ask a database with the SQL query below the sentence."""
    desk.sheet = ask(desk, name, desk.text)


@sentence('the database answers "{value:text}"')
def check_answer(desk: Desk, value: str) -> None:
    """The one value that the query gives; an amount with a pound sign is compared to the penny."""
    seen = _one(desk)
    if not is_same(seen, value):
        raise NotAsExpected(f'the database to answer "{value}"', f'it answers "{seen}"')


@sentence("the database answers {amount:amount}")
def check_amount(desk: Desk, amount: str) -> None:
    """The one number that the query gives, exact."""
    seen = _one(desk)
    if read_amount(seen) != read_amount(amount):
        raise NotAsExpected(f"the database to answer {amount}", f'it answers "{seen}"')


@sentence("the query finds nothing")
def check_nothing(desk: Desk) -> None:
    """The query gives no rows; for queries that look for what must not be."""
    sheet = _sheet(desk)
    if sheet.rows:
        first = ", ".join(sheet.rows[0])
        raise NotAsExpected(
            "the query to find nothing", f"it finds {len(sheet.rows)} rows; the first is {first}"
        )


@sentence("the query finds {count:d} rows")
@sentence("the query finds {count:d} row")
def check_count(desk: Desk, count: int) -> None:
    """How many rows the query gives."""
    sheet = _sheet(desk)
    if len(sheet.rows) != count:
        raise NotAsExpected(f"the query to find {count} rows", f"it finds {len(sheet.rows)}")


@sentence("the query finds a row with", takes="table")
def check_rows(desk: Desk) -> None:
    """The query gives, for each row below the sentence, one with these values in these columns."""
    sheet = _sheet(desk)
    for row in desk.rows:
        if not sheet.matching(row):
            wanted = ", ".join(f'{name} "{value}"' for name, value in row.items())
            raise NotAsExpected(f"the query to find a row with {wanted}", sheet.in_short())


@sentence('I note the database\'s answer as "{name:text}"')
def note_answer(desk: Desk, name: str) -> None:
    """Remember the one value that the query gives."""
    desk.note(name, _one(desk))


def _sheet(desk: Desk) -> Sheet:
    if desk.sheet is None:
        raise CannotCheck("The database was not asked anything in this scenario before this step.")
    return desk.sheet


def _one(desk: Desk) -> str:
    sheet = _sheet(desk)
    if len(sheet.rows) != 1 or len(sheet.rows[0]) != 1:
        raise NotAsExpected("the query to give one value", f"it gives {len(sheet.rows)} rows")
    return sheet.rows[0][0]
