"""What a command needs before it can start: the project, the machine's browser, stop signals, a run id."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from gonogo.cli.console import is_interactive, say, story
from gonogo.cli.progress import LiveProgress, PlainProgress
from gonogo.clock import Clock, SystemClock
from gonogo.config.accepted import with_accepted_risks
from gonogo.config.loading import load_upgrade
from gonogo.config.waivers import with_waivers
from gonogo.engine.definition import Gate
from gonogo.events import Events
from gonogo.job import BrowserToUse
from gonogo.model.errors import UsageError
from gonogo.processes import Stop
from gonogo.publishing.base import PublishSettings, registered_publishers
from gonogo.publishing.settings import read_settings
from gonogo.setup import find_browser
from gonogo.stages.base import Project
from gonogo.stages.registry import installed_stages, option_models


def load_project(root: Path, overrides: Mapping[str, str] | None = None) -> Project:
    """The project in a folder. Raises ProjectError or ConfigError."""
    root = root.resolve()
    upgrade = load_upgrade(root, option_models(installed_stages()), overrides)
    upgrade = with_accepted_risks(upgrade, root, SystemClock().now().date())
    upgrade = with_waivers(upgrade, root)
    return Project(root=root, upgrade=upgrade, python=sys.executable)


def parse_overrides(items: list[str]) -> dict[str, str]:
    """`candidate.version=8.2.1` → mapping. Raises UsageError when there is no `=`."""
    pairs = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise UsageError(
                f"--set {item} is not of the form KEY=VALUE.", remedy="Such as: --set candidate.version=8.3"
            )
        pairs[key.strip()] = value.strip()
    return pairs


def new_run_id(clock: Clock) -> str:
    """A folder name that sorts by time and does not collide: `20261122-093015-3fa1`."""
    return f"{clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def browser_to_use() -> BrowserToUse | None:
    """The browser of this machine, or None when there is none."""
    found = find_browser()
    if found is None:
        return None
    return BrowserToUse(
        path=str(found.path), kind=str(found.kind), version=found.version, arguments=tuple(found.launch_args)
    )


@contextmanager
def stoppable() -> Iterator[Stop]:
    """A Stop that Ctrl-C and SIGTERM ask for; the handlers before it are put back afterwards."""
    stop = Stop()

    def handle(number: int, _: FrameType | None) -> None:
        if not stop.is_requested:
            say(f"Stopping ({signal.Signals(number).name}); what was gathered is kept …")
        stop.request()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def gate_for(project: Project, clock: Clock, stop: Stop) -> Iterator[Gate]:
    """A gate whose progress shows on the terminal."""
    progress = LiveProgress(story) if is_interactive() else PlainProgress(story)
    with progress:
        yield Gate(
            project=project,
            stages=installed_stages(),
            clock=clock,
            events=Events(progress),
            stop=stop,
            browser=browser_to_use(),
            publishers=registered_publishers(),
            settings=publish_settings(project.root),
            workers=max(1, (os.cpu_count() or 2) // 2),
        )


def publish_settings(root: Path) -> PublishSettings:
    """The team's report settings: `reports/report.toml` and its own templates. Raises ConfigError."""
    return read_settings(root)


def select_stages(project: Project, stages: list[str]) -> Project:
    """The project with only these stages and their criteria; all of them when none is named.

    What is left out is kept on record: a run without it can end in no-go, and never in go.

    Raises:
        UsageError: there is no stage of that name.
    """
    if not stages:
        return project
    known = [settings.stage for settings in project.upgrade.stages]
    for stage in stages:
        if stage not in known:
            raise UsageError(
                f"There is no stage called {stage!r} in this project.", remedy=f"Stages: {', '.join(known)}."
            )
    upgrade = msgspec.structs.replace(
        project.upgrade,
        stages=tuple(s for s in project.upgrade.stages if s.stage in stages),
        criteria=tuple(c for c in project.upgrade.criteria if c.stage in (*stages, "identity")),
        left_out=tuple(stage for stage in known if stage not in stages),
    )
    return Project(root=project.root, upgrade=upgrade, python=project.python)
