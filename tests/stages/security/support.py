"""What the security tests share: targets, a project around them, and the stage run over both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gonogo.config.stage_options.security import SecurityOptions
from gonogo.events import Events
from gonogo.job import JobUser
from gonogo.model import (
    Activity,
    Authorisation,
    CheckResult,
    CheckStatus,
    Finding,
    Identity,
    Side,
    SignIn,
    StageSettings,
    Target,
    TargetClass,
    Upgrade,
    User,
)
from gonogo.processes import Stop
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.security import SecurityStage

TARGET = Path(__file__).with_name("target.py")
PASSWORD = "correct horse"
VARIABLE = "GONOGO_PASSWORD_OFFICER"
SIGN_IN = SignIn(path="/signin", success_text="Signed in as", check_path="/", sign_out_button="Sign out")
QUICK = {
    "modules": ["xss", "redirect"],
    "requests_min": 20,
    "sentinels": ["/tenants", "/notes"],
    "retests": 1,
}


class FixedClock:
    """A Friday in November."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def monotonic_s(self) -> float:
        self._seconds += 0.1
        return self._seconds


@dataclass
class Served:
    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def served(*faults: str) -> Iterator[Served]:
    """The test application, in a process of its own."""
    command = [sys.executable, str(TARGET), "--faults", ",".join(faults)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            yield Served(url=f"http://127.0.0.1:{port}", process=process)
        finally:
            process.kill()


def target(side: Side, url: str, **changes: Any) -> Target:
    values: dict[str, Any] = {
        "side": side,
        "version": "1" if side is Side.BASELINE else "2",
        "url": url,
        "target_class": TargetClass.TEST,
        "allows": (Activity.ACTIVE_SCAN,),
        "authorisation": Authorisation(by="Head of IT", hosts=("127.0.0.1",), until="2026-12-31"),
        **changes,
    }
    return Target(**values)


def project(root: Path, baseline: Target, candidate: Target, sign_in: SignIn | None = SIGN_IN) -> Project:
    upgrade = Upgrade(
        system="Council test system",
        change_ref="",
        baseline=baseline,
        candidate=candidate,
        identity=Identity(path="/", pattern="(.*)"),
        users=(User(role="officer", username="officer", password=f"env:{VARIABLE}"),) if sign_in else (),
        sign_in=sign_in,
    )
    return Project(root=root, upgrade=upgrade, python=sys.executable)


def settings(**options: Any) -> StageSettings:
    model = SecurityOptions.model_validate(options)
    return StageSettings(stage="security", timeout_s=300.0, options=model.model_dump(mode="json"))


def context(side: Side, declared: Target, folder: Path, password: str = PASSWORD) -> SideContext:
    return SideContext(
        side=side,
        target=declared,
        url=declared.url,
        folder=folder / f"security.{side.value}",
        users=(JobUser(role="officer", username="officer", password_variable=VARIABLE),),
        secrets={VARIABLE: password},
    )


def services(stop: Stop | None = None) -> Services:
    return Services(clock=FixedClock(), events=Events(), stop=stop or Stop(), browser=None)


def run_stage(
    folder: Path,
    urls: dict[Side, str],
    *,
    password: str = PASSWORD,
    sign_in: SignIn | None = SIGN_IN,
    changes: dict[Side, dict[str, Any]] | None = None,
    stop: Stop | None = None,
    before: dict[Side, dict[str, Path]] | None = None,
    **options: Any,
) -> dict[Side, StageOutcome]:
    """The whole stage over targets that are served already; `before`: folders of stages that ran before."""
    declared = {
        side: target(side, urls.get(side, "http://127.0.0.1:9"), **(changes or {}).get(side, {}))
        for side in (Side.BASELINE, Side.CANDIDATE)
    }
    whole = project(folder, declared[Side.BASELINE], declared[Side.CANDIDATE], sign_in)
    stage = SecurityStage()
    configured = settings(**options)
    contexts = tuple(context(side, declared[side], folder / "runs", password) for side in urls)
    if sign_in is None:
        contexts = tuple(
            SideContext(side=c.side, target=c.target, url=c.url, folder=c.folder) for c in contexts
        )
    contexts = tuple(replace(c, before=(before or {}).get(c.side, {})) for c in contexts)
    plan = stage.plan(whole, configured)
    assert not plan.problem
    return dict(stage.run(whole, configured, plan, contexts, services(stop)))


def statuses(outcome: StageOutcome) -> dict[str, CheckStatus]:
    return {o.key: o.status for o in outcome.observations if isinstance(o, CheckResult)}


def message(outcome: StageOutcome, key: str) -> str:
    return next(o.message for o in outcome.observations if isinstance(o, CheckResult) and o.key == key)


def findings(outcome: StageOutcome, prefix: str = "security:") -> dict[str, Finding]:
    return {o.key: o for o in outcome.observations if isinstance(o, Finding) and o.key.startswith(prefix)}
