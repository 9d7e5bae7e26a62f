"""The cases of ``make load-truth``, and one real run of one of them.

Both sides are Meridian Housing 8.1, installed afresh; the candidate is put under strain (`gonogo.demo.web.strain`).
"""
# ruff: noqa: INP001 - a script's other half

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.demo_system import BOTH, Bench, context_of, prepare, up
from benchmarks.naive_rules import calls

from gonogo.comparing.measurements import compare_measurements
from gonogo.demo.web.strain import VARIABLE
from gonogo.judging.memory_growth import leak_hint
from gonogo.judging.response_time import judge_no_more_errors, judge_no_slower
from gonogo.model import (
    CriterionKind,
    Judgement,
    MeasuredDifference,
    Measurement,
    Ruling,
    Side,
    StageSettings,
)
from gonogo.model.errors import ToolError
from gonogo.processes import Stop
from gonogo.readers.load_log import RoundLog
from gonogo.readers.load_rounds import RoundSamples, read_round
from gonogo.stages.base import SideContext, StageOutcome
from gonogo.stages.load import LoadStage

JOURNEY = "View rent account"
PATH = "/accounts/"
LOAD_S = 60.0
ROUND_S = 2.5
OVERHEAD_S = 20.0
"""What the generators' start, signing in, the warm-up and the gaps between rounds take, none of which is measured."""
SERVER_SHARE = 0.85
"""Of the time a journey takes as its user sees it, what the server's own work is; see `strain_of`."""
SLEEP_SHARE = 0.02
"""By how much any strain at all slows the journey: a sleep ends about 0.1 ms late."""


def strain_of(percent: float) -> float:
    """The factor of the server's own work that makes a journey about so much slower as its user sees it.

    The rest of what its user waits for (connection, queue, parsing, the load generator) stays as it is. Both
    shares were measured: 1.143, 1.286 and 1.714 made the journey 16, 28 and 64% slower, three runs each. What
    it amounts to is in the table every time.
    """
    return 1 + (percent / 100 - SLEEP_SHARE) / SERVER_SHARE


def slow(percent: float) -> str:
    """The strain under which one journey is about so much slower."""
    return f"slow={PATH}:{strain_of(percent):.4f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of trouble.

    Attributes:
        times: runs that its bar needs.
        bar: share of the runs that must find it; for identical versions, the share that may be called worse.
        finding: what finds it: `slower`, `errors` or `leak`.
        busy: beside a program that uses one processor, on and off.
    """

    name: str
    title: str
    strain: str
    times: int
    bar: float | None
    finding: str = "slower"
    busy: bool = False

    @property
    def is_identical(self) -> bool:
        """Whether there is nothing to find."""
        return not self.strain


CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Case(name="identical", title="identical versions", strain="", times=30, bar=0.0),
        Case(name="+10", title=f"{JOURNEY} +10%", strain=slow(10), times=20, bar=0.95),
        Case(name="+20", title=f"{JOURNEY} +20%", strain=slow(20), times=20, bar=0.99),
        Case(name="+50", title=f"{JOURNEY} +50%", strain=slow(50), times=20, bar=0.99),
        Case(name="tail", title="5% of requests × 3", strain=f"tail=0.05:{strain_of(200):.4f}", times=20, bar=0.95),
        Case(
            name="errors", title="bursts of errors", strain="errors=10:0.5", times=10, bar=None,
            finding="errors",
        ),
        Case(name="leak", title="a leak of 16 KiB a request", strain="leak=16", times=10, bar=None,
             finding="leak"),
        Case(name="busy", title="identical, busy neighbour", strain="", times=10, bar=0.0, busy=True),
    )
}  # fmt: skip


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to.

    Attributes:
        pairs, load_s, decision_s: rounds judged, seconds of measured load for both sides, seconds until the answer.
        worse: measured change of the journey's typical time (`exp(log difference) − 1`).
        naive: what each usual rule said on the same samples: slower or not.
        statistics: mean and standard deviation over the pairs of each difference of logs, for later looks.
    """

    case: str
    ruling: str
    reason: str
    errors_ruling: str
    leak: str
    pairs: int
    load_s: float
    decision_s: float
    at_once: bool
    foreign: float
    worse: float
    naive: dict[str, bool]
    statistics: dict[str, tuple[float, float]]
    ended: str


def file_of(results: Path, case: Case, number: int) -> Path:
    """Where a run is kept."""
    return results / f"{case.name}-{number + 1:02d}.json"


def run_once(case: Case, file: Path, stop: Stop) -> str:
    """One real run, kept in `file`; returns a line about it.

    Raises:
        GonogoError: the demo system or the stage could not be run.
    """
    with tempfile.TemporaryDirectory(prefix="gonogo-truth-", ignore_cleanup_errors=True) as scratch:
        bench = _strained(prepare(Path(scratch), stop, is_small=False), case.strain)
        folder = bench.new_folder()
        with up(bench, folder) as targets, _neighbour(busy=case.busy):
            contexts = tuple(context_of(bench, target, "load", folder) for target in targets)
            started = time.monotonic()
            outcomes = _stage(bench, contexts, file.stem)
            kept = _kept(case, bench, contexts, outcomes, time.monotonic() - started)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
    return (
        f"{file.stem:14} {kept.ruling:13} errors {kept.errors_ruling:13} {kept.pairs:2} pairs, "
        f"{kept.load_s:4.1f} s of load, {kept.decision_s:4.0f} s, journey {kept.worse:+.1%}, "
        f"others {kept.foreign:.0%} {'leak' if kept.leak else ''}"
    )


def _strained(bench: Bench, strain: str) -> Bench:
    """The project with 8.1 on both sides and the candidate under strain."""
    upgrade = bench.project.upgrade
    baseline = upgrade.baseline
    candidate = msgspec.structs.replace(
        baseline,
        side=Side.CANDIDATE,
        environment={**baseline.environment, **({VARIABLE: strain} if strain else {})},
    )
    changed = msgspec.structs.replace(upgrade, candidate=candidate)
    return replace(bench, project=replace(bench.project, upgrade=changed))


def _settings(bench: Bench) -> StageSettings:
    settings = bench.settings("load")
    pairs = round(LOAD_S / ROUND_S)
    options = {
        **settings.options, "interleave": "auto", "pairs_min": 8, "pairs_max": pairs, "round_s": ROUND_S,
        "budget_s": LOAD_S + OVERHEAD_S,
    }  # fmt: skip
    return msgspec.structs.replace(settings, options=options)


def _stage(bench: Bench, contexts: tuple[SideContext, ...], name: str) -> Mapping[Side, StageOutcome]:
    stage, settings = LoadStage(), _settings(bench)
    plan = stage.plan(bench.project, settings)
    if plan.problem:
        raise ToolError(plan.problem)
    # The schedule follows from the plan: runs of one plan would all have the same one, and not be independent.
    checks = tuple(msgspec.structs.replace(check, title=f"{check.title} ({name})") for check in plan.checks)
    plan = msgspec.structs.replace(plan, checks=checks)
    return stage.run(bench.project, settings, plan, contexts, bench.services)


def _kept(
    case: Case,
    bench: Bench,
    contexts: tuple[SideContext, ...],
    outcomes: Mapping[Side, StageOutcome],
    decision_s: float,
) -> Kept:
    sides = {context.side: _read(context) for context in contexts}
    logs = {side: log for side, (log, _) in sides.items()}
    measured = _compared(outcomes)
    by_key = {one.key: one for one in measured}
    slower, errors = _judged(bench, measured)
    rounds = [note for note in logs[Side.BASELINE].rounds if note.pair >= 0]
    at_once = any(note.is_at_once for note in rounds)
    every = [note for log in logs.values() for note in log.rounds]
    journey = by_key.get(f"load:{JOURNEY}:log_mean")
    foreign = by_key.get("load:generator:foreign_ratio")
    return Kept(
        case=case.name,
        ruling=slower.ruling.value,
        reason=slower.reason,
        errors_ruling=errors.ruling.value,
        leak=leak_hint("load", measured),
        pairs=len(logs[Side.BASELINE].kept),
        load_s=sum(note.duration_s for note in every if note.pair >= 0) / (2 if at_once else 1),
        decision_s=decision_s,
        at_once=at_once,
        foreign=max(foreign.baseline, foreign.candidate) if foreign else 0.0,
        worse=float(np.expm1(journey.mean_difference)) if journey else 0.0,
        naive=calls(sides[Side.BASELINE][1], sides[Side.CANDIDATE][1]),
        statistics={
            one.key: (one.mean_difference, one.sd_difference) for one in measured if one.unit == "ln(ms)"
        },
        ended=logs[Side.BASELINE].ended,
    )


def _read(context: SideContext) -> tuple[RoundLog, list[RoundSamples]]:
    log = msgspec.json.decode((context.raw / "rounds.json").read_bytes(), type=RoundLog)
    samples = [read_round((context.folder / note.file).read_bytes(), source=note.file) for note in log.kept]
    return log, samples


def _compared(outcomes: Mapping[Side, StageOutcome]) -> tuple[MeasuredDifference, ...]:
    found = {
        side: tuple(one for one in outcomes[side].observations if isinstance(one, Measurement))
        for side in BOTH
    }
    return tuple(compare_measurements("load", found[Side.BASELINE], found[Side.CANDIDATE]))


def _judged(bench: Bench, measured: tuple[MeasuredDifference, ...]) -> tuple[Judgement, Judgement]:
    own = {one.kind: one for one in bench.project.upgrade.criteria if one.stage == "load"}
    return (
        judge_no_slower(own[CriterionKind.NO_SLOWER], measured),
        judge_no_more_errors(own[CriterionKind.NO_MORE_ERRORS], measured),
    )


_BURN = """
import random, time
while True:
    until = time.monotonic() + random.uniform(1, 6)
    while time.monotonic() < until:
        pass
    time.sleep(random.uniform(0.5, 3))
"""


@contextlib.contextmanager
def _neighbour(*, busy: bool) -> Iterator[None]:
    """Two programs that use processor time, on and off, for as long as the block lasts."""
    burners = [subprocess.Popen([sys.executable, "-c", _BURN]) for _ in range(2 if busy else 0)]
    try:
        yield
    finally:
        for burner in burners:
            burner.terminate()
            burner.wait()


def is_found(case: Case, kept: Kept) -> bool:
    """Whether a run found what there is; for identical versions, whether it raised a false alarm."""
    not_met = Ruling.NOT_MET.value
    match case.finding:
        case "errors":
            return kept.errors_ruling == not_met
        case "leak":
            return bool(kept.leak)
        case _:
            return kept.ruling == not_met or (case.is_identical and kept.errors_ruling == not_met)
