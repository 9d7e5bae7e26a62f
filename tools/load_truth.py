"""``make load-truth``: how often the load stage is right, tried out for real against the demo system.

    python tools/load_truth.py [--only identical tail] [--times 5] [--budget 600] [--table]

Every run installs the demo system twice, puts trouble of a known size onto one of them (`MERIDIAN_STRAIN`), lets the
real load stage run, and judges what came of it as a gate would. A run has up to 60 s of measured load for both
sides together. On the very samples of each run the usual rules are asked as well.

What was measured is kept in ``benchmarks/results/load-truth``, one file a run, and counts the next time: the whole
can be done in pieces, on an otherwise idle machine. Cases take turns, so that a part is a fair sample of each.
Ends with 0 when every bar is met, 1 when one is missed, 2 when there are not enough runs to say.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.load_truth_runs import Case

    from gonogo.processes import Stop

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "load-truth"
ABOUT_A_RUN_S = 95.0

sys.path.insert(0, str(ROOT))
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def main() -> int:
    """Run what is missing, print the table; returns the exit code."""
    from benchmarks.load_truth_runs import CASES
    from benchmarks.load_truth_table import exit_code, table

    from gonogo.cli.session import stoppable
    from gonogo.model.errors import GonogoError, Interrupted

    chosen = arguments(tuple(CASES))
    cases = [CASES[name] for name in chosen.only or CASES]
    chosen.results.mkdir(parents=True, exist_ok=True)
    if not chosen.table:
        with stoppable() as stop:
            try:
                carry_out(cases, chosen, stop)
            except Interrupted:
                print("Stopped.")
            except GonogoError as error:
                print(f"{error.message} {error.remedy}".strip(), file=sys.stderr)
                return 2
    print(table(chosen.results))
    return exit_code(chosen.results)


def carry_out(cases: list[Case], chosen: argparse.Namespace, stop: Stop) -> None:
    """One run of each case in turn, until each has its number or the time is up."""
    from benchmarks.load_truth_runs import file_of, run_once

    started = time.monotonic()
    most = max(chosen.times or case.times for case in cases)
    for number in range(most):
        for case in cases:
            file = file_of(chosen.results, case, number)
            if number >= (chosen.times or case.times) or file.exists():
                continue
            if time.monotonic() - started + ABOUT_A_RUN_S > chosen.budget:
                print(f"The budget of {chosen.budget:g} s is used up; run it again for the rest.")
                return
            print(run_once(case, file, stop), flush=True)


def arguments(names: tuple[str, ...]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="+", choices=names, metavar="CASE", help=", ".join(names))
    parser.add_argument("--times", type=int, default=0, help="runs of each case; default: what its bar needs")
    parser.add_argument("--budget", type=float, default=1e9, help="seconds after which no new run begins")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where what was measured is kept")
    parser.add_argument("--table", action="store_true", help="run nothing, print what is kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
