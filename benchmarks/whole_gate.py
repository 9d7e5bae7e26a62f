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

import itertools
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from benchmarks.arms import Arm, Bar, Benchmark, Sample
from benchmarks.behave_overhead import ALLURE
from benchmarks.demo_system import BOTH, CANDIDATE, Bench, context_of, count_tests, full_browser, up

from gonogo.engine.targets import RunningTarget
from gonogo.job import VARIABLE, write_job
from gonogo.model import Ruling, Side, StageHeader, StagePlan, StageSettings, StageStatus, Verdict, from_json
from gonogo.model.errors import GonogoError, ToolError
from gonogo.processes import clean_environment, run
from gonogo.publishing.allure_parts.generating import generate
from gonogo.readers.load_log import RoundLog
from gonogo.setup import Tool, find_allure
from gonogo.stages.base import SideContext, job_for
from gonogo.stages.load import LoadStage
from gonogo.stages.regression import RegressionStage
from gonogo.stages.security import SecurityStage
from gonogo.stages.uat import UatStage

AGAINST_IN_TURN, AGAINST_USUAL = 0.85, 0.55
TIMEOUT_S = 1200.0
NO_BROWSER = (
    "there is no full Chromium or Chrome on this machine; install one (Debian: apt-get install chromium)"
)
RESULTS = "allure-results"
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

_count = itertools.count(1)


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
    folder = bench.folder / f"gate-{next(_count)}"
    folder.mkdir()
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
    problems = [f"{h.stage} {h.side}: {h.status}, {h.reason}" for h in headers if h.status is not _DONE]
    reports = (folder / "run" / "published" / "allure" / "index.html",)
    problems += [f"no {report.name} was made by Allure" for report in reports if not report.is_file()]
    parts = {header.stage: header.duration_s for header in headers if header.side is Side.BASELINE}
    parts.pop("identity", None)
    return Sample(
        took_s=took_s,
        parts=parts,
        did=_did(folder / "run"),
        problems=tuple(problems),
        notes=(f"verdict: {verdict.decision}", *_lacking(verdict)),
    )


def _lacking(verdict: Verdict) -> list[str]:
    """What kept the verdict from GO."""
    wanting = (Ruling.NOT_MET, Ruling.INCONCLUSIVE)
    return [f"{j.criterion}: {j.ruling}, {j.reason}" for j in verdict.judgements if j.ruling in wanting]


_DONE = StageStatus.COMPLETED


def _did(folder: Path) -> dict[str, int]:
    """What a run folder, or one laid out like it, shows to have been done on both sides together."""
    found = {
        f"{stage} tests": sum(
            count_tests(folder / "runs" / f"{stage}.{side}" / "raw" / RESULTS) for side in BOTH
        )
        for stage in ("uat", "regression")
    }
    logs = [folder / "runs" / f"load.{side}" / "raw" / "rounds.json" for side in BOTH]
    read = [from_json(log.read_bytes(), RoundLog, source=log.name) for log in logs if log.is_file()]
    return {**found, "load rounds": sum(len(log.kept) for log in read)}


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """The arms without gonogo's schedule: each tool by itself, on one side and then on the other."""

    bench: Bench
    load_plan: StagePlan
    features: Path
    allure: Tool

    def run(self) -> Sample:
        """Do it once, on fresh systems.

        Raises:
            GonogoError: a tool could not be started, or a system did not come up.
        """
        folder = self.bench.folder / f"gate-{next(_count)}"
        once = _Once(folder=folder, began_s=time.perf_counter())
        with up(self.bench, folder) as running:
            once.part("bringing both up")
            # Ending the systems is left out here; in the gate's own time it is included.
            self._work(once, running)
            once.part("Allure")
            took_s = time.perf_counter() - once.began_s
        return Sample(took_s=took_s, parts=once.parts, did=_did(folder), problems=tuple(once.problems))

    def _work(self, once: _Once, running: Sequence[RunningTarget]) -> None:
        for name, tool in (("behave", self._behave), ("pytest", self._pytest), ("bandit", self._bandit)):
            for target in running:
                tool(once, target)
                once.part(f"{name} {target.side}")
        self._stage(once, LoadStage(), self.bench.settings("load"), self.load_plan, running)
        once.part("load")
        settings = self.bench.settings("security")
        # The code is scanned already, by bandit itself.
        web = msgspec.structs.replace(settings, options={**settings.options, "code": {}})
        plan = SecurityStage().plan(self.bench.project, web)
        for target in running:
            self._stage(once, SecurityStage(), web, plan, [target])
            once.part(f"web scan {target.side}")
        self._allure(once, running)

    def _behave(self, once: _Once, target: RunningTarget) -> None:
        context = self._context(once, target, "uat")
        command = ["-m", "behave", str(self.features), "-f", ALLURE, "-o", str(context.raw / RESULTS)]
        self._tool(once, context, command)

    def _pytest(self, once: _Once, target: RunningTarget) -> None:
        context = self._context(once, target, "regression")
        root, raw = self.bench.project.root, context.raw
        command = ["-m", "pytest", "suites", "--rootdir", str(root), "-p", "no:cacheprovider"]
        self._tool(
            once, context, [*command, "--alluredir", str(raw / RESULTS), "--output", str(raw / "playwright")]
        )

    def _bandit(self, once: _Once, target: RunningTarget) -> None:
        context = self._context(once, target, "security")
        code = self.bench.settings("security").options["code"]
        root = self.bench.project.root
        command = [
            "-m",
            "bandit",
            "-q",
            "-f",
            "json",
            "-o",
            str(context.raw / "bandit.json"),
            "--ignore-nosec",
        ]
        command += ["-r", ".", "-c", str(root / code["config"])]
        self._tool(once, context, command, cwd=root / code[str(target.side)])

    def _tool(
        self, once: _Once, context: SideContext, command: Sequence[str], *, cwd: Path | None = None
    ) -> None:
        """A tool on one side. All of them end with 1 when they found something, which is no failure here."""
        bench, stage = self.bench, context.folder.name.partition(".")[0]
        job = write_job(
            job_for(context, bench.project, bench.settings(stage), bench.services), context.raw / "job.json"
        )
        done = run(
            [bench.project.python, *command],
            cwd=cwd or bench.project.root,
            environment=clean_environment({**context.secrets, VARIABLE: str(job)}),
            log=context.raw / "tool.log",
            timeout_s=TIMEOUT_S,
            stop=bench.services.stop,
        )
        if done.is_timed_out or done.return_code not in (0, 1):
            last = (done.tail.strip().splitlines() or ["it said nothing"])[-1]
            once.problems.append(f"{command[1]} on the {context.side} ended with {done.return_code}: {last}")

    def _stage(
        self,
        once: _Once,
        stage: LoadStage | SecurityStage,
        settings: StageSettings,
        plan: StagePlan,
        running: Sequence[RunningTarget],
    ) -> None:
        """A stage where no plain tool does the same: our load rounds, and a scan that is signed in."""
        contexts = tuple(self._context(once, target, stage.name) for target in running)
        for side, outcome in stage.run(
            self.bench.project, settings, plan, contexts, self.bench.services
        ).items():
            if outcome.status is not _DONE:
                once.problems.append(f"{stage.name} {side}: {outcome.status}, {outcome.reason}")

    def _allure(self, once: _Once, running: Sequence[RunningTarget]) -> None:
        gathered = once.folder / RESULTS
        for target in running:
            for stage in ("uat", "regression"):
                results = once.folder / "runs" / f"{stage}.{target.side}" / "raw" / RESULTS
                shutil.copytree(results, gathered, dirs_exist_ok=True)
        generate(
            self.allure,
            gathered,
            once.folder / "allure",
            title="Both sides",
            timeout_s=TIMEOUT_S,
            stop=self.bench.services.stop,
        )

    def _context(self, once: _Once, target: RunningTarget, stage: str) -> SideContext:
        return context_of(self.bench, target, stage, once.folder)


@dataclass(slots=True, kw_only=True)
class _Once:
    """One run of such an arm: where it writes, how long its parts took, what went wrong."""

    folder: Path
    began_s: float
    parts: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def part(self, name: str) -> None:
        """The part that has just ended: everything since the one before."""
        so_far_s = sum(self.parts.values())
        self.parts[name] = time.perf_counter() - self.began_s - so_far_s
