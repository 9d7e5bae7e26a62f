"""Checks, key by key: what passed and failed on each side, and what that makes of the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gonogo.comparing.causes import cause_of
from gonogo.model import Blame, Change, CheckResult, CheckStatus, Difference, PlannedCheck, Side

_CHANGES = {
    (CheckStatus.PASSED, CheckStatus.PASSED): (Change.STILL_PASSING, Blame.NONE),
    (CheckStatus.PASSED, CheckStatus.FAILED): (Change.REGRESSED, Blame.CANDIDATE),
    (CheckStatus.FAILED, CheckStatus.PASSED): (Change.FIXED, Blame.NONE),
    (CheckStatus.FAILED, CheckStatus.FAILED): (Change.STILL_FAILING, Blame.PRE_EXISTING),
}


def compare_checks(
    stage: str,
    planned: Mapping[str, PlannedCheck],
    baseline: Mapping[str, CheckResult],
    candidate: Mapping[str, CheckResult],
) -> Iterator[Difference]:
    """One difference for every key planned or seen.

    A side without evidence makes the key NOT_COMPARABLE when it was planned; a key nobody planned is
    ADDED or REMOVED. Planned checks that say they will be skipped count like any other: what did not
    run was not shown. A check asked of the candidate alone (a manual one) is ADDED while the baseline has no
    evidence, and compared like any other once it has.
    """
    for key in sorted({*planned, *baseline, *candidate}):
        yield _difference(stage, key, planned.get(key), baseline.get(key), candidate.get(key))


def _difference(
    stage: str,
    key: str,
    plan: PlannedCheck | None,
    baseline: CheckResult | None,
    candidate: CheckResult | None,
) -> Difference:
    change, blame = _change(plan, baseline=baseline, candidate=candidate)
    about = candidate if candidate is not None and candidate.status is not CheckStatus.PASSED else baseline
    described = plan or candidate or baseline
    if described is None:  # not reachable: every key comes from one of the three
        raise ValueError(f"no check called {key}")
    faulty = about if about is not None and about.status is not CheckStatus.PASSED else None
    return Difference(
        key=key,
        stage=stage,
        subject="check",
        change=change,
        blame=blame,
        title=described.title or key,
        priority=described.priority,
        discipline=described.discipline,
        feature=described.feature,
        baseline=_words(baseline, plan, Side.BASELINE),
        candidate=_words(candidate, plan, Side.CANDIDATE),
        baseline_status=baseline.status if baseline else None,
        candidate_status=candidate.status if candidate else None,
        detail=_detail(plan, faulty),
        where=faulty.where if faulty else "",
        cause=_cause(faulty) if faulty and change is not Change.STILL_PASSING else "",
        evidence=_evidence(stage, baseline, candidate),
        is_manual=plan is not None and plan.is_manual,
    )


def _cause(faulty: CheckResult) -> str:
    return cause_of(faulty.where, faulty.message, faulty.detail)


def _change(
    plan: PlannedCheck | None, *, baseline: CheckResult | None, candidate: CheckResult | None
) -> tuple[Change, Blame]:
    if baseline and candidate and baseline.status.is_evidence and candidate.status.is_evidence:
        return _CHANGES[baseline.status, candidate.status]
    if plan is not None:
        is_shown = candidate is not None and candidate.status.is_evidence
        if is_shown and not plan.is_asked_of(Side.BASELINE):
            return Change.ADDED, Blame.NONE
        return Change.NOT_COMPARABLE, Blame.ENVIRONMENT
    if baseline is None:
        return Change.ADDED, Blame.NONE
    if candidate is None:
        return Change.REMOVED, Blame.NONE
    return Change.NOT_COMPARABLE, Blame.ENVIRONMENT


def _words(result: CheckResult | None, plan: PlannedCheck | None, side: Side) -> str:
    if result is not None:
        return result.status.value
    return "did not run" if plan is None or plan.is_asked_of(side) else "not asked"


def _detail(plan: PlannedCheck | None, faulty: CheckResult | None) -> str:
    if faulty is not None:
        return "\n".join(part for part in (faulty.message, faulty.detail) if part)
    return plan.skip_reason if plan is not None else ""


def _evidence(stage: str, baseline: CheckResult | None, candidate: CheckResult | None) -> tuple[str, ...]:
    return tuple(
        f"runs/{stage}.{side}/{path}"
        for side, result in (("baseline", baseline), ("candidate", candidate))
        if result is not None
        for path in result.artefacts
    )
