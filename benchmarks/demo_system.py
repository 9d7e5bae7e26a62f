"""What the benchmarks run against: a copy of the demo's packs, and its two releases while they are up.

Every arm works on the same copy, in which the two settings that would make runs unlike each other are fixed:
the load stage otherwise stops as soon as it has an answer, and chooses by itself how the sides take turns.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import tomlkit

from gonogo.cli.demonstration import PASSWORD_VARIABLE
from gonogo.cli.session import browser_to_use, load_project
from gonogo.clock import SystemClock
from gonogo.config.secrets import password_variable
from gonogo.engine.gate import resolve_secrets
from gonogo.engine.targets import RunningTarget, Targets
from gonogo.events import Events
from gonogo.job import BrowserToUse, JobUser
from gonogo.model import Side, StageSettings
from gonogo.model.errors import ConfigError, UsageError
from gonogo.processes import Stop
from gonogo.setup import find_browser, pack_folder, this_machine
from gonogo.stages.base import Project, Services, SideContext

CANDIDATE = "8.2.1"
LOAD_PAIRS = 8
BOTH = (Side.BASELINE, Side.CANDIDATE)
PACKS = ("features", "suites", "load", "security")
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")

# What is left of the packs when a benchmark is only tried out.
SMALL_FEATURE = "rent_accounts.feature"
SMALL_SUITE = "test_sessions.py"
SMALL_LOAD_PAIRS = 6
SMALL_PAGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every arm is given.

    Attributes:
        folder: scratch, removed at the end.
        secrets: environment variables with the passwords of the test accounts.
    """

    project: Project
    folder: Path
    services: Services
    secrets: Mapping[str, str] = field(repr=False)
    is_small: bool = False

    def settings(self, stage: str) -> StageSettings:
        """How a stage is configured. Raises ConfigError when the demo does not have it."""
        for settings in self.project.upgrade.stages:
            if settings.stage == stage:
                return settings
        raise ConfigError(
            f"The demo's gonogo.toml no longer has the stage {stage!r}, which is measured here."
        )

    def new_folder(self) -> Path:
        """A fresh folder in the scratch folder, for one run of one arm."""
        return Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))

    def with_browser(self, browser: BrowserToUse) -> Bench:
        """The same with another browser."""
        return replace(self, services=replace(self.services, browser=browser))


def prepare(folder: Path, stop: Stop, *, is_small: bool) -> Bench:
    """Copy the packs and fix what has to be equal in every arm.

    Args:
        is_small: keep one feature file, one test file and a short load, to try a benchmark out.

    Raises:
        ConfigError, ProjectError: the packs are not as expected.
        UsageError: no browser is installed.
    """
    # The demo's accounts exist for this run only, so their password is made up for it.
    os.environ.setdefault(PASSWORD_VARIABLE, secrets.token_urlsafe(12))
    browser = browser_to_use()
    if browser is None:
        raise UsageError("There is no browser to measure with.", remedy="Run `make setup`.")
    root = folder / "project"
    source = pack_folder()
    for pack in PACKS:
        shutil.copytree(source / pack, root / pack, ignore=IGNORED)
    if is_small:
        _keep_only(root / "features", "*.feature", SMALL_FEATURE)
        _keep_only(root / "suites", "test_*.py", SMALL_SUITE)
    (root / "gonogo.toml").write_text(definition(source / "gonogo.toml", is_small=is_small), encoding="utf-8")
    project = load_project(root)
    services = Services(clock=SystemClock(), events=Events(), stop=stop, browser=browser, workers=1)
    return Bench(
        project=project,
        folder=folder,
        services=services,
        secrets=resolve_secrets(project.upgrade),
        is_small=is_small,
    )


def _keep_only(folder: Path, pattern: str, name: str) -> None:
    for path in folder.glob(pattern):
        if path.name != name:
            path.unlink()


def definition(path: Path, *, is_small: bool) -> str:
    """The demo's gonogo.toml with the candidate that gets GO, and the same load in every run."""
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    pairs = SMALL_LOAD_PAIRS if is_small else LOAD_PAIRS
    document["candidate"]["version"] = CANDIDATE
    stages = document["stages"].unwrap()
    stages["load"] |= {"pairs_min": pairs, "pairs_max": pairs, "interleave": "rounds", "budget_s": 600.0}
    if is_small:
        stages["load"] |= {"round_s": 1.0, "requests_min": 1}
        stages["security"]["web"] |= {"pages_max": SMALL_PAGES, "modules": ["xss"], "start": []}
    document["stages"] = stages
    return tomlkit.dumps(document)


def full_browser() -> BrowserToUse | None:
    """An installed full Chrome or Chromium, as opposed to the headless shell; None when there is none."""
    machine = this_machine()
    path = machine.which("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    if path is None:
        return None
    # find_browser knows how to ask a program for its version, and which switches this machine needs.
    named = replace(machine, environment={**machine.environment, "GONOGO_BROWSER": str(path)})
    found = find_browser(named)
    if found is None:
        return None
    return BrowserToUse(
        path=str(found.path), kind=str(found.kind), version=found.version, arguments=tuple(found.launch_args)
    )


@contextmanager
def up(bench: Bench, folder: Path, sides: Sequence[Side] = BOTH) -> Iterator[list[RunningTarget]]:
    """The releases, freshly installed and answering; several are brought up side by side, as the gate does.

    Raises:
        TargetError: one did not start.
        Interrupted: the run is to stop.
    """
    upgrade, services = bench.project.upgrade, bench.services
    with Targets(
        root=bench.project.root,
        stop=services.stop,
        clock=services.clock,
        baseline_version=upgrade.baseline.version,
    ) as targets:

        def bring(side: Side) -> RunningTarget:
            return targets.bring_up(side, upgrade.target(side), folder / f"target.{side}.log")

        with ThreadPoolExecutor(max_workers=len(sides)) as pool:
            running = list(pool.map(bring, sides))
        yield running


def context_of(bench: Bench, target: RunningTarget, stage: str, folder: Path) -> SideContext:
    """One side as a stage is given it, with a folder of its own as in a run folder."""
    place = folder / "runs" / f"{stage}.{target.side}"
    (place / "raw").mkdir(parents=True, exist_ok=True)
    users = tuple(
        JobUser(role=user.role, username=user.username, password_variable=password_variable(user))
        for user in bench.project.upgrade.users
    )
    return SideContext(
        side=target.side,
        target=target.target,
        url=target.url,
        folder=place,
        home=target.home,
        process_id=target.child.pid if target.child else None,
        users=users,
        secrets=bench.secrets,
    )


class _AllureResult(msgspec.Struct):
    historyId: str = ""  # noqa: N815 - Allure's name
    uuid: str = ""


def count_tests(results: Path) -> int:
    """How many different tests a folder of Allure results holds; a test that was tried again counts once."""
    decoder = msgspec.json.Decoder(_AllureResult)
    found = (decoder.decode(path.read_bytes()) for path in results.glob("*-result.json"))
    return len({one.historyId or one.uuid for one in found})
