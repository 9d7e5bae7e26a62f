"""The load stage: Locust on every side in turn, in short rounds, so that "slower" can be told from "noisy".

Each side has one generator process (`gonogo.loadgen`) that stays signed in. Short rounds of the same load go
to one side, then to the other, in balanced random order; nothing else of ours runs meanwhile. What is
measured is judged as it comes in, and no more is run than the answer needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from gonogo.config.stage_options.load import LoadOptions
from gonogo.model import (
    Activity,
    Discipline,
    Observation,
    PlannedCheck,
    ReasonCode,
    Side,
    StagePlan,
    StageSettings,
    StageStatus,
    from_json,
)
from gonogo.model.errors import GonogoError, ToolError, UsageError
from gonogo.readers.load_messages import Collected, Journey
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.stages.load_generator import collect
from gonogo.stages.load_profile import Shape, effective, read_shape
from gonogo.stages.permission import refusal

FEATURE = "Response times"


class LoadStage:
    """Runs Locust. See `gonogo.stages.base.Stage` for the contract."""

    name = "load"
    is_exclusive = True
    order = 20
    options_model = LoadOptions

    def plan(self, project: Project, settings: StageSettings) -> StagePlan:
        """One check a journey: that it was carried out often enough, and was mostly answered."""
        options = LoadOptions.model_validate(settings.options)
        locustfile = project.root / options.locustfile
        if not locustfile.is_file():
            return StagePlan(
                stage=settings.stage, problem=f"There is no {options.locustfile} in the project."
            )
        try:
            options = effective(project.root, options)
            shape = read_shape(project.root, options)
            collected = collect(project.python, project.root, locustfile)
        except (UsageError, ToolError) as error:
            return StagePlan(stage=settings.stage, problem=f"{error.message} {error.remedy}".strip())
        problem = (
            collected.problem
            or _problem_of(collected, shape)
            or _too_few_users(shape, options)
            or _too_long(shape, options, settings.timeout_s)
        )
        if problem:
            return StagePlan(stage=settings.stage, problem=problem)
        folder = locustfile.parent.relative_to(project.root).as_posix()
        journeys = [j for j in collected.journeys if not shape.mix or shape.mix.get(j.name, 0) > 0]
        return StagePlan(
            stage=settings.stage,
            checks=tuple(_planned(journey, settings.stage, folder) for journey in journeys),
        )

    def run(
        self,
        project: Project,
        settings: StageSettings,
        plan: StagePlan,
        sides: tuple[SideContext, ...],
        services: Services,
    ) -> Mapping[Side, StageOutcome]:
        """Warm up, then run pairs of rounds until there is an answer or the budget is used up."""
        today = services.clock.now().date()
        refused = [refusal(s.target, s.url, Activity.LOAD, today) for s in sides]
        reasons = [reason for reason in refused if reason]
        if reasons:
            outcome = StageOutcome(
                status=StageStatus.REFUSED, reason=reasons[0], reason_code=ReasonCode.NOT_PERMITTED
            )
            return {context.side: outcome for context in sides}
        from gonogo.stages.load_run import LoadRun  # numpy and scipy: not before they are needed

        run = LoadRun(project=project, settings=settings, plan=plan, sides=sides, services=services)
        return run.carry_out()

    def salvage(
        self, context: SideContext, settings: StageSettings, plan: StagePlan
    ) -> tuple[Observation, ...]:
        """What the complete pairs of a run that was cut off amount to; nothing when they cannot be read."""
        from gonogo.readers.load_log import RoundLog
        from gonogo.readers.load_rounds import read_round
        from gonogo.readers.load_samples import Limits, read_load

        del plan
        options = LoadOptions.model_validate(settings.options)
        try:
            log = from_json((context.raw / "rounds.json").read_bytes(), RoundLog, source="raw/rounds.json")
            rounds = [
                (read_round((context.folder / note.file).read_bytes(), source=note.file), log.facts(note))
                for note in log.kept
            ]
        except (OSError, GonogoError):
            return ()
        limits = Limits(least_executions=options.requests_min, most_errors=options.error_limit)
        return read_load(log.journeys, rounds, limits, stage=settings.stage)


def _planned(journey: Journey, stage: str, folder: str) -> PlannedCheck:
    return PlannedCheck(
        key=f"{stage}:{journey.name}",
        stage=stage,
        title=journey.name,
        discipline=Discipline.PERFORMANCE,
        feature=FEATURE,
        tags=journey.tags,
        source=f"{folder}/{journey.source}",
    )


def _too_few_users(shape: Shape, options: LoadOptions) -> str:
    if shape.users >= options.processes:
        return ""
    return (
        f"{shape.users} users cannot be shared among {options.processes} processes: each needs one at least."
    )


def _too_long(shape: Shape, options: LoadOptions, timeout_s: float) -> str:
    least_s = 2 * (options.warmup_rounds + options.pairs_min) * options.round_s
    if least_s <= timeout_s:
        return ""
    return (
        f"The profile {shape.profile!r} takes {least_s:,.0f} s at least, and [stages.load] has a timeout_s of "
        f"{timeout_s:,.0f}. Set timeout_s higher."
    )


def _problem_of(collected: Collected, shape: Shape) -> str:
    known = {journey.name for journey in collected.journeys}
    strange = sorted(set(shape.mix) - known)
    if strange:
        return (
            f"The profile {shape.profile!r} gives a weight to {strange[0]!r}, which is no journey of the "
            f"locustfile; there are: {', '.join(sorted(known))}."
        )
    nested = [journey.name for journey in collected.journeys if journey.is_nested]
    if nested and (shape.is_open_loop or shape.mix):
        return (
            f"{nested[0]!r} lives in a TaskSet, which a fixed arrival rate or a mix cannot start by itself. "
            "Make it a task of the user class, or set `users` without `arrival_rate`."
        )
    return ""
