"""The regression stage: pytest and Playwright over `suites/`, on every side.

pytest runs as a child process; our plug-in (`gonogo.pytest_plugin`) writes down what each test came to and
keeps what is to be compared. The plan is pytest's own collection, made in a child too, without any target.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gonogo.config.stage_options.regression import RegressionOptions
from gonogo.job import VARIABLE, write_job
from gonogo.model import (
    Observation,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    ToolUsed,
    from_json,
)
from gonogo.model.errors import GonogoError, Interrupted, StorageError, ToolError
from gonogo.processes import Completed, Stop, clean_environment, run
from gonogo.readers.pytest_records import Collected, PytestResults
from gonogo.readers.pytest_results import exit_meaning, read_collected, read_results
from gonogo.stages.base import Project, Services, SideContext, StageOutcome, job_for
from gonogo.stages.browser_guard import guarded_browsers
from gonogo.stages.regression_progress import Progress

PLAN_TIMEOUT_S = 120.0
RESULTS = "results.jsonl"
LOG = "pytest.log"

# Whatever else is installed beside us must not change how a pack runs: no other order, no workers that would
# each write results of their own, no folder left in the project.
_PLAIN = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "-p", "no:rerunfailures")


class RegressionStage:
    """Runs pytest. See `gonogo.stages.base.Stage` for the contract."""

    name = "regression"
    is_exclusive = False
    order = 10
    options_model = RegressionOptions
    can_repeat = True

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        """Every test and every set of its parameters that paths and marks select."""
        options = RegressionOptions.model_validate(settings.options)
        missing = [path for path in options.paths if not (project.root / path).exists()]
        if missing:
            return StagePlan(stage=settings.stage, problem=f"There is no {missing[0]} in the project.")
        with tempfile.TemporaryDirectory(prefix="gonogo-plan-") as folder:
            collected = _collect(project, options, Path(folder))
        return read_collected(collected, settings.stage)

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        """Run the planned tests, the sides next to each other where there are workers for it."""
        side_run = _SideRun(project=project, settings=settings, plan=plan, services=services)
        at_once = max(1, min(len(sides), services.workers))
        with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="regression") as pool:
            pending = {context.side: pool.submit(side_run.carry_out, context) for context in sides}
        # Leaving the pool has waited for every side; a side that was stopped raises here, when all are done.
        return {side: outcome.result() for side, outcome in pending.items()}

    def salvage(
        self, context: SideContext, settings: StageSettings, plan: StagePlan
    ) -> tuple[Observation, ...]:
        """What one side had seen when the run was stopped."""
        del settings, plan
        return _observations(read_results(_bytes(context.raw / RESULTS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _SideRun:
    """Carries the plan out on one side."""

    project: Project
    settings: StageSettings
    plan: StagePlan
    services: Services

    def carry_out(self, context: SideContext) -> StageOutcome:
        """Run pytest on this side and say what it came to.

        Raises:
            Interrupted: the run is to stop; pytest and its browser are gone.
        """
        try:
            with guarded_browsers(context, self.project, self.services) as guarded:
                completed = self._pytest(context, guarded.services)
        except Interrupted:
            raise
        except GonogoError as error:
            return StageOutcome(
                status=StageStatus.ERRORED,
                reason=f"{error.message} {error.remedy}".strip(),
                reason_code=ReasonCode.STAGE_ERRORED,
            )
        results = read_results(_bytes(context.raw / RESULTS))
        status, code, reason = _ending(results, completed, self.settings)
        return StageOutcome(
            status=status,
            observations=_observations(results),
            tools=results.tools + self._browser(),
            reason=reason,
            reason_code=code,
            notes=(*self._notes(), *guarded.notes),
        )

    def _pytest(self, context: SideContext, services: Services) -> Completed:
        raw = context.raw
        options = RegressionOptions.model_validate(self.settings.options)
        keys = [check.key for check in self.plan.checks if not check.skip_reason]
        selection = raw / "selection.json"
        try:
            raw.mkdir(parents=True, exist_ok=True)
            selection.write_text(json.dumps(keys, indent=1), encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{selection} could not be written: {error.strerror}.") from error
        job = write_job(job_for(context, self.project, self.settings, services), raw / "job.json")
        command = [
            *_pytest_command(self.project, options),
            *("--alluredir", str(raw / "allure-results")),
            *("--output", str(raw / "playwright")),
            *("--tracing", "off", "--screenshot", "off", "--video", "off"),
            *("--override-ini", "enable_assertion_pass_hook=true"),
        ]
        progress = Progress(context.side, raw / RESULTS, self.settings.stage, len(keys), self.services.events)
        return run(
            command,
            cwd=self.project.root,
            environment=_environment(
                {**context.secrets, VARIABLE: str(job), "GONOGO_SELECTION": str(selection)}
            ),
            log=raw / LOG,
            timeout_s=self.settings.timeout_s,
            stop=self.services.stop,
            tick=progress.tell,
        )

    def _browser(self) -> tuple[ToolUsed, ...]:
        browser = self.services.browser
        if browser is None or not browser.version:
            return ()
        return (ToolUsed(name=browser.kind or "browser", version=browser.version),)

    def _notes(self) -> tuple[str, ...]:
        browser = self.services.browser
        driven = f"{browser.kind} {browser.version}".strip() if browser else "Playwright's own"
        return (f"Browser: {driven}.",)


def _observations(results: PytestResults) -> tuple[Observation, ...]:
    return (*results.results, *results.snapshots, *results.findings)


def _ending(
    results: PytestResults, completed: Completed, settings: StageSettings
) -> tuple[StageStatus, ReasonCode, str]:
    """How the stage ended. COMPLETED only when pytest itself said it came to its end with tests run."""
    ended = len(results.results)
    if completed.is_timed_out:
        reason = f"The tests took longer than the {settings.timeout_s:.0f} s allowed; {ended} had ended."
        return StageStatus.TIMED_OUT, ReasonCode.STAGE_TIMED_OUT, reason
    wrong = exit_meaning(completed.return_code)
    if not wrong and results.exit_code is None:
        wrong = "pytest ended before it had finished"
    if wrong:
        why = " ".join(results.errors) or _last_words(completed.tail)
        return StageStatus.ERRORED, ReasonCode.STAGE_ERRORED, f"{wrong}: {why}"
    if results.unreadable:
        reason = f"{results.unreadable} lines of what pytest recorded could not be read."
        return StageStatus.ERRORED, ReasonCode.EVIDENCE_DAMAGED, reason
    return StageStatus.COMPLETED, ReasonCode.MET, ""


def _collect(project: Project, options: RegressionOptions, folder: Path) -> Collected:
    """What pytest would run. A pack that cannot be loaded is a Collected with its problem."""
    file = folder / "collected.json"
    environment = _environment({"GONOGO_COLLECT": str(file)})
    environment.pop(VARIABLE, None)
    try:
        completed = run(
            [*_pytest_command(project, options), "--collect-only", "-q"],
            cwd=project.root,
            environment=environment,
            log=folder / LOG,
            timeout_s=PLAN_TIMEOUT_S,
            stop=Stop(),
        )
    except ToolError as error:
        return Collected(problem=error.message)
    if completed.is_timed_out:
        return Collected(problem=f"Loading the tests took more than {PLAN_TIMEOUT_S:.0f} s.")
    data = _bytes(file)
    if data:
        collected = from_json(data, Collected, source="pytest's collection")
        if collected.problem or completed.return_code in (0, 5):
            return collected
    return Collected(problem=f"pytest could not load the tests: {_last_words(completed.tail)}")


def _pytest_command(project: Project, options: RegressionOptions) -> list[str]:
    command = [project.python, "-m", "pytest", *options.paths, "--rootdir", str(project.root), *_PLAIN]
    return [*command, "-m", options.marks] if options.marks else command


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    environment = clean_environment(extra)
    # Either would keep our own plug-in from loading, or add options of the caller's.
    for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        environment.pop(name, None)
    return environment


def _last_words(text: str) -> str:
    """The error that pytest ends with, for a message."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" =-")]
    errors = [line for line in lines if line.startswith(("E ", "ERROR", "INTERNALERROR", "Error"))]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("E ").strip()[:400]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
