"""What a collected test is called, and what its marks say: pytest item → planned check."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from gonogo.model import Discipline, PlannedCheck, Priority
from gonogo.pytest_plugin.errors import CannotCheckError

STAGE = "regression"
_NOT_TAGS = frozenset(
    {"parametrize", "usefixtures", "filterwarnings", "allure_label", "skip", "skipif", "xfail"}
)


def planned_check(item: pytest.Item) -> PlannedCheck:
    """The check that a test is.

    Raises:
        CannotCheckError: a mark names a discipline that does not exist.
    """
    return PlannedCheck(
        key=key_of(item),
        stage=STAGE,
        title=title_of(item),
        priority=priority_of(item) or Priority.MUST,
        discipline=discipline_of(item) or Discipline.FUNCTIONAL,
        feature=feature_of(item),
        skip_reason=skip_reason_of(item),
        tags=tuple(sorted({mark.name for mark in item.iter_markers()} - _NOT_TAGS)),
        source=_source(item),
    )


def key_of(item: pytest.Item) -> str:
    """`regression:<module>:<test>[parameters]`, the module relative to the pack and the browser left out."""
    names = item.nodeid.split("::")[1:]
    test = ".".join([*names[:-1], getattr(item, "originalname", item.name)])
    parameters = parameters_of(item)
    return f"{STAGE}:{_module(item)}:{test}{f'[{parameters}]' if parameters else ''}"


def parameters_of(item: pytest.Item) -> str:
    """The test's parameters as pytest names them, without the browser that pytest-playwright adds."""
    call = getattr(item, "callspec", None)
    if call is None:
        return ""
    parameters = str(call.id)
    browser = call.params.get("browser_name")
    if browser:
        parameters = re.sub(rf"(^|-){re.escape(str(browser))}(-|$)", r"\1", parameters, count=1)
    return parameters.strip("-")


def _module(item: pytest.Item) -> str:
    for argument in item.config.args:
        folder = Path(argument.partition("::")[0])
        folder = (folder if folder.is_dir() else folder.parent).absolute()
        if item.path.is_relative_to(folder):
            return item.path.relative_to(folder).with_suffix("").as_posix()
    return item.path.stem


def _source(item: pytest.Item) -> str:
    path = item.path
    if path.is_relative_to(item.config.rootpath):
        path = path.relative_to(item.config.rootpath)
    line = item.location[1]
    return path.as_posix() + (f":{line + 1}" if line is not None else "")


def title_of(item: pytest.Item) -> str:
    """The first line of the test's docstring, else its name read as a sentence; its parameters after it."""
    function = getattr(item, "function", None)
    written = (inspect.getdoc(function) or "").strip().splitlines() if function else []
    title = written[0].rstrip(".") if written else _sentence(getattr(item, "originalname", item.name))
    parameters = parameters_of(item)
    return f"{title} ({parameters})" if parameters else title


def _sentence(name: str) -> str:
    words = name.removeprefix("test_").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def priority_of(item: pytest.Item) -> Priority | None:
    """The priority that the closest mark states: the test's own before its class's and module's."""
    for mark in item.iter_markers():
        if mark.name in set(Priority):
            return Priority(mark.name)
    return None


def discipline_of(item: pytest.Item) -> Discipline | None:
    """The discipline that the closest mark states.

    Raises:
        CannotCheckError: there is no such discipline; names those there are.
    """
    mark = item.get_closest_marker("discipline")
    if mark is None:
        return None
    name = str(mark.args[0]) if mark.args else ""
    if name not in set(Discipline):
        known = ", ".join(Discipline)
        raise CannotCheckError(f"{_source(item)}: there is no discipline {name!r}; there are {known}.")
    return Discipline(name)


def feature_of(item: pytest.Item) -> str:
    """The business area: the closest `feature` mark, else the module's name in words."""
    mark = item.get_closest_marker("feature")
    return str(mark.args[0]) if mark is not None and mark.args else _sentence(item.path.stem)


def skip_reason_of(item: pytest.Item) -> str:
    """Why the test's marks leave it out; empty when they do not, or only a string condition could tell."""
    for mark in item.iter_markers("skip"):
        return str(mark.kwargs.get("reason") or (mark.args[0] if mark.args else "Marked to be skipped."))
    for mark in item.iter_markers("skipif"):
        conditions = mark.args or (mark.kwargs.get("condition"),)
        if any(
            condition is not None and not isinstance(condition, str) and condition for condition in conditions
        ):
            return str(mark.kwargs.get("reason") or "Marked to be skipped here.")
    return ""
