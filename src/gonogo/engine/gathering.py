"""Brings both sides up, runs every stage on both, and seals what came of it.

Stages that run side by side must not see each other's changes: one would look at a list while another adds
to it, and on one side only. So each of them gets installations of its own where gonogo starts the targets
itself; where they are up already, the stages take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gonogo.clock import iso
from gonogo.config.secrets import password_variable
from gonogo.engine.carrying import carry
from gonogo.engine.definition import SIDES, Gate
from gonogo.engine.evidence import Evidence, identity_header, stage_header
from gonogo.engine.identity import examine, examine_again
from gonogo.engine.scheduling import Outcomes, batches, run_together
from gonogo.engine.targets import RunningTarget, Targets
from gonogo.events import Event
from gonogo.job import JobUser
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Observation,
    Plan,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
)
from gonogo.model.errors import GonogoError, Interrupted
from gonogo.stages.base import Salvages, Services, SideContext, Stage, StageOutcome
from gonogo.store import storing

Pair = Mapping[Side, RunningTarget]


def gather(gate: Gate, plan: Plan, evidence: Evidence, secrets: Mapping[str, str]) -> None:
    """Bring both targets up, run every stage on both sides, and seal what came of it.

    Whatever goes wrong ends up in the evidence; only StorageError leaves this function.
    """
    identity: dict[Side, list[CheckResult]] = {}
    with Targets(
        root=gate.project.root,
        stop=gate.stop,
        clock=gate.clock,
        baseline_version=gate.upgrade.baseline.version,
    ) as targets:
        pair, identity = _proven_pair(gate, targets, evidence, "identity")
        wrong = _first_failure(identity)
        if wrong:
            gate.events.emit(Event(kind="warning", text=wrong))
            _refuse_all(gate, evidence, wrong)
        else:
            _Gathering(
                gate=gate, plan=plan, evidence=evidence, secrets=secrets, targets=targets, pair=pair
            ).run_stages()
        for side, target in pair.items():
            version = gate.upgrade.target(side).version
            identity[side].append(examine_again(side, target.url, version, gate.upgrade.identity))
    for side in SIDES:
        # Sealed after the targets are down: their logs are part of this stage's evidence.
        header = identity_header(side, gate.stop, iso(gate.clock.now()))
        evidence.seal(header, tuple(identity.get(side, ())))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathering:
    """One run's stages, in their order, on targets that are up and proven."""

    gate: Gate
    plan: Plan
    evidence: Evidence
    secrets: Mapping[str, str]
    targets: Targets
    pair: Pair

    def run_stages(self) -> None:
        """Run and seal every stage."""
        settings = {s.stage: s for s in self.gate.upgrade.stages}
        for batch in batches([self.gate.stages[name] for name in settings]):
            # Where we cannot install further copies, stages take turns on the ones that are there.
            can_copy = all(target.target.start for target in self.pair.values())
            for group in [batch] if can_copy else [(stage,) for stage in batch]:
                self._run_group(group, settings)

    def _run_group(self, group: tuple[Stage, ...], settings: Mapping[str, StageSettings]) -> None:
        plans = {p.stage: p for p in self.plan.stages}
        pairs, failures = self._pairs(group)
        contexts = {stage.name: self._exercised(stage.name, pairs[stage.name]) for stage in group}
        work = {
            stage.name: self._work(stage, settings[stage.name], plans[stage.name], contexts[stage.name])
            for stage in group
            if stage.name not in failures
        }
        started_at, started_s = iso(self.gate.clock.now()), self.gate.clock.monotonic_s()
        results = run_together(work, contexts)
        for pair in pairs.values():
            if pair is not self.pair:  # down before sealing: its log is part of that stage's evidence
                _end(pair)
        for stage in group:
            for side in SIDES:
                if self._is_carried(stage.name, side):
                    carry(self.gate.earlier, self.evidence, stage.name, side)
                    continue
                outcome = failures.get(stage.name) or results[stage.name].get(side) or _silent(stage.name)
                duration_s = self.gate.clock.monotonic_s() - started_s
                header = stage_header(stage.name, side, outcome, started_at, duration_s)
                self.evidence.seal(header, outcome.observations)

    def _is_carried(self, stage: str, side: Side) -> bool:
        earlier = self.gate.earlier
        return earlier is not None and side is Side.BASELINE and stage in earlier.stages

    def _exercised(self, stage: str, pair: Pair) -> tuple[SideContext, ...]:
        """The sides that the stage is to exercise: all but those whose evidence is carried over."""
        return tuple(c for c in self._contexts(stage, pair) if not self._is_carried(stage, c.side))

    def _pairs(self, group: tuple[Stage, ...]) -> tuple[dict[str, Pair], dict[str, StageOutcome]]:
        """Stage → its targets: the first has those that are up, every other one copies of its own."""
        pairs: dict[str, Pair] = {group[0].name: self.pair}
        failures: dict[str, StageOutcome] = {}
        for stage in group[1:]:
            pair, identity = _proven_pair(self.gate, self.targets, self.evidence, stage.name)
            pairs[stage.name] = pair
            wrong = _first_failure(identity)
            if wrong:
                reason = f"Its own copies of the systems could not be used: {wrong}"
                failures[stage.name] = StageOutcome(
                    status=StageStatus.ERRORED, reason=reason, reason_code=ReasonCode.TARGET_DOWN
                )
        return pairs, failures

    def _work(
        self, stage: Stage, settings: StageSettings, plan: StagePlan, contexts: tuple[SideContext, ...]
    ) -> Callable[[], Outcomes]:
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

    def _contexts(self, stage: str, pair: Pair) -> tuple[SideContext, ...]:
        users = tuple(
            JobUser(role=user.role, username=user.username, password_variable=password_variable(user))
            for user in self.gate.upgrade.users
        )
        return tuple(
            SideContext(
                side=side,
                target=target.target,
                url=target.url,
                folder=_made(self.evidence.folder.working_folder(stage, side)),
                home=target.home,
                process_id=target.child.pid if target.child else None,
                users=users,
                secrets=self.secrets,
            )
            for side, target in pair.items()
        )


def _proven_pair(
    gate: Gate, targets: Targets, evidence: Evidence, stage: str
) -> tuple[Pair, dict[Side, list[CheckResult]]]:
    """Bring up both sides for a stage and examine who they are; a side that is not up is missing."""
    running, failures = _bring_up(gate, targets, evidence, stage)
    urls = {side: target.url for side, target in running.items()}
    claimed = {side: gate.upgrade.target(side).version for side in SIDES}
    return running, examine(urls, claimed, gate.upgrade.identity, failures)


def _first_failure(identity: Mapping[Side, list[CheckResult]]) -> str:
    failed = (r for results in identity.values() for r in results if r.status is CheckStatus.FAILED)
    return next((result.message for result in failed), "")


def _bring_up(
    gate: Gate, targets: Targets, evidence: Evidence, stage: str
) -> tuple[dict[Side, RunningTarget], dict[Side, str]]:
    running: dict[Side, RunningTarget] = {}
    failures: dict[Side, str] = {}
    whose = "" if stage == "identity" else f" for the {stage} stage"

    def bring(side: Side) -> None:
        target = gate.upgrade.target(side)
        text = f"{target.version} is being started{whose}"
        gate.events.emit(Event(kind="target-starting", side=side, text=text))
        log = evidence.folder.working_folder(stage, side) / "raw" / "target.log"
        try:
            running[side] = targets.bring_up(side, target, log)
        except Interrupted:
            failures[side] = "The run was stopped before it was up."
        except GonogoError as error:
            failures[side] = f"{error.message} {error.remedy}".strip()
        else:
            gate.events.emit(Event(kind="target-ready", side=side, text=f"{running[side].url}{whose}"))

    with ThreadPoolExecutor(max_workers=len(SIDES)) as pool:
        list(pool.map(bring, SIDES))
    return dict(sorted(running.items())), failures


def _end(pair: Pair) -> None:
    for target in pair.values():
        if target.child is not None:
            target.child.end()


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


def _silent(stage: str) -> StageOutcome:
    return StageOutcome(
        status=StageStatus.ERRORED,
        reason=f"The {stage} stage returned nothing for this side.",
        reason_code=ReasonCode.STAGE_ERRORED,
    )


def _refuse_all(gate: Gate, evidence: Evidence, reason: str) -> None:
    outcome = StageOutcome(
        status=StageStatus.REFUSED,
        reason=f"Not started, because the systems under test were not proven: {reason}",
        reason_code=ReasonCode.STAGE_REFUSED,
    )
    for settings in gate.upgrade.stages:
        for side in SIDES:
            header = stage_header(settings.stage, side, outcome, iso(gate.clock.now()), 0.0)
            evidence.seal(header, ())
