"""What it costs to have the UAT stage run behave instead of running behave by hand.

Two suites: the demo's scenarios with a browser on one release, and sixty scenarios that do nothing, where all
that is left is overhead. Plain behave has the same formatter (Allure's), the same step library and one
browser for the whole run. The stage gets one worker, so that nothing is won by doing things side by side.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.arms import Arm, Bar, Benchmark, Sample
from benchmarks.demo_system import Bench, context_of, count_tests, up

from gonogo.engine.targets import RunningTarget
from gonogo.job import VARIABLE, write_job
from gonogo.model import Side, StageStatus
from gonogo.model.errors import ToolError
from gonogo.processes import Child, clean_environment
from gonogo.stages.base import SideContext, job_for
from gonogo.stages.uat import ALLURE_RESULTS, UatStage

FACTOR, EXTRA_S = 1.05, 0.3
FEATURES, SCENARIOS_EACH, STEPS_EACH = 12, 5, 6
TRIVIAL_TURNS = 5
ALLURE = "allure_behave.formatter:AllureFormatter"

_POLL_S = 0.005

Place = Callable[[Bench, Path, Sequence[Side]], AbstractContextManager[list[RunningTarget]]]


def benchmarks(bench: Bench) -> tuple[Benchmark, Benchmark]:
    """One for each suite; two arms in either. The short one is run more often: seconds vary by tenths."""
    nothing = f"{FEATURES * SCENARIOS_EACH} scenarios that do nothing"
    root = bench.folder / "trivial"
    write_trivial_pack(root)
    trivial = replace(bench, project=replace(bench.project, root=root))
    return (
        _of_suite("behave-demo", "the demo's scenarios", bench, up, repeats=1),
        _of_suite("behave-trivial", nothing, trivial, _nothing_up, repeats=TRIVIAL_TURNS),
    )


def _of_suite(name: str, suite: str, bench: Bench, place: Place, *, repeats: int) -> Benchmark:
    ours = Arm(name="ours", title="the UAT stage", run=_runner(bench, place, _ours))
    plain = Arm(name="plain", title="plain behave, Allure's formatter", run=_runner(bench, place, _plain))
    return Benchmark(
        name=name,
        title=f"One behave suite through gonogo: {suite}",
        arms=(ours, plain),
        bars=(Bar(arm="ours", against="plain", factor=FACTOR, extra_s=EXTRA_S),),
        repeats=repeats,
        is_partial=bench.is_small,
    )


def write_trivial_pack(root: Path) -> None:
    """Write a project's `features/`, in which every step does nothing."""
    steps = root / "features" / "steps"
    steps.mkdir(parents=True)
    (steps / "all.py").write_text(
        "from behave import step\n\n\n@step('nothing happens {times:d} times')\n"
        "def nothing_happens(context, times):\n    pass\n",
        encoding="utf-8",
    )
    for feature in range(FEATURES):
        lines = [f"Feature: Nothing, part {feature}"]
        for scenario in range(SCENARIOS_EACH):
            lines += ["", f"  Scenario: Nothing {feature}.{scenario}"]
            lines += [f"    * nothing happens {step} times" for step in range(STEPS_EACH)]
        file = root / "features" / f"nothing_{feature:02d}.feature"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _nothing_up(bench: Bench, folder: Path, sides: Sequence[Side]) -> Iterator[list[RunningTarget]]:
    """For scenarios that look at no system."""
    del folder
    target = bench.project.upgrade.target(sides[0])
    yield [RunningTarget(side=sides[0], target=target, url="http://127.0.0.1:9")]


def _runner(bench: Bench, place: Place, way: Callable[[Bench, SideContext], Sample]) -> Callable[[], Sample]:
    """A run on a system of its own, which is brought up before the clock starts: scenarios write to it."""

    def run() -> Sample:
        folder = bench.new_folder()
        with place(bench, folder, (Side.BASELINE,)) as running:
            return way(bench, context_of(bench, running[0], "uat", folder))

    return run


def _ours(bench: Bench, context: SideContext) -> Sample:
    stage, settings = UatStage(), bench.settings("uat")
    began_s = time.perf_counter()
    plan = stage.plan(bench.project, settings)
    planned_s = time.perf_counter()
    if plan.problem:
        raise ToolError(f"The scenarios cannot be planned: {plan.problem}")
    outcome = stage.run(bench.project, settings, plan, (context,), bench.services)[context.side]
    ended_s = time.perf_counter()
    problem = (
        ""
        if outcome.status is StageStatus.COMPLETED
        else f"the stage ended {outcome.status}: {outcome.reason}"
    )
    return Sample(
        took_s=ended_s - planned_s,
        parts={"run": ended_s - planned_s, "the plan, made once before and not counted": planned_s - began_s},
        did={"scenarios": count_tests(context.raw / ALLURE_RESULTS)},
        problems=(problem,) if problem else (),
    )


def _plain(bench: Bench, context: SideContext) -> Sample:
    job = write_job(
        job_for(context, bench.project, bench.settings("uat"), bench.services), context.raw / "job.json"
    )
    results = context.raw / ALLURE_RESULTS
    began_s = time.perf_counter()
    child = Child(
        [bench.project.python, "-m", "behave", "features", "-f", ALLURE, "-o", str(results)],
        cwd=bench.project.root,
        environment=clean_environment({**context.secrets, VARIABLE: str(job)}),
        log=context.raw / "behave.log",
    )
    try:
        # Asked often: what the stage loses by asking less often is part of what is measured.
        while (code := child.poll()) is None:
            bench.services.stop.check()
            time.sleep(_POLL_S)
        took_s = time.perf_counter() - began_s
    finally:
        child.end()
    # behave ends with 1 when a scenario failed, which on the version in use some may.
    problem = "" if code in (0, 1) else f"behave ended with {code}"
    return Sample(
        took_s=took_s,
        parts={"run": took_s},
        did={"scenarios": count_tests(results)},
        problems=(problem,) if problem else (),
    )
