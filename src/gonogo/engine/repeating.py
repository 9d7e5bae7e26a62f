"""Carries doubtful checks out again, on both sides in turn, before anybody believes what they showed.

Where gonogo starts the targets itself each repeat gets fresh installations: a check that creates a record
must find the data it found the first time. Repeats are evidence of their own, sealed in folders of their own;
what they mean is said by `gonogo.comparing.blaming`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from gonogo.clock import iso
from gonogo.comparing.choosing import Choice, choose_repeats
from gonogo.comparing.compare import compare_stage
from gonogo.engine.definition import SIDES
from gonogo.engine.evidence import stage_header
from gonogo.engine.pairs import Pair, can_copy, end_pair, first_failure, proven_pair
from gonogo.engine.scheduling import run_together
from gonogo.engine.targets import Targets
from gonogo.engine.workbench import Workbench, silent
from gonogo.events import Event
from gonogo.model import (
    Observation,
    ReasonCode,
    Replay,
    Side,
    StageHeader,
    StagePlan,
    StageRun,
    StageStatus,
)
from gonogo.stages.base import Repeats, SideContext, Stage, StageOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What one repeat of one stage came to on one side, before it is sealed."""

    header: StageHeader
    observations: tuple[Observation, ...]


def repeat_doubtful(
    bench: Workbench,
    group: tuple[Stage, ...],
    sealed: tuple[StageRun, ...],
    targets: Targets,
    pair: Pair,
) -> None:
    """Repeat what differs between the sides in these stages, and seal what came of it.

    Args:
        bench: what stages are carried out with.
        group: the stages that have just run side by side.
        sealed: their first passes.
        targets: starts further copies.
        pair: the targets that are up; used where no copies can be installed.

    Raises:
        StorageError: evidence cannot be written.
    """
    replay = bench.gate.upgrade.replay
    if not replay.times or bench.gate.stop.is_requested:
        return
    chosen = {stage.name: _choice(bench, stage.name, sealed) for stage in group if isinstance(stage, Repeats)}
    stages = tuple(stage for stage in group if stage.name in chosen and chosen[stage.name].keys)
    if not stages:
        return
    checks = sum(len(chosen[stage.name].keys) for stage in stages)
    left_out = sum(len(chosen[stage.name].left_out) for stage in stages)
    text = f"Repeating {checks} checks that differ on both versions, up to {replay.times} times"
    bench.gate.events.emit(Event(kind="repeating", text=text + (f" ({left_out} not)" if left_out else "")))
    plans = {stage.name: _part(bench, stage.name, chosen[stage.name]) for stage in stages}
    _Repeating(bench=bench, stages=stages, plans=plans, targets=targets, pair=pair).carry_out(replay)


def _choice(bench: Workbench, stage: str, sealed: tuple[StageRun, ...]) -> Choice:
    runs = tuple(run for run in sealed if run.header.stage == stage)
    if any(run.header.status is not StageStatus.COMPLETED for run in runs):
        return Choice()
    found = compare_stage(stage, bench.plan, runs, bench.evidence.folder.read_artefact)
    replay = bench.gate.upgrade.replay
    return choose_repeats(found.differences, runs, most=replay.most_checks, time_limit_s=replay.time_limit_s)


def _part(bench: Workbench, stage: str, choice: Choice) -> StagePlan:
    wanted = frozenset(choice.keys)
    return StagePlan(
        stage=stage,
        checks=tuple(c for c in bench.plan.checks if c.stage == stage and c.key in wanted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repeating:
    """The repeats of stages that run side by side."""

    bench: Workbench
    stages: tuple[Stage, ...]
    plans: Mapping[str, StagePlan]
    targets: Targets
    pair: Pair

    def carry_out(self, replay: Replay) -> None:
        """Repeat as often as wanted and as time allows, then seal every repeat."""
        clock = self.bench.gate.clock
        made: list[_Made] = []
        began_s, longest_s = clock.monotonic_s(), 0.0
        done = 0
        while done < replay.times and not self.bench.gate.stop.is_requested:
            if done and clock.monotonic_s() - began_s + longest_s > replay.time_limit_s:
                text = f"The time for repeats is over after {done} of {replay.times}."
                self.bench.gate.events.emit(Event(kind="repeating", text=text))
                break
            started_s = clock.monotonic_s()
            done += 1
            made.extend(self._once(done))
            longest_s = max(longest_s, clock.monotonic_s() - started_s)
        # Sealed at the end, when it is known how many there are: a repeat that is lost later is missed.
        for each in made:
            header = msgspec.structs.replace(each.header, repeats=done)
            self.bench.evidence.seal(header, each.observations)

    def _once(self, number: int) -> list[_Made]:
        clock = self.bench.gate.clock
        started_at, started_s = iso(clock.now()), clock.monotonic_s()
        outcomes = self._outcomes(number)
        duration_s = clock.monotonic_s() - started_s
        return [
            _Made(
                header=msgspec.structs.replace(
                    stage_header(stage, side, outcome, started_at, duration_s), repeat=number
                ),
                observations=outcome.observations,
            )
            for (stage, side), outcome in outcomes.items()
        ]

    def _outcomes(self, number: int) -> dict[tuple[str, Side], StageOutcome]:
        settings = {s.stage: s for s in self.bench.gate.upgrade.stages}
        pairs, failures = self._pairs(number)
        contexts = {
            name: _in_turn(self.bench.contexts(name, pair, number), number) for name, pair in pairs.items()
        }
        work = {
            stage.name: self.bench.work(
                stage, settings[stage.name], self.plans[stage.name], contexts[stage.name]
            )
            for stage in self.stages
            if stage.name not in failures
        }
        results = run_together(work, contexts)
        for pair in pairs.values():
            if pair is not self.pair:  # down before sealing: its log is part of the evidence
                end_pair(pair)
        return {
            (stage.name, side): failures.get(stage.name)
            or results[stage.name].get(side)
            or silent(stage.name)
            for stage in self.stages
            for side in SIDES
        }

    def _pairs(self, number: int) -> tuple[dict[str, Pair], dict[str, StageOutcome]]:
        """Stage → its targets: fresh copies where we can install them, else those that are up."""
        if not can_copy(self.pair):
            return {stage.name: self.pair for stage in self.stages}, {}
        pairs: dict[str, Pair] = {}
        failures: dict[str, StageOutcome] = {}
        for stage in self.stages:
            pair, identity = proven_pair(
                self.bench.gate, self.targets, self.bench.evidence, stage.name, number
            )
            pairs[stage.name] = pair
            wrong = first_failure(identity)
            if wrong:
                reason = f"The copies of the systems for this repeat could not be used: {wrong}"
                failures[stage.name] = StageOutcome(
                    status=StageStatus.ERRORED, reason=reason, reason_code=ReasonCode.TARGET_DOWN
                )
        return pairs, failures


def _in_turn(contexts: tuple[SideContext, ...], number: int) -> tuple[SideContext, ...]:
    """The sides in the order of this repeat: A B, B A, A B …; what drifts with time then favours neither."""
    return contexts if number % 2 else tuple(reversed(contexts))
