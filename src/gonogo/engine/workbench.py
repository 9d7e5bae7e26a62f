"""Carrying stages out: what each is given, and what its outcome is when it is stopped or says nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.config.secrets import password_variable
from gonogo.engine.definition import Gate
from gonogo.engine.evidence import Evidence
from gonogo.engine.pairs import Pair
from gonogo.engine.scheduling import Outcomes
from gonogo.events import Event
from gonogo.job import JobUser
from gonogo.model import Observation, Plan, ReasonCode, Side, StagePlan, StageSettings, StageStatus
from gonogo.model.errors import Interrupted
from gonogo.stages.base import Salvages, Services, SideContext, Stage, StageOutcome
from gonogo.store import HEADER, storing


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What every stage of a run is carried out with."""

    gate: Gate
    plan: Plan
    evidence: Evidence
    secrets: Mapping[str, str]

    def work(
        self, stage: Stage, settings: StageSettings, plan: StagePlan, contexts: tuple[SideContext, ...]
    ) -> Callable[[], Outcomes]:
        """What runs a stage on these sides, for a thread; a stopped stage gives what it had seen by then."""
        gate = self.gate
        services = Services(
            clock=gate.clock, events=gate.events, stop=gate.stop, browser=gate.browser, workers=gate.workers
        )

        def work() -> Outcomes:
            gate.stop.check()
            gate.events.emit(Event(kind="stage-started", stage=stage.name, total=len(plan.checks)))
            try:
                return stage.run(gate.project, settings, plan, contexts, services)
            except Interrupted:
                if not isinstance(stage, Salvages):
                    raise
                return {c.side: _salvaged(stage.salvage(c, settings, plan)) for c in contexts}
            finally:
                gate.events.emit(Event(kind="stage-finished", stage=stage.name))

        return work

    def contexts(self, stage: str, pair: Pair, repeat: int = 0) -> tuple[SideContext, ...]:
        """The sides of a pair as a stage is given them; their folders are made."""
        users = tuple(
            JobUser(role=user.role, username=user.username, password_variable=password_variable(user))
            for user in self.gate.upgrade.users
        )
        return tuple(
            SideContext(
                side=side,
                target=target.target,
                url=target.url,
                folder=_made(self.evidence.folder.working_folder(stage, side, repeat)),
                home=target.home,
                process_id=target.child.pid if target.child else None,
                users=users,
                secrets=self.secrets,
                repeat=repeat,
                before=self._sealed(side),
            )
            for side, target in pair.items()
        )

    def _sealed(self, side: Side) -> dict[str, Path]:
        """Folders of the stages that are sealed on a side; a folder in the making is nobody's to read."""
        folders = {
            settings.stage: self.evidence.folder.stage_folder(settings.stage, side)
            for settings in self.gate.upgrade.stages
        }
        return {stage: folder for stage, folder in folders.items() if (folder / HEADER).is_file()}


def _made(folder: Path) -> Path:
    with storing(folder.name):
        (folder / "raw").mkdir(parents=True, exist_ok=True)
    return folder


def _salvaged(observations: tuple[Observation, ...]) -> StageOutcome:
    return StageOutcome(
        status=StageStatus.INTERRUPTED,
        observations=observations,
        reason="The run was stopped; what had been seen by then is kept.",
        reason_code=ReasonCode.STAGE_INTERRUPTED,
    )


def silent(stage: str) -> StageOutcome:
    """The outcome of a side that a stage gave none for."""
    return StageOutcome(
        status=StageStatus.ERRORED,
        reason=f"The {stage} stage returned nothing for this side.",
        reason_code=ReasonCode.STAGE_ERRORED,
    )
