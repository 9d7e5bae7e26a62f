"""How long judging takes for run folders of 1,000, 10,000 and 100,000 observations, and how much memory.

    python -m benchmarks.judging_size [--sizes 1000 10000 100000]

Each folder is judged in a process of its own: its evidence read and checked against its digests, compared,
judged, and comparison and verdict written. Bars: the largest within 5 seconds and 1 GiB, and ten times the
observations within fifteen times the time (three seconds' worth of start-up is left out of that, since a
process that judges nothing takes it too).

Ends with 0 when every bar was met and with 1 when one was missed.
"""
# ruff: noqa: INP001, T201 - a script, not a package; it prints

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from gonogo.config.criteria import criteria_for, identity_criterion
from gonogo.engine.evidence import Evidence
from gonogo.engine.gate import judge_folder
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Discipline,
    Finding,
    Identity,
    Observation,
    PlannedCheck,
    Severity,
    Side,
    Snapshot,
    SnapshotForm,
    StageHeader,
    StagePlan,
    StageSettings,
    StageStatus,
    Target,
    Upgrade,
)
from gonogo.planning.assemble import assemble_plan
from gonogo.store import RunFolder

SIZES = (1_000, 10_000, 100_000)
LIMIT_S, LIMIT_MIB, LIMIT_GROWTH = 5.0, 1024, 15.0
SIDES = (Side.BASELINE, Side.CANDIDATE)
STAGES = ("uat", "regression")
AT = "2026-11-20T10:00:00Z"


def main() -> int:
    """Build, judge and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.judge:
        print(json.dumps(judged(chosen.judge)))
        return 0
    rows = []
    for size in sorted(chosen.sizes):
        with tempfile.TemporaryDirectory(prefix="gonogo-judging-") as scratch:
            write_run(Path(scratch), size)
            row = {"observations": size, **in_a_process(Path(scratch))}
        rows.append(row)
        print(
            f"{size:>9,} observations: {row['wall_s']:6.2f} s ({row['cpu_s']:.2f} s of processor time), "
            f"{row['peak_mib']:5.0f} MiB, {1e6 * row['cpu_s'] / size:6.1f} µs each"
        )
    return report(rows)


def report(rows: list[dict[str, float]]) -> int:
    """Say which bars were met; 0 when all were."""
    last = rows[-1]
    bars = {
        f"{last['observations']:,} observations within {LIMIT_S:g} s": last["wall_s"] <= LIMIT_S,
        f"… and within {LIMIT_MIB} MiB": last["peak_mib"] <= LIMIT_MIB,
    }
    for small, large in pairwise(rows):
        times = large["observations"] / small["observations"]
        allowed = LIMIT_GROWTH / 10 * times * max(small["cpu_s"], 0.1)
        bars[f"{times:g} times the observations within {LIMIT_GROWTH / 10 * times:g} times the time"] = (
            large["cpu_s"] <= allowed
        )
    for bar, is_met in bars.items():
        print(f"{'met' if is_met else 'MISSED':<7} {bar}")
    return 0 if all(bars.values()) else 1


def in_a_process(folder: Path) -> dict[str, float]:
    """Judge a run folder in a fresh process; its own account of time and memory."""
    command = [sys.executable, "-m", "benchmarks.judging_size", "--judge", str(folder / "run")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def judged(run: Path) -> dict[str, float]:
    """Judge, and say how long it took and how much memory the process had at most."""
    began_s, cpu_s = time.perf_counter(), time.process_time()
    judge_folder(RunFolder.open(run), generated_at=AT)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "wall_s": time.perf_counter() - began_s,
        "cpu_s": time.process_time() - cpu_s,
        "peak_mib": peak_kib / 1024,
    }


def write_run(reports: Path, size: int) -> None:
    """A sealed run folder with about `size` observations on both sides together: checks, findings, tables."""
    count = size // (len(SIDES) * len(STAGES))
    folder = RunFolder.create(reports, "run")
    folder.write("upgrade.json", upgrade())
    plans = tuple(StagePlan(stage=stage, checks=tuple(planned(stage, count))) for stage in STAGES)
    plan_sha256 = folder.write("plan.json", assemble_plan(plans, SIDES))
    evidence = Evidence(folder=folder, plan_sha256=plan_sha256, secret_forms=())
    for side in SIDES:
        names = ("answers", "states-version", "distinct", "still-answers")
        proven = tuple(
            CheckResult(
                key=f"identity:{name}", status=CheckStatus.PASSED, title=name, discipline=Discipline.IDENTITY
            )
            for name in names
        )
        evidence.seal(header("identity", side), proven)
        for stage in STAGES:
            (folder.stage_folder(stage, side) / "raw").mkdir(parents=True)
            seen = tuple(observations(folder.stage_folder(stage, side), stage, side, count))
            evidence.seal(header(stage, side), seen)


def upgrade() -> Upgrade:
    """Two targets and the default criteria."""
    baseline, candidate = (
        Target(side=side, version=version, url=f"http://127.0.0.1:{port}")
        for side, version, port in ((Side.BASELINE, "1", 9001), (Side.CANDIDATE, "2", 9002))
    )
    criteria = [identity_criterion(), *(c for stage in STAGES for c in criteria_for(stage, None))]
    return Upgrade(
        system="Any",
        change_ref="",
        baseline=baseline,
        candidate=candidate,
        identity=Identity(path="/", pattern="(.*)"),
        stages=tuple(StageSettings(stage=stage) for stage in STAGES),
        criteria=tuple(criteria),
    )


def header(stage: str, side: Side) -> StageHeader:
    """The header of a stage that completed."""
    return StageHeader(stage=stage, side=side, status=StageStatus.COMPLETED, started_at=AT)


def planned(stage: str, count: int) -> Iterator[PlannedCheck]:
    """Seven checks of every ten observations."""
    for number in range(count * 7 // 10):
        yield PlannedCheck(key=check_key(stage, number), stage=stage, title=f"Check number {number}")


def observations(folder: Path, stage: str, side: Side, count: int) -> Iterator[Observation]:
    """Of ten observations seven are checks, two findings and one a table; one check in fifty fails anew."""
    checks = count * 7 // 10
    for number in range(checks):
        is_bad = side is Side.CANDIDATE and number % 50 == 0
        yield CheckResult(
            key=check_key(stage, number),
            status=CheckStatus.FAILED if is_bad else CheckStatus.PASSED,
            title=f"Check number {number}",
            message=f"The page shows £{number}.00 instead of £{number}.10" if is_bad else "",
            where=f"GET /accounts/{number}",
        )
    for number in range(count * 2 // 10):
        yield Finding(
            key=f"{stage}:finding:{number}",
            rule=f"rule:{number % 100}",
            severity=Severity.LOW,
            title="A weakness",
            where=f"/accounts/{number}",
            check=check_key(stage, number % checks),
        )
    for number in range(count // 10):
        content = f"account,balance\nA{number},{number + (side is Side.CANDIDATE and number % 20 == 0)}\n"
        path = f"raw/{number}.csv"
        (folder / path).write_text(content, encoding="utf-8")
        yield Snapshot(
            key=f"{stage}:snapshot:{number}",
            title=f"Table {number}",
            form=SnapshotForm.TABLE,
            artefact=path,
            sha256=hashlib.sha256(content.encode()).hexdigest(),
            row_key=("account",),
            check=check_key(stage, number % checks),
        )


def check_key(stage: str, number: int) -> str:
    """As keys of real packs are: stage, file, check."""
    return f"{stage}:file{number // 50}:Check number {number}"


if __name__ == "__main__":
    sys.exit(main())
