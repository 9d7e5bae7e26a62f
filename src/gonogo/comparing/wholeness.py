"""Is the evidence whole? Everything that keeps a stage run from counting becomes a Problem."""

from __future__ import annotations

from collections.abc import Iterator

from gonogo.model import Plan, Problem, ReasonCode, Side, StageRun, StageStatus

_STATUS_CODES = {
    StageStatus.ERRORED: ReasonCode.STAGE_ERRORED,
    StageStatus.TIMED_OUT: ReasonCode.STAGE_TIMED_OUT,
    StageStatus.INTERRUPTED: ReasonCode.STAGE_INTERRUPTED,
    StageStatus.REFUSED: ReasonCode.STAGE_REFUSED,
    StageStatus.UNAVAILABLE: ReasonCode.TOOL_UNAVAILABLE,
}


def evidence_problems(
    stages: tuple[str, ...],
    sides: tuple[Side, ...],
    plan: Plan,
    plan_sha256: str,
    runs: tuple[StageRun, ...],
) -> Iterator[Problem]:
    """Every reason why the evidence is not whole.

    In order: stages not planned or planned empty; for each stage and side: missing, run twice, not
    completed, made for another plan, observations altered or lost, and problems met while reading. Repeats
    must be complete and unaltered too.
    """
    planned = {stage.stage: stage for stage in plan.stages}
    for stage in stages:
        stage_plan = planned.get(stage)
        if stage_plan is None:
            yield Problem(
                code=ReasonCode.NO_PLAN, stage=stage, message=f"Nothing was planned for the {stage} stage."
            )
        elif stage_plan.problem:
            message = f"The {stage} stage could not be planned: {stage_plan.problem}"
            yield Problem(code=ReasonCode.NOTHING_PLANNED, stage=stage, message=message)
        elif not stage_plan.checks:
            yield Problem(
                code=ReasonCode.NOTHING_PLANNED,
                stage=stage,
                message=f"The {stage} stage planned no checks at all.",
            )
        for side in sides:
            here = [run for run in runs if run.header.stage == stage and run.header.side is side]
            first = [run for run in here if not run.header.repeat]
            yield from _of_side(stage, side, first, plan_sha256)
            yield from _of_repeats(stage, side, [run for run in here if run.header.repeat], plan_sha256)


def _of_side(stage: str, side: Side, here: list[StageRun], plan_sha256: str) -> Iterator[Problem]:
    if not here:
        yield Problem(
            code=ReasonCode.STAGE_MISSING,
            stage=stage,
            side=side,
            message=f"There is no evidence of the {stage} stage on the {side.value}.",
        )
        return
    if len(here) > 1:
        yield Problem(
            code=ReasonCode.EVIDENCE_DAMAGED,
            stage=stage,
            side=side,
            message=f"The {stage} stage is there {len(here)} times for the {side.value}.",
        )
    for run in here:
        yield from _of_run(stage, side, run, plan_sha256)
        yield from run.problems


def _of_repeats(stage: str, side: Side, repeats: list[StageRun], plan_sha256: str) -> Iterator[Problem]:
    """A repeat need not have ended well, it only must not have been lost or altered."""
    numbers = sorted(run.header.repeat for run in repeats)
    said = {run.header.repeats for run in repeats}
    if repeats and (len(said) > 1 or numbers != list(range(1, max(said) + 1))):
        yield Problem(
            code=ReasonCode.EVIDENCE_DAMAGED,
            stage=stage,
            side=side,
            message=(
                f"The {stage} stage was repeated {max(said)} times on the {side.value}, "
                f"and {len(numbers)} of these are there."
            ),
        )
    for run in repeats:
        yield from _unaltered(stage, side, run, plan_sha256)
        yield from run.problems


def _of_run(stage: str, side: Side, run: StageRun, plan_sha256: str) -> Iterator[Problem]:
    header = run.header
    if header.status is not StageStatus.COMPLETED:
        code = _STATUS_CODES[header.status]
        if header.reason_code is not ReasonCode.MET:
            code = header.reason_code
        reason = header.reason or f"it ended as {header.status.value}"
        message = f"The {stage} stage on the {side.value} does not count: {reason}"
        yield Problem(code=code, stage=stage, side=side, message=message)
    yield from _unaltered(stage, side, run, plan_sha256)


def _unaltered(stage: str, side: Side, run: StageRun, plan_sha256: str) -> Iterator[Problem]:
    header = run.header
    if header.plan_sha256 != plan_sha256:
        yield Problem(
            code=ReasonCode.EVIDENCE_DAMAGED,
            stage=stage,
            side=side,
            message=f"The {stage} stage on the {side.value} was run for another plan.",
        )
    is_other_file = not run.observations_sha256 or run.observations_sha256 != header.observations_sha256
    is_other_count = len(run.observations) != header.observation_count
    # A file that is the sealed one and yet was not read to its end has its problem from who read it.
    if is_other_file or (is_other_count and not run.problems):
        yield Problem(
            code=ReasonCode.EVIDENCE_DAMAGED,
            stage=stage,
            side=side,
            message=(
                f"The observations of the {stage} stage on the {side.value} are not those that were sealed: "
                f"{len(run.observations)} of {header.observation_count} are there, or some were changed."
            ),
        )
