"""What each key came to on each side, for the reports machines read: JUnit, CTRF and Allure.

A check that also fails today does not fail the candidate here: a CI system that counts failures would
otherwise stop an upgrade for what is already live. It is "skipped", and says so. For the same reason nothing
fails or errs in a run whose decision is GO: what the criteria allowed is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from gonogo.model import CheckResult, CheckStatus, Decision, Difference, Discipline, Priority, Side
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, standing
from gonogo.publishing.cleaning import DETAIL_LIMIT, TEXT_LIMIT, TITLE_LIMIT, block, one_line
from gonogo.publishing.evidence import Index
from gonogo.publishing.wording import BLAMES, CHECK_STATUSES


class Outcome(Enum):
    """What one check came to for a machine that counts."""

    PASSED = "passed"
    FAILED = "failed"
    """The upgrade broke it."""
    SKIPPED = "skipped"
    """Left out on purpose, or wrong in a way that does not count against the upgrade; the text says which."""
    ERROR = "error"
    """No evidence: it did not run, ran nothing or broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """One planned check, or one carried out without being planned, on one side."""

    key: str
    title: str
    stage: str
    feature: str
    priority: Priority
    discipline: Discipline
    side: Side
    outcome: Outcome
    text: str
    detail: str
    duration_s: float
    attempts: int


def check_outcomes(dossier: Dossier, index: Index, stage: str, side: Side) -> Iterator[CheckOutcome]:
    """Every check of a stage on a side: the plan's order, then what ran without being planned, by key."""
    differences = {
        each.key: each
        for each in dossier.comparison.differences
        if each.stage == stage and each.subject == "check"
    }
    planned = [check.key for check in dossier.plan.checks if check.stage == stage]
    known = set(planned)
    extra = sorted(
        seen.key
        for run in dossier.runs
        if run.header.stage == stage and run.header.side is side
        for seen in run.observations
        if isinstance(seen, CheckResult) and seen.key not in known
    )
    for key in dict.fromkeys([*planned, *extra]):
        outcome = _outcome(key, side, stage, index, differences.get(key))
        yield _allowed(outcome) if dossier.verdict.decision is Decision.GO else outcome


def _allowed(outcome: CheckOutcome) -> CheckOutcome:
    if outcome.outcome in (Outcome.PASSED, Outcome.SKIPPED):
        return outcome
    text = one_line(f"The criteria allow this: {outcome.text}", TEXT_LIMIT)
    return replace(outcome, outcome=Outcome.SKIPPED, text=text)


def _outcome(key: str, side: Side, stage: str, index: Index, difference: Difference | None) -> CheckOutcome:
    plan, seen = index.planned.get(key), index.checks.get((side, key))
    skip_reason = plan.skip_reason if plan else ""
    if plan is not None and not plan.is_asked_of(side):
        skip_reason = "Walked by hand, and not asked of this version."
    outcome, text = _judged(seen, skip_reason, side, difference)
    described = plan or seen
    return CheckOutcome(
        key=one_line(key, TEXT_LIMIT),
        title=one_line(described.title if described else key, TITLE_LIMIT) or one_line(key, TITLE_LIMIT),
        stage=stage,
        feature=one_line(described.feature if described else "", TITLE_LIMIT),
        priority=described.priority if described else Priority.MUST,
        discipline=described.discipline if described else Discipline.FUNCTIONAL,
        side=side,
        outcome=outcome,
        text=one_line(text, TEXT_LIMIT),
        detail=block(seen.detail, DETAIL_LIMIT) if seen else "",
        duration_s=max(0.0, seen.duration_s) if seen else 0.0,
        attempts=seen.attempts if seen else 0,
    )


def _judged(
    seen: CheckResult | None, skip_reason: str, side: Side, difference: Difference | None
) -> tuple[Outcome, str]:
    if seen is None:
        return (
            (Outcome.SKIPPED, skip_reason) if skip_reason else (Outcome.ERROR, "Planned, but it did not run.")
        )
    match seen.status:
        case CheckStatus.PASSED:
            return Outcome.PASSED, ""
        case CheckStatus.FAILED:
            return _failed(seen, side, difference)
        case CheckStatus.SKIPPED:
            return Outcome.SKIPPED, seen.message or skip_reason or "Left out while running."
        case CheckStatus.BROKEN | CheckStatus.EMPTY | CheckStatus.UNDEFINED:
            return Outcome.ERROR, f"{CHECK_STATUSES[seen.status]}: no evidence. {seen.message}"


def _failed(seen: CheckResult, side: Side, difference: Difference | None) -> tuple[Outcome, str]:
    if side is not Side.CANDIDATE:
        return Outcome.SKIPPED, f"Fails on the version in use: {seen.message}"
    if difference is None:
        return Outcome.FAILED, seen.message
    match standing(difference):
        case Standing.ALREADY:
            return Outcome.SKIPPED, f"Already happens today: {seen.message}"
        case Standing.EXPECTED:
            return Outcome.SKIPPED, f"Expected change: {difference.expected}"
        case Standing.UNRELIABLE:
            return Outcome.ERROR, f"In doubt ({BLAMES[difference.blame]}): {seen.message}"
        case Standing.WORSE | Standing.BETTER | Standing.NOT_COMPARED | Standing.SAME:
            return Outcome.FAILED, seen.message
