"""The JSON interface (API).

How a program signs in stands in gonogo.toml as `[api]`. A place in an answer is written
`items[0].balance_pence`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gonogo.steps.amounts import read_amount
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.interfaces import Answer, call
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import quoted

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence("I call the API as {role:role}")
def call_as(desk: Desk, role: str) -> None:
    """Use the test user with this role for the calls that follow."""
    desk.api_role = desk.worker.role(role)


@sentence("I call the API without signing in")
def call_as_nobody(desk: Desk) -> None:
    """Send no token, password or session with the calls that follow."""
    desk.api_role = ""


@sentence('I ask the API for "{path:text}"')
def ask(desk: Desk, path: str) -> None:
    """Read something (GET). A path that does not start with / is below the base of `[api]`."""
    call(desk, "GET", path)


@sentence('I send {method:method} to the API at "{path:text}"', takes="table or text")
def send(desk: Desk, method: str, path: str) -> None:
    """Send JSON: as text below the sentence, or as a table `| field | value |` of texts."""
    body: bytes | None = None
    if desk.text:
        body = desk.text.encode()
    elif desk.rows:
        if len(desk.headings) != 2:
            raise CannotCheck("Write the fields as a table of two columns: | field | value |")
        body = json.dumps({row[desk.headings[0]]: row[desk.headings[1]] for row in desk.rows}).encode()
    call(desk, method, path, body=body)


@sentence("the API answers {status:d}")
def check_status(desk: Desk, status: int) -> None:
    """The HTTP status of the answer: 200 is well, 201 made, 401 and 403 refused, 404 not found."""
    answer = the_answer(desk)
    if answer.status != status:
        start = " ".join(answer.text.split())[:160]
        raise NotAsExpected(f"the answer {status}", f"it is {answer.status}: {start}", answer.where)


@sentence('the answer has the fields "{names:text}"')
def check_fields(desk: Desk, names: str) -> None:
    """The answer has at least these fields, parted by commas."""
    _check_fields(the_answer(desk), the_answer(desk).at(""), names, "the answer")


@sentence('each of "{path:text}" in the answer has the fields "{names:text}"')
def check_each(desk: Desk, path: str, names: str) -> None:
    """Every item of a list in the answer has at least these fields, and there is at least one item."""
    answer = the_answer(desk)
    items = answer.at(path)
    if not isinstance(items, list) or not items:
        raise NotAsExpected(f'items at "{path}"', "there are none", answer.where)
    for number, item in enumerate(items, start=1):
        _check_fields(answer, item, names, f'item {number} of "{path}"')


@sentence('"{path:text}" in the answer is "{value:text}"')
def check_text(desk: Desk, path: str, value: str) -> None:
    """What stands there, as text; true, false and null are written so."""
    seen = _as_text(the_answer(desk).at(path))
    if seen != value:
        raise NotAsExpected(f'"{path}" to be "{value}"', f'it is "{seen}"', the_answer(desk).where)


@sentence('"{path:text}" in the answer is {amount:amount}')
def check_number(desk: Desk, path: str, amount: str) -> None:
    """The number that stands there, exact."""
    _check_number(desk, path, read_amount(amount), amount)


@sentence('"{path:text}" in the answer is {amount:amount} in pence')
def check_pence(desk: Desk, path: str, amount: str) -> None:
    """The whole number of pence that stands there is this amount of money."""
    _check_pence(desk, path, amount)


@sentence('"{path:text}" in the answer is "{name:text}" in pence')
def check_pence_noted(desk: Desk, path: str, name: str) -> None:
    """The whole number of pence that stands there is the amount of money that was noted."""
    _check_pence(desk, path, desk.fill("{" + name + "}"))


@sentence('"{path:text}" in the answer is {amount:amount} more than "{name:text}"')
def check_more(desk: Desk, path: str, amount: str, name: str) -> None:
    """The number that stands there is exactly so much above the one that was noted."""
    before, change = read_amount(desk.fill("{" + name + "}")), read_amount(amount)
    if before is None or change is None:
        raise CannotCheck(f'What was noted as "{name}" is not a number.')
    _check_number(desk, path, before + change, f'{before + change}, {amount} more than "{name}"')


@sentence('the answer has {count:d} items at "{path:text}"')
def check_count(desk: Desk, count: int, path: str) -> None:
    """How many items a list in the answer has."""
    answer = the_answer(desk)
    items = answer.at(path)
    if len(items) != count:
        raise NotAsExpected(f'{count} items at "{path}"', f"there are {len(items)}", answer.where)


@sentence('the answer has at least {count:d} items at "{path:text}"')
def check_at_least(desk: Desk, count: int, path: str) -> None:
    """A list in the answer has so many items or more."""
    answer = the_answer(desk)
    items = answer.at(path)
    if len(items) < count:
        raise NotAsExpected(f'at least {count} items at "{path}"', f"there are {len(items)}", answer.where)


@sentence('I note "{path:text}" in the answer as "{name:text}"')
def note_value(desk: Desk, path: str, name: str) -> None:
    """Remember what stands there."""
    desk.note(name, _as_text(the_answer(desk).at(path)))


@sentence("the answer matches the API's own description")
def check_described(desk: Desk) -> None:
    """The answer is as the system's OpenAPI document describes it (`openapi` in `[api]`)."""
    from gonogo.steps.openapi import problem_with

    answer = the_answer(desk)
    document = desk.worker.job.api.openapi if desk.worker.job.api else ""
    if not document:
        raise CannotCheck("[api] does not say where the OpenAPI document is: set openapi.")
    described = call(desk, "GET", document)
    desk.answer = answer
    desk.was_at(answer.where)
    problem = problem_with(answer, described.json)
    if problem:
        raise NotAsExpected("the answer that the API describes", problem, answer.where)


def the_answer(desk: Desk) -> Answer:
    """The last answer.

    Raises:
        CannotCheck: nothing was asked in this scenario yet.
    """
    if desk.answer is None:
        raise CannotCheck("No interface was called in this scenario before this step.")
    found: Answer = desk.answer
    return found


def _check_fields(answer: Answer, item: Any, names: str, what: str) -> None:
    wanted = [name.strip() for name in names.split(",")]
    known = list(item) if isinstance(item, dict) else []
    missing = [name for name in wanted if name not in known]
    if missing:
        raise NotAsExpected(
            f"{what} to have {quoted(missing)}", f"it has the fields {quoted(known)}", answer.where
        )


def _check_number(desk: Desk, path: str, wanted: Decimal | None, words: str) -> None:
    answer = the_answer(desk)
    seen = answer.at(path)
    is_number = isinstance(seen, int | Decimal) and not isinstance(seen, bool)
    number = Decimal(seen) if is_number else read_amount(str(seen))
    if number != wanted:
        raise NotAsExpected(f'"{path}" to be {words}', f'it is "{_as_text(seen)}"', answer.where)


def _check_pence(desk: Desk, path: str, amount: str) -> None:
    money = read_amount(amount)
    if money is None:
        raise CannotCheck(f'"{amount}" is not an amount of money.')
    _check_number(desk, path, money * 100, f"{(money * 100).normalize():f} ({amount} in pence)")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False, default=str)
