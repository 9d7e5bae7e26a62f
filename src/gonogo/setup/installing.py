"""The one way every tool is settled: found as it is, else installed by the first attempt that works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gonogo.setup.machine import Machine, Outcome, Tool

Say = Callable[[str], None]
"""Is told each step that may take longer than a moment, in words for a person."""


def say_nothing(_: str) -> None:
    """The listener of someone who only wants the outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one tool comes to be on a machine.

    Attributes:
        name: the tool, as the user says it.
        find: looks for it; changes nothing.
        setting: the environment variable that names one; empty when there is none.
        attempts: ways to install it, best first. Each says in words what it did or what stopped
            it, and raises nothing; whether it worked is for ``find`` to tell.
        cost: what a run does without when the tool cannot be had.
        by_hand: what a person can do about it.
    """

    name: str
    find: Callable[[Machine], Tool | None]
    setting: str
    attempts: Sequence[Callable[[Machine, Say], str]]
    cost: str
    by_hand: str


def find_or_install(recipe: Recipe, machine: Machine, say: Say) -> Outcome:
    """Finds the tool, else tries each attempt in turn; what cannot be had is said, never raised.

    A setting that names a tool which does not work is not passed over: the person who set it
    means that one, so nothing is installed in its place.
    """
    found = recipe.find(machine)
    if found:
        return Outcome(name=recipe.name, tool=found, message=found.describe())
    named = machine.setting(recipe.setting) if recipe.setting else None
    if named:
        message = (
            f"{recipe.setting} names {named}, which does not start and state a version: correct or unset it"
        )
        return Outcome(name=recipe.name, tool=None, message=message)
    tried = []
    for attempt in recipe.attempts:
        tried.append(attempt(machine, say))
        found = recipe.find(machine)
        if found:
            return Outcome(name=recipe.name, tool=found, message=f"installed {found.describe()}")
    message = f"{recipe.cost}: {'; '.join(tried)}. To mend it: {recipe.by_hand}"
    return Outcome(name=recipe.name, tool=None, message=message)
