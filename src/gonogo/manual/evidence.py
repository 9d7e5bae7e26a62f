"""Results of manual tests → evidence of a stage: check results, and the files they rest on.

What was recorded on another build, with other words or only half is said, and is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gonogo.manual.keeping import picture, read_walks
from gonogo.manual.merging import Outcome, Said, StepOutcome, outcomes
from gonogo.manual.records import Build, Mark, Walk, script_of
from gonogo.model import CheckResult, CheckStatus, PlannedCheck, Side, StagePlan, Target, to_line
from gonogo.store import storing

FOLDER = "manual"
MESSAGE_LIMIT = 600
DETAIL_LIMIT = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEvidence:
    """What the manual tests of one side came to."""

    results: tuple[CheckResult, ...] = ()
    notes: tuple[str, ...] = ()


def build_of(system: str, target: Target) -> Build:
    """The build that one side stands for."""
    return Build(system=" ".join(system.split()), version=target.version, build=target.build)


def gather_manual(root: Path, plan: StagePlan, system: str, target: Target, raw: Path) -> ManualEvidence:
    """Judge every walk against the build of one side, and copy what counts into its raw evidence.

    Args:
        root: the project.
        raw: the stage's raw folder on this side; `manual/` is made in it.

    Raises:
        EvidenceError: what was taken in is damaged, or a screenshot is missing.
        StorageError: it cannot be copied.
    """
    planned = {check.key: check for check in plan.checks if check.is_manual}
    if not planned:
        return ManualEvidence()
    build = build_of(system, target)
    walks = tuple(walk for walk in read_walks(root) if walk.key in planned)
    found = outcomes([script_of(check) for check in planned.values()], walks, build)
    told = [outcome for outcome in found if _is_told(outcome, target.side)]
    keys = {outcome.script.key for outcome in told}
    _copy(root, raw / FOLDER, [walk for walk in walks if walk.key in keys], told)
    return ManualEvidence(
        results=tuple(_result(outcome, planned[outcome.script.key]) for outcome in told),
        notes=_notes(found, build),
    )


def _is_told(outcome: Outcome, side: Side) -> bool:
    """Whether it is a result on this side. The baseline is not asked, so only evidence counts there."""
    if outcome.status is None:
        return False
    return side is Side.CANDIDATE or outcome.status.is_evidence


def _copy(root: Path, folder: Path, walks: list[Walk], told: list[Outcome]) -> None:
    if not walks:
        return
    with storing("The results of manual tests"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "walks.jsonl").write_bytes(b"".join(to_line(walk) for walk in walks))
        for digest in dict.fromkeys(digest for outcome in told for digest in outcome.pictures):
            (folder / f"{digest}.png").write_bytes(picture(root, digest))


def _notes(found: tuple[Outcome, ...], build: Build) -> tuple[str, ...]:
    counted = sum(outcome.status is not None and outcome.status.is_evidence for outcome in found)
    notes = [f"{counted} of {len(found)} manual tests have a result on {build.name}."]
    testers = sorted({tester for outcome in found for tester in outcome.testers})
    if testers:
        notes.append(f"Walked by {', '.join(testers)}.")
    disputed = [outcome.script.title for outcome in found if outcome.disputes]
    if disputed:
        notes.append(f"Testers disagree about {len(disputed)}; the worst result counts: {disputed[0]}.")
    return tuple(notes)


def _result(outcome: Outcome, planned: PlannedCheck) -> CheckResult:
    status = outcome.status or CheckStatus.SKIPPED
    return CheckResult(
        key=planned.key,
        status=status,
        title=planned.title,
        message=_message(outcome, status)[:MESSAGE_LIMIT],
        detail=_detail(outcome)[:DETAIL_LIMIT],
        priority=planned.priority,
        discipline=planned.discipline,
        feature=planned.feature,
        artefacts=tuple(f"raw/{FOLDER}/{digest}.png" for digest in outcome.pictures),
        testers=outcome.testers,
    )


def _message(outcome: Outcome, status: CheckStatus) -> str:
    """What a person sees first: the tester's own words about the first step that decides."""
    match status:
        case CheckStatus.PASSED:
            return ""
        case CheckStatus.FAILED | CheckStatus.BROKEN:
            mark = Mark.FAIL if status is CheckStatus.FAILED else Mark.BLOCKED
            step = next(step for step in outcome.steps if step.mark is mark)
            said = next(said for said in step.said if said.mark.mark is mark)
            asked = outcome.script.steps[step.number - 1]
            fallback = f"Not as expected: {asked.expected or asked.action}"
            words = said.mark.note or (
                fallback if mark is Mark.FAIL else f"Could not be tried: {asked.action}"
            )
            return " ".join(f"{words} (step {step.number}, {said.tester})".split())
        case CheckStatus.SKIPPED | CheckStatus.EMPTY | CheckStatus.UNDEFINED:
            return outcome.reason


def _detail(outcome: Outcome) -> str:
    lines = []
    for step, asked in zip(outcome.steps, outcome.script.steps, strict=False):
        lines.append(f"{step.number}. {step.mark or 'no result'}: {' '.join(asked.action.split())}")
        lines += [f"   {_words(said)}" for said in step.said]
        lines += [f"   {_words(said)}, taken back" for said in step.taken_back]
        if step.is_disputed:
            lines.append(f"   Testers disagree; {_worst(step)} counts.")
    return "\n".join((*lines, *outcome.notes))


def _words(said: Said) -> str:
    note = f": {' '.join(said.mark.note.split())}" if said.mark.note else ""
    return f"{said.tester}, {said.at}, {said.mark.mark}{note}"


def _worst(step: StepOutcome) -> str:
    return str(step.mark)
