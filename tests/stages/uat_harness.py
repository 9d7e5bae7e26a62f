"""Runs the UAT stage on a pack, as the engine does, without an engine."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.clock import SystemClock
from gonogo.events import Event, Events
from gonogo.job import BrowserToUse, JobUser
from gonogo.model import CheckResult, Identity, Side, StagePlan, StageSettings, Target, Upgrade
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.uat import UatStage

PACKS = Path(__file__).parent / "uat_packs"


@dataclass
class Harness:
    """A project, its targets and what was told while it ran."""

    root: Path
    out: Path
    options: dict[str, Any] = field(default_factory=dict)
    workers: int = 1
    timeout_s: float = 60.0
    url: str = "http://127.0.0.1:9"
    home: Path | None = None
    upgrade: dict[str, Any] = field(default_factory=dict)
    users: tuple[JobUser, ...] = ()
    secrets: dict[str, str] = field(default_factory=dict)
    browser: BrowserToUse | None = None
    events: list[Event] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)

    @property
    def project(self) -> Project:
        def target(side: Side) -> Target:
            return Target(side=side, version="1.0", url=self.url)

        upgrade = Upgrade(
            system="Parish Ledger",
            change_ref="",
            baseline=target(Side.BASELINE),
            candidate=target(Side.CANDIDATE),
            identity=Identity(path="/", pattern="(.*)"),
            **self.upgrade,
        )
        return Project(root=self.root, upgrade=upgrade, python=sys.executable)

    @property
    def settings(self) -> StageSettings:
        return StageSettings(stage="uat", timeout_s=self.timeout_s, options=self.options)

    def plan(self) -> StagePlan:
        return UatStage().plan(self.project, self.settings)

    def run(
        self, *sides: Side, plan: StagePlan | None = None
    ) -> tuple[StagePlan, Mapping[Side, StageOutcome]]:
        plan = plan or self.plan()
        contexts = tuple(
            SideContext(
                side=side,
                target=self.project.upgrade.target(side),
                url=self.url,
                folder=self.out / f"uat.{side}",
                home=self.home,
                users=self.users,
                secrets=self.secrets,
            )
            for side in sides or (Side.BASELINE,)
        )
        services = Services(
            clock=SystemClock(),
            events=Events(self.events.append),
            stop=self.stop,
            browser=self.browser,
            workers=self.workers,
        )
        return plan, UatStage().run(self.project, self.settings, plan, contexts, services)

    def raw(self, side: Side = Side.BASELINE) -> Path:
        return self.out / f"uat.{side}" / "raw"


def by_key(outcome: StageOutcome) -> dict[str, CheckResult]:
    return {o.key: o for o in outcome.observations if isinstance(o, CheckResult)}
