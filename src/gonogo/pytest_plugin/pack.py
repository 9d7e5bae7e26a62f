"""The plug-in at work: reads the job, registers the fixtures, plans or records.

`GONOGO_COLLECT` names a file: the tests are collected, written there, and none is run (no target is needed).
`GONOGO_JOB` names the job: the tests run, and what they see goes into the job's evidence folder.
`GONOGO_SELECTION` names a file with the keys to run; without it, all are run.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gonogo.job import current_job
from gonogo.model import PlannedCheck, ToolUsed, to_json
from gonogo.model.errors import GonogoError
from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.evidence import PACK, RESULTS, Pack, Recorder
from gonogo.pytest_plugin.naming import feature_of, key_of, planned_check, priority_of
from gonogo.pytest_plugin.recording import Recording, cannot_load
from gonogo.readers.pytest_records import Collected, SessionRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

COLLECT = "GONOGO_COLLECT"
SELECTION = "GONOGO_SELECTION"

_PLUGINS = (
    "gonogo.pytest_plugin.sessions",
    "gonogo.pytest_plugin.interfaces",
    "gonogo.pytest_plugin.data",
    "gonogo.pytest_plugin.snapshots",
    "gonogo.pytest_plugin.accessibility",
    "gonogo.pytest_plugin.watching",
    "gonogo.pytest_plugin.narrow",
    "gonogo.pytest_plugin.crawling",
    "gonogo.pytest_plugin.downloads",
    "gonogo.pytest_plugin.batches",
    "gonogo.pytest_plugin.access",
    "gonogo.pytest_plugin.contracts",
)
_SEVERITIES = {"must": "critical", "should": "normal", "could": "minor"}


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures; open the results when there is a job."""
    for name in _PLUGINS:
        module = import_module(name)
        if not config.pluginmanager.is_registered(module):
            config.pluginmanager.register(module, name)
    target = os.environ.get(COLLECT)
    if target:
        config.pluginmanager.register(Collecting(Path(target)), "gonogo.collecting")
        return
    try:
        job = current_job()
    except GonogoError as error:
        raise pytest.UsageError(f"{error.message} {error.remedy}") from error
    if job is None:
        return
    pack = Pack(job=job, recorder=Recorder(Path(job.evidence) / RESULTS))
    config.stash[PACK] = pack
    config.pluginmanager.register(Recording(pack), "gonogo.recording")
    pack.recorder.write(SessionRecord(event="started", tools=_tools()))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the results."""
    pack = config.stash.get(PACK, None)
    if pack is not None:
        pack.recorder.close()


def _tools() -> tuple[ToolUsed, ...]:
    names = ("pytest", "pytest-playwright", "playwright", "allure-pytest")
    return tuple(ToolUsed(name=name, version=version(name)) for name in names)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not planned; tell Allure what the marks say."""
    chosen = os.environ.get(SELECTION)
    if chosen:
        keys = set(json.loads(Path(chosen).read_text(encoding="utf-8")))
        left_out = [item for item in items if key_of(item) not in keys]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if key_of(item) in keys]
    if config.pluginmanager.hasplugin("allure_pytest"):
        for item in items:
            severity = _SEVERITIES[priority_of(item) or "must"]
            item.add_marker(pytest.mark.allure_label(severity, label_type="severity"))
            item.add_marker(pytest.mark.allure_label(feature_of(item), label_type="feature"))


class Collecting:
    """When only asked what there is: writes down what was collected and what could not be loaded."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a module that cannot be loaded."""
        if report.failed:
            self._problems.append(cannot_load(report))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write down what there is."""
        checks: list[PlannedCheck] = []
        for item in session.items:
            try:
                checks.append(planned_check(item))
            except CannotCheckError as error:
                self._problems.append(str(error))
        problem = " ".join(self._problems[:3])
        self._target.write_bytes(to_json(Collected(checks=tuple(checks), problem=problem)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Run nothing when only asked what there is."""
    if os.environ.get(COLLECT):
        session.config.option.collectonly = True
    return (yield)
