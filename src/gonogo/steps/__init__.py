"""Sentences in plain English for UAT scenarios, and what is needed to write more of them.

A pack needs two files of one line each::

    # features/environment.py
    from gonogo.steps.environment import *

    # features/steps/all.py
    from gonogo.steps.all import *

`docs/reference/steps.md` lists every sentence. A sentence of a pack's own takes three lines and works on
behave's context as usual; `page`, `job` and `desk` give it what the library has::

    from behave import then
    from gonogo.steps import NotAsExpected, page

    @then('the letter greets "{name}"')
    def greets(context, name):
        if f"Dear {name}" not in page(context).inner_text("main"):
            raise NotAsExpected(f'a letter to "{name}"', "it greets somebody else")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gonogo.steps.errors import CannotCheck, NotAsExpected

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from gonogo.job import Job
    from gonogo.steps.scenario_desk import Desk

__all__ = ["CannotCheck", "NotAsExpected", "desk", "job", "note", "noted", "page"]


def desk(context: Any) -> Desk:
    """Everything the scenario has in front of it: page, file, answer, notes.

    Raises:
        CannotCheck: `features/environment.py` does not import `gonogo.steps.environment`.
    """
    found: Desk | None = getattr(context, "desk", None)
    if found is None:
        raise CannotCheck(
            "This pack's features/environment.py lacks the line: from gonogo.steps.environment import *"
        )
    return found


def page(context: Any) -> Page:
    """The page in the browser (Playwright); the browser starts when a scenario first needs it."""
    return desk(context).page


def job(context: Any) -> Job:
    """What is being tested: address, version, test users, options."""
    return desk(context).worker.job


def note(context: Any, name: str, value: str) -> None:
    """Keep a value that later sentences can use as `{name}`."""
    desk(context).note(name, value)


def noted(context: Any, name: str) -> str:
    """A value noted earlier in this scenario.

    Raises:
        CannotCheck: nothing was noted under that name.
    """
    return desk(context).fill("{" + name + "}")
