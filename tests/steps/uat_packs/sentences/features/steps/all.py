from typing import Any

from behave import then

from gonogo.steps import NotAsExpected, desk, job, note, noted, page
from gonogo.steps.all import *  # noqa: F403


@then('the desk greets "{who:text}"')
def greets(context: Any, who: str) -> None:
    if f"Welcome to the {who}" not in page(context).inner_text("main"):
        raise NotAsExpected(f"a welcome to {who}", "somebody else is welcomed", desk(context).where)
    note(context, "greeted", who)


@then("the greeting was noted")
def was_noted(context: Any) -> None:
    assert noted(context, "greeted") == "manager"
    assert job(context).system == "Parish Ledger"
