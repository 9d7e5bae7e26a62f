"""``make bench``: how long gonogo takes, against the same tools used plainly, and against its bars.

    python tools/bench.py [--only gate|behave|visual] [--rounds 2] [--small]

Everything measured is kept below ``benchmarks/results`` after each turn, so that a run cut short is not
lost. Ends with 0 when every bar was met, 1 when one was missed, 2 when one could not be shown.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from benchmarks.arms import Benchmark, Ruling, Samples
    from benchmarks.demo_system import Bench

    from gonogo.processes import Stop

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
NAMES = ("behave", "visual", "gate")
"""The short ones first."""

sys.path.insert(0, str(ROOT))
# With this set, every process of every arm compiles its imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def main() -> int:
    """Measure, print, keep; returns the exit code."""
    from benchmarks.arms import Ruling, exit_code

    from gonogo.cli.session import stoppable
    from gonogo.model.errors import GonogoError, Interrupted

    chosen = arguments()
    rulings: list[Ruling] = []
    with stoppable() as stop:
        for name in chosen.only or NAMES:
            try:
                with tempfile.TemporaryDirectory(
                    prefix="gonogo-bench-", ignore_cleanup_errors=True
                ) as scratch:
                    rulings += measure(name, Path(scratch), stop, chosen.rounds, is_small=chosen.small)
            except Interrupted:
                say(f"Stopped. What was measured by then is in {RESULTS.relative_to(ROOT)}.")
                return 130
            except GonogoError as error:
                say(f"{name}: NOT MEASURED. {error.message} {error.remedy}".rstrip())
                rulings.append(Ruling.NOT_SHOWN)
            except OSError as error:
                say(f"{name}: NOT MEASURED. {error}.")
                rulings.append(Ruling.NOT_SHOWN)
    return exit_code(rulings)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=NAMES, action="append", help="only this one; may be repeated")
    parser.add_argument("--rounds", type=at_least_one, default=2, help="turns of each arm (default 2)")
    parser.add_argument("--small", action="store_true", help="a fraction of the work, to try it out")
    return parser.parse_args()


def at_least_one(text: str) -> int:
    """A count, from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def measure(name: str, scratch: Path, stop: Stop, rounds: int, *, is_small: bool) -> list[Ruling]:
    """One kind of benchmark.

    Raises:
        GonogoError: it cannot be measured here; the message says what is missing.
        OSError: its figures cannot be written.
    """
    from benchmarks.demo_system import prepare

    rulings: list[Ruling] = []
    for benchmark in of_name(name, prepare(scratch, stop, is_small=is_small)):
        rulings += measure_one(benchmark, rounds, stop)
    return rulings


def of_name(name: str, bench: Bench) -> tuple[Benchmark, ...]:
    """The benchmarks of a kind. Raises GonogoError when they cannot be set up here."""
    from benchmarks import behave_overhead, visual_diff, whole_gate

    match name:
        case "behave":
            return behave_overhead.benchmarks(bench)
        case "visual":
            return (visual_diff.benchmark(bench),)
        case "gate":
            return (whole_gate.benchmark(bench),)
    raise ValueError(f"there is no benchmark called {name!r}")


def measure_one(benchmark: Benchmark, rounds: int, stop: Stop) -> list[Ruling]:
    """Run one benchmark. Whatever ends it, what was measured by then is kept and shown."""
    from benchmarks.arms import account, answers, run_all, table, write_account

    started = datetime.now(UTC)
    path = RESULTS / f"{benchmark.name}-{started:%Y%m%d-%H%M%S}.json"
    latest: Samples = {}

    def keep(samples: Samples) -> None:
        nonlocal latest
        latest = samples
        write_account(path, account(benchmark, samples, f"{started:%Y-%m-%dT%H:%M:%SZ}"))
        stop.check()

    say(f"{benchmark.title}: {rounds * benchmark.repeats} × each of {len(benchmark.arms)} arms, in turn")
    for arm, reason in benchmark.skipped.items():
        say(f"The arm {arm!r} is LEFT OUT: {reason}.")
    try:
        run_all(benchmark, rounds, busy=busy_ratio, tell=say, keep=keep)
    finally:
        if latest:
            print(f"\n{table(benchmark, latest)}\n\nAs data: {path.relative_to(ROOT)}\n", flush=True)
    return [found.ruling for found in answers(benchmark, latest)]


def busy_ratio() -> float:
    """The share of this machine that is in use, looked at for a second while nothing of ours runs."""
    return float(psutil.cpu_percent(interval=1.0)) / 100


def say(text: str) -> None:
    """A line of the story, apart from the tables."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
