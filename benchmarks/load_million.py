"""A million samples, from the files of their rounds to a ruling: how long it takes, and how much memory.

    python benchmarks/load_million.py [--samples 1000000] [--rounds 20] [--journeys 8]

The samples of both sides together are counted. What is timed is what `gonogo run` does with a finished load
test: read the rounds' files, make the measurements, compare the sides, judge. The bars are 5 s and 500 MB.
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from gonogo.comparing.measurements import compare_measurements
from gonogo.judging.response_time import judge_no_more_errors, judge_no_slower
from gonogo.model import Criterion, CriterionKind, Measurement, Priority
from gonogo.readers.load_messages import Journey
from gonogo.readers.load_rounds import read_round, round_as_bytes
from gonogo.readers.load_samples import Limits, read_load
from gonogo.readers.load_statistics import RoundFacts

MOST_S, MOST_MB = 5.0, 500.0
FACTS = RoundFacts(
    duration_s=60.0, wall_s=60.1, users=50, offered_per_s=400.0, cpu_ratio=0.3, late_p95_ms=0.2
)


def names(journeys: int) -> tuple[str, ...]:
    """The journeys' names."""
    return tuple(f"Journey {place}" for place in range(journeys))


def write(folder: Path, samples: int, rounds: int, journeys: int) -> None:
    """The files of a load test of identical versions."""
    draw = np.random.default_rng(1)
    endpoints = tuple(f"GET /{place}" for place in range(journeys))
    each = samples // 2 // rounds
    for side in ("baseline", "candidate"):
        for number in range(rounds):
            ms, due = np.exp(draw.normal(3.0, 0.4, each)), np.sort(draw.random(each)) * 60.0
            rows = [
                (i % journeys, i % journeys, i, due[i], due[i], due[i], ms[i], 200, 5000, False)
                for i in range(each)
            ]
            (folder / f"{side}-{number}.npz").write_bytes(round_as_bytes(rows, names(journeys), endpoints))


def judge(folder: Path, rounds: int, journeys: int) -> str:
    """Files to rulings; a line about it."""
    started = time.perf_counter()
    mix = [Journey(name=name, weight=1 / journeys, source="f.py:1") for name in names(journeys)]
    found: dict[str, tuple[Measurement, ...]] = {}
    count = 0
    for side in ("baseline", "candidate"):
        read = [read_round((folder / f"{side}-{n}.npz").read_bytes(), source=side) for n in range(rounds)]
        count += sum(len(one.duration_ms) for one in read)
        limits = Limits(least_executions=20, most_errors=0.05)
        all_of = read_load(mix, [(one, FACTS) for one in read], limits)
        found[side] = tuple(one for one in all_of if isinstance(one, Measurement))
    measured = tuple(compare_measurements("load", found["baseline"], found["candidate"]))
    rulings = [
        judge_no_slower(_criterion(CriterionKind.NO_SLOWER, 10.0), measured).ruling.value,
        judge_no_more_errors(_criterion(CriterionKind.NO_MORE_ERRORS, 0.01), measured).ruling.value,
    ]
    took_s = time.perf_counter() - started
    used_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000.0
    is_met = took_s <= MOST_S and used_mb <= MOST_MB
    return (
        f"{count:,} samples in {2 * rounds} rounds: {took_s:.2f} s (bar {MOST_S:g}), {used_mb:.0f} MB at most "
        f"(bar {MOST_MB:g}), rulings {' and '.join(rulings)}: {'met' if is_met else 'MISSED'}"
    )


def _criterion(kind: CriterionKind, limit: float) -> Criterion:
    return Criterion(
        id=f"load.{kind.value}", stage="load", kind=kind, priority=Priority.MUST, limit=limit, statement="."
    )


def main() -> int:
    """Write the samples, then judge them in a process of its own, whose memory is that of judging alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--journeys", type=int, default=8)
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.judge is not None:
        said = judge(chosen.judge, chosen.rounds, chosen.journeys)
        print(said)
        return int("MISSED" in said)
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), chosen.samples, chosen.rounds, chosen.journeys)
        command = [sys.executable, __file__, "--judge", name, "--rounds", str(chosen.rounds)]
        return subprocess.run([*command, "--journeys", str(chosen.journeys)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
