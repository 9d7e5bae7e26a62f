"""Manual checks: asked of the candidate alone, and never passed by anybody's silence."""

from __future__ import annotations

import itertools

import pytest

from gonogo.comparing.checks import compare_checks
from gonogo.judging.counting import judge_regressed
from gonogo.judging.judge import decide
from gonogo.judging.run_share import judge_run_share
from gonogo.model import (
    Change,
    CheckResult,
    CheckStatus,
    Comparison,
    Coverage,
    Criterion,
    CriterionKind,
    Decision,
    Difference,
    Plan,
    PlannedCheck,
    Priority,
    Ruling,
    Side,
    StagePlan,
)

KEY = "uat:letters:Print"
PASSED, FAILED, BROKEN, SKIPPED = (
    CheckStatus.PASSED,
    CheckStatus.FAILED,
    CheckStatus.BROKEN,
    CheckStatus.SKIPPED,
)


def planned(priority: Priority = Priority.MUST) -> PlannedCheck:
    return PlannedCheck(
        key=KEY, stage="uat", title="Print", priority=priority, is_manual=True, sides=(Side.CANDIDATE,)
    )


def difference(
    baseline: CheckStatus | None, candidate: CheckStatus | None, priority: Priority = Priority.MUST
) -> Difference:
    def side(status: CheckStatus | None) -> dict[str, CheckResult]:
        return {KEY: CheckResult(key=KEY, status=status)} if status else {}

    (found,) = compare_checks("uat", {KEY: planned(priority)}, side(baseline), side(candidate))
    return found


def criterion(kind: CriterionKind, scope: Priority | None = None, limit: float = 0.0) -> Criterion:
    priority = scope or Priority.MUST
    return Criterion(
        id="uat.x", stage="uat", kind=kind, priority=priority, limit=limit, statement="", scope_priority=scope
    )


def ruling(baseline: CheckStatus | None, candidate: CheckStatus | None) -> Ruling:
    found = Comparison(differences=(difference(baseline, candidate),))
    return judge_regressed(criterion(CriterionKind.REGRESSED, Priority.MUST), found).ruling


@pytest.mark.parametrize(
    ("baseline", "candidate", "change", "judged"),
    [
        (None, PASSED, Change.ADDED, Ruling.MET),
        (None, FAILED, Change.ADDED, Ruling.NOT_MET),
        (BROKEN, PASSED, Change.ADDED, Ruling.MET),
        (None, None, Change.NOT_COMPARABLE, Ruling.INCONCLUSIVE),
        (None, BROKEN, Change.NOT_COMPARABLE, Ruling.INCONCLUSIVE),
        (None, SKIPPED, Change.NOT_COMPARABLE, Ruling.INCONCLUSIVE),
        (PASSED, None, Change.NOT_COMPARABLE, Ruling.INCONCLUSIVE),
        (PASSED, PASSED, Change.STILL_PASSING, Ruling.MET),
        (PASSED, FAILED, Change.REGRESSED, Ruling.NOT_MET),
        (FAILED, FAILED, Change.STILL_FAILING, Ruling.MET),
        (FAILED, PASSED, Change.FIXED, Ruling.MET),
    ],
)
def test_a_manual_check_is_judged_by_what_people_saw(
    baseline: CheckStatus | None, candidate: CheckStatus | None, change: Change, judged: Ruling
) -> None:
    assert difference(baseline, candidate).change is change
    assert ruling(baseline, candidate) is judged


def test_removing_evidence_never_makes_a_manual_check_better() -> None:
    badness = {Ruling.MET: 0, Ruling.INCONCLUSIVE: 1, Ruling.NOT_MET: 2}
    for baseline, candidate in itertools.product((None, PASSED, FAILED, BROKEN), repeat=2):
        # a failure that is taken away leaves a gap, which is not a pass
        assert ruling(baseline, None) is not Ruling.MET
        assert badness[ruling(None, candidate)] >= badness[ruling(baseline, candidate)]


def test_a_failure_of_the_upgrade_alone_is_not_said_to_work_today() -> None:
    judged = judge_regressed(
        criterion(CriterionKind.REGRESSED, Priority.MUST), Comparison(differences=(difference(None, FAILED),))
    )
    assert judged.reason.startswith("1 check walked by hand fails on the upgrade (0 allowed)")


@pytest.mark.parametrize(
    ("priority", "walked", "judged"),
    [
        (Priority.MUST, False, Ruling.INCONCLUSIVE),
        (Priority.SHOULD, False, Ruling.INCONCLUSIVE),
        (Priority.COULD, False, Ruling.MET),
        (Priority.MUST, True, Ruling.MET),
    ],
)
def test_what_nobody_walked_counts_against_the_share_that_ran(
    priority: Priority, walked: bool, judged: Ruling
) -> None:
    other = PlannedCheck(key="uat:x:Other", stage="uat", title="Other")
    plan = Plan(sides=tuple(Side), stages=(StagePlan(stage="uat", checks=(planned(priority), other)),))
    missing = () if walked else (KEY,)
    coverage = (
        Coverage(stage="uat", side=Side.BASELINE, planned=1, ran=1, missing=()),
        Coverage(stage="uat", side=Side.CANDIDATE, planned=2, ran=2 - len(missing), missing=missing),
    )
    found = judge_run_share(
        criterion(CriterionKind.RUN_SHARE, limit=1.0), plan, Comparison(coverage=coverage)
    )
    assert found.ruling is judged
    if not walked and judged is Ruling.INCONCLUSIVE:
        assert decide([found]) is Decision.INCONCLUSIVE
