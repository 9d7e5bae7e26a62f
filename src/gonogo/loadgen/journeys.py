"""The journeys of a locustfile: every weighted task of every user class, by a name a person can read."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import locust
from locust import TaskSet, User
from locust.util.load_locustfile import load_locustfile

from gonogo.readers.load_messages import Collected, Journey

Task = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to carry out a journey: this task, by a user of this class."""

    user_class: type[User]
    task: Task
    weight: float
    is_nested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A locustfile as loaded.

    Attributes:
        user_classes: those that are not abstract and have a weight.
        choices: every task by a user class, with its share of the planned mix; shares add up to 1.
        names: the journey each task belongs to. Two classes may share one journey (a common base class).
        collected: the same for the harness.
    """

    user_classes: tuple[type[User], ...]
    choices: tuple[Choice, ...]
    names: Mapping[Task, str]
    collected: Collected

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """The journeys, in the order of the file."""
        return self.collected.journeys


def collect(locustfile: Path) -> Pack:
    """Load a locustfile. A fault in it becomes `collected.problem`; nothing is raised for one."""
    try:
        classes, shapes = load_locustfile(str(locustfile.resolve()))
    except Exception as error:  # noqa: BLE001 - the file is a team's own program; anything can be wrong in it
        return _empty(f"{locustfile.name} cannot be loaded: {type(error).__name__}: {error}")
    except SystemExit as error:
        return _empty(f"{locustfile.name} ended the program while it was loaded (exit {error.code}).")
    if shapes:
        return _empty(f"{locustfile.name} defines a LoadTestShape; gonogo runs its own rounds. Remove it.")
    kept = tuple(one for _, one in sorted(classes.items()) if one.weight > 0 or one.fixed_count > 0)
    if not kept:
        return _empty(f"{locustfile.name} holds no user class with a weight above 0.")
    empty = [one.__name__ for one in kept if not one.tasks]
    if empty:
        return _empty(f"{empty[0]} in {locustfile.name} has no task.")
    return with_mix(_pack(kept), {})


def with_mix(pack: Pack, mix: Mapping[str, float]) -> Pack:
    """The pack with other weights for its journeys; a journey without one is left out. Empty keeps it.

    Raises:
        ValueError: a name in `mix` is no journey, or nothing is left.
    """
    if not mix:
        return pack
    known = {journey.name for journey in pack.journeys}
    strange = sorted(set(mix) - known)
    if strange:
        raise ValueError(f"There is no journey {strange[0]!r}; there are: {', '.join(sorted(known))}.")
    own = {journey.name: journey.weight for journey in pack.journeys}
    total = sum(mix.values())
    if not total > 0:
        raise ValueError("The mix leaves no journey with a weight above 0.")
    factor = {name: mix[name] / total / own[name] for name in mix}
    choices = tuple(
        Choice(
            user_class=choice.user_class,
            task=choice.task,
            weight=choice.weight * factor[pack.names[choice.task]],
            is_nested=choice.is_nested,
        )
        for choice in pack.choices
        if factor.get(pack.names[choice.task], 0.0) > 0
    )
    return _made(pack.user_classes, choices, pack.names)


def class_shares(classes: Iterable[type[User]]) -> dict[type[User], float]:
    """The share of users of each class: by weight, or by `fixed_count` where every class has one."""
    kept = tuple(classes)
    counts = {one: float(one.fixed_count) if one.fixed_count > 0 else float(one.weight) for one in kept}
    total = sum(counts.values())
    return {one: count / total for one, count in counts.items()}


def spoken_name(task: Task) -> str:
    """`rent_search` → `Rent search`."""
    words = task.__name__.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _pack(classes: tuple[type[User], ...]) -> Pack:
    choices: list[Choice] = []
    for user_class, share in class_shares(classes).items():
        choices.extend(_choices(user_class, user_class.tasks, share, is_nested=False))
    return _made(classes, tuple(choices), _names(choices))


def _choices(user_class: type[User], tasks: Iterable[Any], share: float, *, is_nested: bool) -> list[Choice]:
    listed = list(tasks)
    found: list[Choice] = []
    for task in dict.fromkeys(listed):
        weight = share * listed.count(task) / len(listed)
        if inspect.isclass(task) and issubclass(task, TaskSet):
            found.extend(_choices(user_class, task.tasks, weight, is_nested=True))
        else:
            found.append(Choice(user_class=user_class, task=task, weight=weight, is_nested=is_nested))
    return found


def _names(choices: Iterable[Choice]) -> dict[Task, str]:
    by_name: dict[str, list[Choice]] = {}
    for choice in choices:
        same = by_name.setdefault(spoken_name(choice.task), [])
        if all(choice.task is not other.task for other in same):
            same.append(choice)
    return {
        choice.task: name if len(same) == 1 else f"{name} ({choice.user_class.__name__})"
        for name, same in by_name.items()
        for choice in same
    }


def _made(classes: tuple[type[User], ...], choices: tuple[Choice, ...], names: Mapping[Task, str]) -> Pack:
    journeys: dict[str, list[Choice]] = {}
    for choice in choices:
        journeys.setdefault(names[choice.task], []).append(choice)
    collected = Collected(
        locust_version=locust.__version__,
        journeys=tuple(
            Journey(
                name=name,
                weight=sum(choice.weight for choice in same),
                source=_source(same[0].task),
                is_nested=any(choice.is_nested for choice in same),
                tags=tuple(sorted({str(t) for c in same for t in getattr(c.task, "locust_tag_set", ())})),
            )
            for name, same in journeys.items()
        ),
    )
    return Pack(user_classes=classes, choices=choices, names=names, collected=collected)


def _source(task: Task) -> str:
    code = inspect.unwrap(task).__code__
    return f"{os.path.basename(code.co_filename)}:{code.co_firstlineno}"  # noqa: PTH119 - a name, not a path


def _empty(problem: str) -> Pack:
    collected = Collected(locust_version=locust.__version__, problem=problem)
    return Pack(user_classes=(), choices=(), names={}, collected=collected)
