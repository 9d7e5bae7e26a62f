"""The tools under the gate, used plainly: each by itself, on one side and then on the other.

Where a plain tool does the same (behave, pytest, bandit, Allure) it is started as one starts it by hand. Where
none does (the same rounds of load, a scan that is signed in and proves it) the stage itself is used, alone.
"""
# ruff: noqa: INP001 - scripts, not a package

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from benchmarks.arms import Sample
from benchmarks.behave_overhead import ALLURE
from benchmarks.demo_system import BOTH, Bench, context_of, count_tests, up

from gonogo.engine.targets import RunningTarget
from gonogo.job import VARIABLE, write_job
from gonogo.model import StagePlan, StageSettings, StageStatus, from_json
from gonogo.processes import clean_environment, run
from gonogo.publishing.allure_parts.generating import generate
from gonogo.readers.load_log import RoundLog
from gonogo.setup import Tool
from gonogo.stages.base import SideContext, job_for
from gonogo.stages.load import LoadStage
from gonogo.stages.security import SecurityStage

TIMEOUT_S = 1200.0
RESULTS = "allure-results"


def what_was_done(folder: Path) -> dict[str, int]:
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
        folder = self.bench.new_folder()
        once = _Once(folder=folder, began_s=time.perf_counter())
        with up(self.bench, folder) as running:
            once.part("bringing both up")
            # Ending the systems is left out here; in the gate's own time it is included.
            self._work(once, running)
            once.part("Allure")
            took_s = time.perf_counter() - once.began_s
        return Sample(
            took_s=took_s, parts=once.parts, did=what_was_done(folder), problems=tuple(once.problems)
        )

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
            if outcome.status is not StageStatus.COMPLETED:
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
