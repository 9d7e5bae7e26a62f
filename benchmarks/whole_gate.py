"""The whole gate for the demo's 8.1 → 8.2.1, against the same tools without it.

    ours     `gonogo run`: everything from the plan to the reports
    in turn  the same tools with the same browser, one after another: behave, pytest, bandit, the same rounds
             of load, the same web scan, each on the version in use and then on the upgrade; at the end Allure
    usual    the same, but with a browser started for each scenario, and full Chromium

Every arm runs the same packs, brings both releases up side by side, and does the same load: the load stage
itself, with a fixed number of rounds. What the gate does besides (planning, copies of the releases for stages
that run side by side, comparing, judging, its other reports) counts as its own time.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from benchmarks.arms import Arm, Bar, Benchmark, Sample
from benchmarks.demo_system import CANDIDATE, Bench, full_browser
from benchmarks.in_turn import TIMEOUT_S, InTurn, what_was_done

from gonogo.model import Ruling, Side, StageHeader, StagePlan, StageStatus, Verdict, from_json
from gonogo.model.errors import GonogoError, ToolError
from gonogo.processes import clean_environment, run
from gonogo.setup import find_allure
from gonogo.stages.load import LoadStage
from gonogo.stages.regression import RegressionStage
from gonogo.stages.uat import UatStage

AGAINST_IN_TURN, AGAINST_USUAL = 0.85, 0.55
NO_BROWSER = (
    "there is no full Chromium or Chrome on this machine; install one (Debian: apt-get install chromium)"
)
USUAL_HOOKS = '''"""A browser for each scenario, as behave projects usually have it."""

from gonogo.steps import environment
from gonogo.steps.environment import *


def before_scenario(context, scenario):
    environment.before_scenario(context, scenario)
    context.worker.browser()


def after_scenario(context, scenario):
    environment.after_scenario(context, scenario)
    context.worker.close()
'''


def benchmark(bench: Bench) -> Benchmark:
    """Three arms, or two where there is no full browser.

    Raises:
        ToolError: a stage cannot say what it would do, or Allure is missing.
    """
    allure = find_allure()
    if allure is None:
        raise ToolError(
            "Allure is not installed, and it is one of the tools measured.", remedy="Run `make setup`."
        )
    load_plan = _planned(bench)
    features = _usual_features(bench)
    in_turn = InTurn(
        bench=bench, load_plan=load_plan, features=bench.project.root / "features", allure=allure
    )
    full = full_browser()
    arms = [
        Arm(name="ours", title=f"gonogo, {_browser(bench)}", run=lambda: _ours(bench)),
        Arm(
            name="in turn",
            title=f"the same tools one after another, {_browser(bench)}",
            run=in_turn.run,
        ),
    ]
    if full is not None:
        with_full = bench.with_browser(full)
        usual = InTurn(bench=with_full, load_plan=load_plan, features=features, allure=allure)
        title = f"the same, a browser for each scenario, {_browser(with_full)}"
        arms.append(Arm(name="usual", title=title, run=usual.run))
    return Benchmark(
        name="gate",
        title=f"The whole gate, 8.1 → {CANDIDATE}",
        arms=tuple(arms),
        bars=(
            Bar(arm="ours", against="in turn", factor=AGAINST_IN_TURN),
            Bar(arm="ours", against="usual", factor=AGAINST_USUAL),
        ),
        skipped={} if full is not None else {"usual": NO_BROWSER},
        is_partial=bench.is_small,
    )


def _browser(bench: Bench) -> str:
    browser = bench.services.browser
    return f"{browser.kind} {browser.version}" if browser else "Playwright's own browser"


def _planned(bench: Bench) -> StagePlan:
    """The load stage's plan. Every pack is loaded once on the way, so that no arm pays for compiling it."""
    plans = {}
    for stage in (UatStage(), RegressionStage(), LoadStage()):
        plans[stage.name] = stage.plan(bench.project, bench.settings(stage.name))
        if plans[stage.name].problem:
            problem = plans[stage.name].problem
            raise ToolError(f"The {stage.name} stage cannot say what it would do: {problem}")
    return plans[LoadStage.name]


def _usual_features(bench: Bench) -> Path:
    features = bench.folder / "usual" / "features"
    shutil.copytree(bench.project.root / "features", features)
    (features / "environment.py").write_text(USUAL_HOOKS, encoding="utf-8")
    return features


def _ours(bench: Bench) -> Sample:
    folder = bench.new_folder()
    command = [sys.executable, "-c", "from gonogo.cli import main; main()", "run"]
    command += ["-C", str(bench.project.root), "--reports", str(folder), "--run-id", "run"]
    began_s = time.perf_counter()
    done = run(
        command,
        cwd=folder,
        environment=clean_environment({}),
        log=folder / "gonogo.log",
        timeout_s=TIMEOUT_S,
        stop=bench.services.stop,
    )
    took_s = time.perf_counter() - began_s
    try:
        verdict = from_json((folder / "run" / "verdict.json").read_bytes(), Verdict, source="verdict.json")
        headers = [
            from_json(path.read_bytes(), StageHeader, source=path.name)
            for path in sorted((folder / "run" / "runs").glob("*/stage.json"))
        ]
    except (OSError, GonogoError):
        last = (done.tail.strip().splitlines() or ["it said nothing"])[-1]
        raise ToolError(f"gonogo ended with {done.return_code} and without a verdict: {last}") from None
    problems = [
        f"{h.stage} {h.side}: {h.status}, {h.reason}"
        for h in headers
        if h.status is not StageStatus.COMPLETED
    ]
    reports = (folder / "run" / "published" / "allure" / "index.html",)
    problems += [f"no {report.name} was made by Allure" for report in reports if not report.is_file()]
    parts = {header.stage: header.duration_s for header in headers if header.side is Side.BASELINE}
    parts.pop("identity", None)
    return Sample(
        took_s=took_s,
        parts=parts,
        did=what_was_done(folder / "run"),
        problems=tuple(problems),
        notes=(f"verdict: {verdict.decision}", *_lacking(verdict)),
    )


def _lacking(verdict: Verdict) -> list[str]:
    """What kept the verdict from GO."""
    wanting = (Ruling.NOT_MET, Ruling.INCONCLUSIVE)
    return [f"{j.criterion}: {j.ruling}, {j.reason}" for j in verdict.judgements if j.ruling in wanting]
