"""What a stage is: something that can say what it will check, and then check it on every side.

A stage knows one tool. It never compares sides and never decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from gonogo.clock import Clock
from gonogo.events import Emitter
from gonogo.job import BrowserToUse, Job, JobUser
from gonogo.model import (
    Api,
    Observation,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
    ToolUsed,
    Upgrade,
)
from gonogo.processes import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project folder and the upgrade it defines.

    Attributes:
        root: folder that holds `gonogo.toml`, `features/`, `suites/`, `load/`, `security/`.
        python: the interpreter that children are started with.
    """

    root: Path
    upgrade: Upgrade
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """One side as a stage is given it.

    Attributes:
        url: where it answers now (ports filled in), no trailing slash.
        folder: `runs/<stage>.<side>/` of the run folder; the stage writes below `folder / "raw"`.
        home: the target's own folder when we started it, else None.
        process_id: the target's process when we started it, else None.
        secrets: environment variables that hold secrets, for the children; never to be written.
        repeat: 0 for the first pass; n for the n-th time that doubtful checks are carried out again.
        before: sealed folders of the stages that have run on this side in this run, by stage. To be read only.
    """

    side: Side
    target: Target
    url: str
    folder: Path
    home: Path | None = None
    process_id: int | None = None
    users: tuple[JobUser, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeat: int = 0
    before: Mapping[str, Path] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        """Where the tool's own output goes."""
        return self.folder / "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What every stage may use. `workers` is how many browser workers one stage may run at once."""

    clock: Clock
    events: Emitter
    stop: Stop
    browser: BrowserToUse | None
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOutcome:
    """What a stage came to on one side; the engine seals it into the run folder.

    `observations` may be incomplete when `status` is not COMPLETED: what was gathered is kept.
    """

    status: StageStatus
    observations: tuple[Observation, ...] = ()
    tools: tuple[ToolUsed, ...] = ()
    reason: str = ""
    reason_code: ReasonCode = ReasonCode.MET
    notes: tuple[str, ...] = ()


class Stage(Protocol):
    """One adapter per tool. Register others under the entry point group `gonogo.stages`.

    Attributes:
        name: the stage's name, as in `gonogo.toml` and in keys.
        is_exclusive: nothing else of ours may run while it does (load).
        order: stages run in this order; equal numbers run side by side.
    """

    name: str
    is_exclusive: bool
    order: int

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        """List every check it will carry out on each side. Touches no target.

        A fault in the pack (a syntax error, no tests at all) is returned as `problem`, not raised.
        """

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        """Carry the plan out on every side given.

        Returns an outcome for each side, also when the tool failed: the status says so.

        Raises:
            Interrupted: the run is to stop; children are gone. Partial raw output stays in the folders.
        """


@runtime_checkable
class Salvages(Protocol):
    """A stage that can read what a run stopped half-way had already seen. Optional, beside Stage."""

    def salvage(
        self, context: SideContext, settings: StageSettings, plan: StagePlan
    ) -> tuple[Observation, ...]:
        """The observations that the raw output of one side holds so far. Must not raise on damaged output."""


@runtime_checkable
class Repeats(Protocol):
    """A stage that can carry out a part of its plan again, on either side. Optional, beside Stage.

    Its `run` is then given a plan with only the checks to repeat, and contexts whose `repeat` is not 0.

    Attributes:
        can_repeat: whether it can; True.
    """

    can_repeat: bool


def job_for(context: SideContext, project: Project, settings: StageSettings, services: Services) -> Job:
    """The job description of one stage on one side, for the tools under us."""
    return Job(
        stage=settings.stage,
        side=context.side,
        system=project.upgrade.system,
        version=context.target.version,
        base_url=context.url,
        evidence=str(context.raw),
        project=str(project.root),
        home=str(context.home) if context.home else "",
        browser=services.browser,
        users=context.users,
        options=settings.options,
        sign_in=project.upgrade.sign_in,
        api=_api_of(project.upgrade.api, context.url),
        batch=project.upgrade.batch,
        databases=project.upgrade.databases,
        repeat=context.repeat,
        privacy=project.upgrade.privacy,
    )


def _api_of(api: Api | None, url: str) -> Api | None:
    """The interfaces as one side has them: some systems want to read their own address in a header."""
    if api is None:
        return None
    headers = {name: value.replace("{url}", url) for name, value in api.headers.items()}
    return msgspec.structs.replace(api, headers=headers)
