"""A project with a locustfile and two targets, for the tests of the load stage."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from gonogo.clock import SystemClock
from gonogo.config.stage_options.load import LoadOptions
from gonogo.events import Event, Events
from gonogo.model import (
    Activity,
    Authorisation,
    Criterion,
    CriterionKind,
    Identity,
    Priority,
    Side,
    StageSettings,
    Target,
    TargetClass,
    Upgrade,
)
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext

LOCUSTFILE = """
from locust import FastHttpUser, task

class Officer(FastHttpUser):
    def on_start(self):
        self.client.get("/signin")

    @task(3)
    def rent_search(self):
        self.client.get("/search?q=x", name="/search")

    @task(1)
    def log_repair(self):
        self.client.post("/repairs", json={"what": "tap"})
"""
QUICK = {
    "arrival_rate": 100.0, "users": 8, "round_s": 0.5, "pairs_min": 6, "pairs_max": 6, "give_up_s": 2.0,
    "requests_min": 5,
}  # fmt: skip


def target(side: Side, url: str, **changed: object) -> Target:
    plain: dict[str, object] = {
        "side": side,
        "version": "8.1" if side is Side.BASELINE else "8.2",
        "url": url,
        "target_class": TargetClass.TEST,
        "allows": (Activity.LOAD,),
        "authorisation": Authorisation(by="A. Shah", hosts=("127.0.0.1",), until="2099-12-31"),
    }
    return Target(**{**plain, **changed})  # type: ignore[arg-type]


def criteria(limit: float = 10.0) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            id=f"load.{kind.value}", stage="load", kind=kind, priority=Priority.MUST, limit=at, statement="."
        )
        for kind, at in ((CriterionKind.NO_SLOWER, limit), (CriterionKind.NO_MORE_ERRORS, 0.01))
    )


def project(
    root: Path,
    baseline: Target,
    candidate: Target,
    *,
    locustfile: str = LOCUSTFILE,
    limits: tuple[Criterion, ...] | None = None,
) -> Project:
    folder = root / "load"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "locustfile.py").write_text(locustfile, encoding="utf-8")
    upgrade = Upgrade(
        system="Meridian",
        change_ref="",
        baseline=baseline,
        candidate=candidate,
        identity=Identity(path="/about", pattern="(.*)"),
        criteria=criteria() if limits is None else limits,
    )
    return Project(root=root, upgrade=upgrade, python=sys.executable)


def settings(timeout_s: float = 120.0, **options: object) -> StageSettings:
    chosen = LoadOptions.model_validate({**QUICK, **options})
    return StageSettings(stage="load", timeout_s=timeout_s, options=chosen.model_dump(mode="json"))


def sides(of: Project, runs: Path, pids: Iterable[int | None] = (None, None)) -> tuple[SideContext, ...]:
    targets = (of.upgrade.baseline, of.upgrade.candidate)
    return tuple(
        SideContext(
            side=one.side, target=one, url=one.url, folder=runs / f"load.{one.side.value}", process_id=pid
        )
        for one, pid in zip(targets, pids, strict=True)
    )


def services(heard: list[Event] | None = None, stop: Stop | None = None) -> Services:
    listeners = [heard.append] if heard is not None else []
    return Services(clock=SystemClock(), events=Events(*listeners), stop=stop or Stop(), browser=None)
