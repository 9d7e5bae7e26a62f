"""How many requests a second the demo system answers steadily, with the load generator on the same machine.

    python benchmarks/demo_capacity.py [--rates 100 150 200] [--seconds 10]

The demo's own journeys at a fixed arrival rate, on one release at a time, after a warm-up. Steady is a rate at
which no journey fails, none is given up, and the last answer comes within a second after the round's end.
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.demo_system import Bench, context_of, prepare, up

from gonogo.job import VARIABLE, write_job
from gonogo.model import Side
from gonogo.processes import Stop, clean_environment
from gonogo.readers.load_messages import RunRound, StartUsers
from gonogo.readers.load_rounds import read_round
from gonogo.stages.base import SideContext, job_for
from gonogo.stages.load_generator import Generator
from gonogo.stages.load_machine import Machine

USERS = 40
MOST_BEHIND_S = 1.0


def measure(bench: Bench, context: SideContext, rates: list[int], seconds: float) -> None:
    """Print a line for each rate."""
    settings = bench.settings("load")
    job = write_job(job_for(context, bench.project, settings, bench.services), context.folder / "job.json")
    generator = Generator(
        python=sys.executable,
        root=bench.project.root,
        side=context.side,
        base_url=context.url,
        locustfile=bench.project.root / "load" / "locustfile.py",
        environment=clean_environment({**context.secrets, VARIABLE: str(job)}),
        log=context.raw / "locust.log",
        stop=bench.services.stop,
    )
    pid = context.process_id or 0
    machine = Machine([generator.pid], [pid], is_telling=True)
    try:
        generator.greet()
        generator.ask_for_users(StartUsers(users=USERS, wait_s=60.0, is_open_loop=True))
        generator.users_started()
        for index, rate in enumerate([rates[0], *rates]):
            file = context.raw / f"{index}.npz"
            before = machine.read()
            generator.ask_for_round(
                RunRound(
                    index=index, pair=index, seed=1, duration_s=seconds, arrivals_per_s=float(rate),
                    give_up_s=10.0, file=str(file),
                )
            )  # fmt: skip
            done = generator.round_done(seconds + 60.0)
            usage = machine.usage(before, machine.read())
            if index == 0:
                continue  # the warm-up
            ms = read_round(file.read_bytes(), source=file.name).response_ms
            is_steady = done.failed == 0 and done.wall_s < seconds + MOST_BEHIND_S
            print(
                f"{context.target.version}: {rate}/s for {seconds:g} s: {done.requests / done.wall_s:.0f} "
                f"answered a second, {done.failed} failed, p50 {np.percentile(ms, 50):.1f} ms, "
                f"p95 {np.percentile(ms, 95):.1f} ms; server {usage.target_ratio[pid]:.0%}, generator "
                f"{done.cpu_ratio:.0%} of a core, others {usage.foreign_ratio or 0:.0%} of the machine: "
                f"{'steady' if is_steady else 'NOT STEADY'}",
                flush=True,
            )
    finally:
        generator.close()


def main() -> None:
    """Both releases, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rates", type=int, nargs="+", default=[100, 150, 200])
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gonogo-capacity-", ignore_cleanup_errors=True) as name:
        bench = prepare(Path(name), Stop(), is_small=False)
        for side in (Side.BASELINE, Side.CANDIDATE):
            folder = bench.new_folder()
            with up(bench, folder, (side,)) as targets:
                measure(bench, context_of(bench, targets[0], "load", folder), chosen.rates, chosen.seconds)


if __name__ == "__main__":
    main()
