"""Brings both sides up, runs every stage on both, and seals what came of it.

Stages that run side by side must not see each other's changes: one would look at a list while another adds
to it, and on one side only. So each of them gets installations of its own where gonogo starts the targets
itself; where they are up already, the stages take turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.clock import iso
from gonogo.engine.carrying import carry
from gonogo.engine.definition import SIDES, Gate
from gonogo.engine.evidence import Evidence, identity_header, stage_header
from gonogo.engine.identity import examine_again, examine_data
from gonogo.engine.pairs import Pair, can_copy, end_pair, first_failure, proven_pair
from gonogo.engine.repeating import repeat_doubtful
from gonogo.engine.scheduling import batches, run_together
from gonogo.engine.targets import Targets
from gonogo.engine.workbench import Workbench, silent
from gonogo.events import Event
from gonogo.model import CheckResult, Plan, ReasonCode, Side, StageRun, StageSettings, StageStatus
from gonogo.stages.base import SideContext, Stage, StageOutcome


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
        pair, identity = proven_pair(gate, targets, evidence, "identity")
        wrong = first_failure(identity)
        if wrong:
            gate.events.emit(Event(kind="warning", text=wrong))
            _refuse_all(gate, evidence, wrong)
        else:
            for side, results in examine_data(_urls(pair), gate.upgrade.identity).items():
                identity[side].extend(results)
            bench = Workbench(gate=gate, plan=plan, evidence=evidence, secrets=secrets)
            _Gathering(bench=bench, targets=targets, pair=pair).run_stages()
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

    bench: Workbench
    targets: Targets
    pair: Pair

    @property
    def gate(self) -> Gate:
        """What the run was given."""
        return self.bench.gate

    def run_stages(self) -> None:
        """Run and seal every stage."""
        settings = {s.stage: s for s in self.gate.upgrade.stages}
        for batch in batches([self.gate.stages[name] for name in settings]):
            # Where we cannot install further copies, stages take turns on the ones that are there.
            for group in [batch] if can_copy(self.pair) else [(stage,) for stage in batch]:
                self._run_group(group, settings)

    def _run_group(self, group: tuple[Stage, ...], settings: Mapping[str, StageSettings]) -> None:
        plans = {p.stage: p for p in self.bench.plan.stages}
        pairs, failures = self._pairs(group)
        contexts = {stage.name: self._exercised(stage.name, pairs[stage.name]) for stage in group}
        work = {
            stage.name: self.bench.work(stage, settings[stage.name], plans[stage.name], contexts[stage.name])
            for stage in group
            if stage.name not in failures
        }
        started_at, started_s = iso(self.gate.clock.now()), self.gate.clock.monotonic_s()
        results = run_together(work, contexts)
        for pair in pairs.values():
            if pair is not self.pair:  # down before sealing: its log is part of that stage's evidence
                end_pair(pair)
        sealed: list[StageRun] = []
        for stage in group:
            for side in SIDES:
                if self._is_carried(stage.name, side):
                    sealed.append(carry(self.gate.earlier, self.bench.evidence, stage.name, side))
                    continue
                outcome = failures.get(stage.name) or results[stage.name].get(side) or silent(stage.name)
                duration_s = self.gate.clock.monotonic_s() - started_s
                header = stage_header(stage.name, side, outcome, started_at, duration_s)
                sealed.append(self.bench.evidence.seal(header, outcome.observations))
        repeat_doubtful(self.bench, group, tuple(sealed), self.targets, self.pair)

    def _is_carried(self, stage: str, side: Side) -> bool:
        earlier = self.gate.earlier
        return earlier is not None and side is Side.BASELINE and stage in earlier.stages

    def _hold_unlike_data(self, group: tuple[Stage, ...]) -> bool:
        """Whether these stages would find the systems that are up with unlike data.

        Where evidence of the version in use is carried over, only the upgrade's system was written to. A stage
        that exercises both would compare a system in use with a fresh one.
        """
        is_written_to = self.gate.earlier is not None and bool(self.gate.earlier.stages)
        return is_written_to and not self._is_carried(group[0].name, Side.BASELINE) and can_copy(self.pair)

    def _exercised(self, stage: str, pair: Pair) -> tuple[SideContext, ...]:
        """The sides that the stage is to exercise: all but those whose evidence is carried over."""
        return tuple(c for c in self.bench.contexts(stage, pair) if not self._is_carried(stage, c.side))

    def _pairs(self, group: tuple[Stage, ...]) -> tuple[dict[str, Pair], dict[str, StageOutcome]]:
        """Stage → its targets: the first has those that are up, every other one copies of its own."""
        pairs: dict[str, Pair] = {} if self._hold_unlike_data(group) else {group[0].name: self.pair}
        failures: dict[str, StageOutcome] = {}
        for stage in group[len(pairs) :]:
            pair, identity = proven_pair(self.gate, self.targets, self.bench.evidence, stage.name)
            pairs[stage.name] = pair
            wrong = first_failure(identity)
            if wrong:
                reason = f"Its own copies of the systems could not be used: {wrong}"
                failures[stage.name] = StageOutcome(
                    status=StageStatus.ERRORED, reason=reason, reason_code=ReasonCode.TARGET_DOWN
                )
        return pairs, failures


def _urls(pair: Pair) -> dict[Side, str]:
    return {side: target.url for side, target in pair.items()}


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
