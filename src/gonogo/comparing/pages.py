"""Snapshots (pages, tables, documents), key by key."""

from __future__ import annotations

from collections.abc import Mapping

from gonogo.comparing.artefacts import ReadArtefact
from gonogo.comparing.causes import cause_of
from gonogo.comparing.repeats import Repeat, counted_again
from gonogo.comparing.snapshots import compare_snapshots
from gonogo.model import (
    Again,
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    Difference,
    Problem,
    ReasonCode,
    Side,
    Snapshot,
)
from gonogo.model.errors import EvidenceError


def compare_pages(
    stage: str,
    baseline: tuple[Snapshot, ...],
    candidate: tuple[Snapshot, ...],
    baseline_checks: Mapping[str, CheckResult],
    candidate_checks: Mapping[str, CheckResult],
    read_artefact: ReadArtefact,
    repeats: tuple[Repeat, ...] = (),
) -> tuple[list[Difference], list[Problem]]:
    """One difference for every snapshot of either side, and a problem for every content that is not whole."""
    before = {snapshot.key: snapshot for snapshot in baseline}
    after = {snapshot.key: snapshot for snapshot in candidate}
    differences: list[Difference] = []
    problems: list[Problem] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None:
            try:
                differences.append(_both(stage, old, new, read_artefact, repeats))
            except EvidenceError as error:
                message = f"The snapshot {new.title!r} cannot be compared: {error.message}"
                problems.append(Problem(code=ReasonCode.EVIDENCE_DAMAGED, stage=stage, message=message))
                differences.append(_lost(stage, new, "Its content is missing or was altered."))
        elif old is not None:
            differences.append(_missing(stage, old, Side.CANDIDATE, candidate_checks))
        elif new is not None:
            differences.append(_missing(stage, new, Side.BASELINE, baseline_checks))
    return differences, problems


def _both(
    stage: str, old: Snapshot, new: Snapshot, read_artefact: ReadArtefact, repeats: tuple[Repeat, ...]
) -> Difference:
    old_content = read_artefact(stage, Side.BASELINE, old.artefact)
    new_content = read_artefact(stage, Side.CANDIDATE, new.artefact)
    found = compare_snapshots(old, new, old_content, new_content)
    if not found.is_different:
        return _difference(stage, new, Change.STILL_PASSING, Blame.NONE, "", old, new)
    detail = f"{found.summary}\n{found.detail}".strip()

    def is_same(repeat: Repeat) -> bool | None:
        taken = repeat.snapshots.get(old.key)
        if taken is None:
            return None
        if taken.sha256 in (old.sha256, new.sha256) and old.sha256 != new.sha256:
            is_different = taken.sha256 == new.sha256
        else:
            content = read_artefact(stage, repeat.side, taken.artefact, repeat.number)
            is_different = compare_snapshots(old, taken, old_content, content).is_different
        return is_different is (repeat.side is Side.CANDIDATE)

    again = counted_again(repeats, is_same)
    return _difference(stage, new, Change.REGRESSED, Blame.CANDIDATE, detail, old, new, again)


def _missing(stage: str, snapshot: Snapshot, absent: Side, checks: Mapping[str, CheckResult]) -> Difference:
    result = checks.get(snapshot.check)
    if result is not None and result.status is CheckStatus.FAILED:
        detail = f"Not captured on the {absent.value}, because the check that captures it failed there."
    elif absent is Side.BASELINE and result is not None and result.status is CheckStatus.PASSED:
        return _difference(stage, snapshot, Change.ADDED, Blame.NONE, "Only on the upgrade.", None, snapshot)
    else:
        detail = f"Not captured on the {absent.value}."
    return _lost(stage, snapshot, detail)


def _lost(stage: str, snapshot: Snapshot, detail: str) -> Difference:
    return _difference(stage, snapshot, Change.NOT_COMPARABLE, Blame.ENVIRONMENT, detail, None, None)


def _difference(
    stage: str,
    snapshot: Snapshot,
    change: Change,
    blame: Blame,
    detail: str,
    old: Snapshot | None,
    new: Snapshot | None,
    again: Again | None = None,
) -> Difference:
    sides = (("baseline", old), ("candidate", new))
    return Difference(
        key=snapshot.key,
        stage=stage,
        subject="snapshot",
        change=change,
        blame=blame,
        title=snapshot.title,
        priority=snapshot.priority,
        discipline=snapshot.discipline,
        baseline="captured" if old else "",
        candidate="captured" if new else "",
        detail=detail,
        where=snapshot.title,
        cause=cause_of(snapshot.title, detail) if change is Change.REGRESSED else "",
        evidence=tuple(f"runs/{stage}.{side}/{shot.artefact}" for side, shot in sides if shot is not None),
        again=again,
    )
