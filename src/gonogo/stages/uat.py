"""The UAT stage: behave over `features/`, every scenario in plain English, on every side.

Scenarios tagged `@manual` are walked by people; what they recorded for a side's build is part of its evidence.

behave runs as a child process with our pool runner (`gonogo.stages.behave_pool`). The plan is behave's own
parse of the pack, made in a child as well: behave's step registry is global, and a second pack in one
process would silently run the first one's steps.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gonogo.config.stage_options.uat import UatOptions
from gonogo.events import Event
from gonogo.job import VARIABLE, write_job
from gonogo.manual.evidence import ManualEvidence, gather_manual
from gonogo.model import (
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
from gonogo.readers.behave import read_results, read_selection
from gonogo.readers.behave_records import BehaveResults, Selection
from gonogo.stages.base import Project, Services, SideContext, StageOutcome, job_for
from gonogo.stages.browser_guard import guarded_browsers

PLAN_TIMEOUT_S = 120.0
RESULTS = "results.jsonl"
SELECTION = "selection.json"
ALLURE_RESULTS = "allure-results"
LOG = "behave.log"
_RUNNER = "gonogo.stages.behave_pool:PoolRunner"
_NOISE = ("HOOK-ERROR", "ABORTED", "Traceback")


class UatStage:
    """Runs behave. See `gonogo.stages.base.Stage` for the contract."""

    name = "uat"
    is_exclusive = False
    order = 10
    options_model = UatOptions
    can_repeat = True

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        """Every scenario and every row of an outline that paths and tags select."""
        options = UatOptions.model_validate(settings.options)
        missing = [path for path in options.paths if not (project.root / path).exists()]
        if missing:
            return StagePlan(stage=settings.stage, problem=f"There is no {missing[0]} in the project.")
        with tempfile.TemporaryDirectory(prefix="gonogo-plan-") as folder:
            selection = select(project, options, Path(folder))
        return read_selection(selection, settings.stage)

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        """Run the scenarios, the sides next to each other where there are workers for it."""
        options = UatOptions.model_validate(settings.options)
        at_once = max(1, min(len(sides), services.workers))
        workers = options.workers or max(1, services.workers // at_once)
        side_run = _SideRun(
            project=project, settings=settings, plan=plan, services=services, options=options, workers=workers
        )
        with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="uat") as pool:
            pending = {context.side: pool.submit(side_run.carry_out, context) for context in sides}
        # Leaving the pool has waited for every side; a side that was stopped raises here, when both are done.
        return {side: outcome.result() for side, outcome in pending.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _SideRun:
    """Carries the plan out on one side after another; `workers` are those of one side."""

    project: Project
    settings: StageSettings
    plan: StagePlan
    services: Services
    options: UatOptions
    workers: int

    def carry_out(self, context: SideContext) -> StageOutcome:
        """Run behave on this side and say what it came to.

        Raises:
            Interrupted: the run is to stop; behave and its browsers are gone.
        """
        raw = context.raw
        try:
            raw.mkdir(parents=True, exist_ok=True)
            manual = gather_manual(
                self.project.root, self.plan, self.project.upgrade.system, context.target, raw
            )
            with guarded_browsers(context, self.project, self.services) as guarded:
                job = job_for(context, self.project, self.settings, guarded.services)
                completed = self._behave(context, write_job(job, raw / "job.json"))
        except Interrupted:
            raise
        except GonogoError as error:
            return StageOutcome(
                status=StageStatus.ERRORED,
                tools=_tools(),
                reason=error.message,
                reason_code=ReasonCode.STAGE_ERRORED,
            )
        results = read_results(_bytes(raw / RESULTS), self.plan)
        return _outcome(results, completed, self.settings, (*self._notes(), *guarded.notes), manual)

    def _behave(self, context: SideContext, job_file: Path) -> Completed:
        raw = context.raw
        keys = [check.key for check in self.plan.checks if not check.skip_reason]
        try:
            (raw / SELECTION).write_text(json.dumps(keys, indent=1), encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{SELECTION} could not be written: {error.strerror}.") from error
        command = [
            *_behave_command(self.project, self.options),
            *("--define", f"gonogo_results={raw / RESULTS}"),
            *("--define", f"gonogo_only={raw / SELECTION}"),
            *("--define", f"gonogo_workers={self.workers}"),
            *("--define", f"gonogo_share={self.options.share}"),
            *("--format", "allure_behave.formatter:AllureFormatter", "--outfile", str(raw / ALLURE_RESULTS)),
            *self.options.paths,
        ]
        return run(
            command,
            cwd=self.project.root,
            environment=clean_environment({**context.secrets, VARIABLE: str(job_file)}),
            log=raw / LOG,
            timeout_s=self.settings.timeout_s,
            stop=self.services.stop,
            tick=_Progress(context.side, raw / RESULTS, self.plan, self.services).tell,
        )

    def _notes(self) -> tuple[str, ...]:
        browser = self.services.browser
        driven = (
            f"Browser: {browser.kind} {browser.version}".strip() if browser else "Browser: Playwright's own"
        )
        return (f"{driven}.", f"Browser workers on each side: {self.workers}.")


class _Progress:
    """Counts the scenarios recorded so far and tells when there are more."""

    def __init__(self, side: Side, results: Path, plan: StagePlan, services: Services) -> None:
        self._side = side
        self._results = results
        self._stage = plan.stage
        self._total = sum(1 for check in plan.checks if not check.skip_reason and not check.is_manual)
        self._services = services
        self._read_bytes = 0
        self._done = 0

    def tell(self) -> None:
        """Emit a progress event when scenarios ended since the last time."""
        try:
            with self._results.open("rb") as file:
                file.seek(self._read_bytes)
                new = file.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        ended = whole.count(b'"kind":"scenario"')
        if not ended:
            return
        self._done += ended
        self._services.events.emit(
            Event(
                kind="progress",
                text=f"{self._done} of {self._total} scenarios",
                stage=self._stage,
                side=self._side,
                done=self._done,
                total=self._total,
            )
        )


def select(project: Project, options: UatOptions, folder: Path) -> Selection:
    """What behave would run. A pack that cannot be loaded is a Selection with its problem."""
    file = folder / "selection.json"
    command = [
        *_behave_command(project, options),
        *("--define", f"gonogo_selection={file}"),
        *("--format", "null"),
        *options.paths,
    ]
    log = folder / LOG
    environment = clean_environment({})
    environment.pop(VARIABLE, None)
    try:
        completed = run(
            command, cwd=project.root, environment=environment, log=log, timeout_s=PLAN_TIMEOUT_S, stop=Stop()
        )
    except ToolError as error:
        return Selection(problem=error.message)
    data = _bytes(file)
    if data:
        return from_json(data, Selection, source="behave's selection")
    if completed.is_timed_out:
        return Selection(problem=f"Loading the scenarios took more than {PLAN_TIMEOUT_S:.0f} s.")
    return Selection(problem=f"behave could not load the scenarios: {_last_words(completed.tail)}")


def _behave_command(project: Project, options: UatOptions) -> list[str]:
    command = [
        project.python,
        "-m",
        "behave",
        "--runner",
        _RUNNER,
        "--no-color",
        "--no-summary",
        "--no-skipped",
    ]
    command += ["--define", f"gonogo_root={options.paths[0] if _is_folder(project, options) else ''}"]
    if options.tags:
        command += ["--tags", options.tags]
    return command


def _is_folder(project: Project, options: UatOptions) -> bool:
    return (project.root / options.paths[0]).is_dir()


def _outcome(
    results: BehaveResults,
    completed: Completed,
    settings: StageSettings,
    notes: tuple[str, ...],
    manual: ManualEvidence,
) -> StageOutcome:
    status, reason, code = StageStatus.COMPLETED, "", ReasonCode.MET
    if completed.is_timed_out:
        status, code = StageStatus.TIMED_OUT, ReasonCode.STAGE_TIMED_OUT
        reason = (
            f"The scenarios took longer than the {settings.timeout_s:.0f} s allowed; "
            f"{len(results.results)} had ended."
        )
    elif results.failures:
        status, code, reason = StageStatus.ERRORED, ReasonCode.STAGE_ERRORED, " ".join(results.failures)
    elif not results.is_finished:
        status, code = StageStatus.ERRORED, ReasonCode.STAGE_ERRORED
        reason = f"behave ended before it had finished: {_last_words(completed.tail)}"
    elif results.unreadable:
        status, code = StageStatus.ERRORED, ReasonCode.EVIDENCE_DAMAGED
        reason = f"{results.unreadable} lines of what behave recorded could not be read."
    return StageOutcome(
        status=status,
        observations=(*results.results, *manual.results),
        tools=_tools(),
        reason=reason,
        reason_code=code,
        notes=(*notes, *manual.notes),
    )


def _tools() -> tuple[ToolUsed, ...]:
    return tuple(
        ToolUsed(name=name, version=version(name)) for name in ("behave", "playwright", "allure-behave")
    )


def _last_words(text: str) -> str:
    """The last line that says something, for a message."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(_NOISE)]
    return (telling or lines or ["it said nothing"])[-1][:400]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
