"""Did enough of the plan run? Counted against the plan, never against what happened to run."""

from __future__ import annotations

from gonogo.judging.rulings import judgement, named
from gonogo.model import Comparison, Criterion, Judgement, Plan, PlannedCheck, Priority, ReasonCode, Ruling


def judge_run_share(criterion: Criterion, plan: Plan, comparison: Comparison) -> Judgement:
    """At least `limit` of the stage's planned checks gave evidence on every side they are asked of.

    Checks planned with a skip reason count when they are must-haves: a must-have nobody carried out
    was not shown. Others that were left out on purpose are listed in the report and do not count. Nor do
    manual could-haves: nobody is kept from going live by a test that people could have walked.
    """
    counted = {
        check.key: check.title for check in plan.checks if check.stage == criterion.stage and _counts(check)
    }
    sides = [c for c in comparison.coverage if c.stage == criterion.stage]
    if not counted or len(sides) < 2:
        return judgement(
            criterion, Ruling.INCONCLUSIVE, "Nothing was planned, so nothing was shown.",
            code=ReasonCode.NOTHING_PLANNED,
        )  # fmt: skip
    missing = sorted({key for coverage in sides for key in coverage.missing if key in counted})
    ran = len(counted) - len(missing)
    share = ran / len(counted)
    by_hand = sum(c.is_manual and c.key in counted and c.key not in missing for c in plan.checks)
    walked = f" ({by_hand} by hand, on the upgrade)" if by_hand else ""
    numbers = f"{ran} of {len(counted)} planned checks ran on both sides{walked}"
    if share < criterion.limit:
        names = named([counted[key] for key in missing])
        reason = f"{numbers}; {criterion.limit:.0%} are needed. Not shown: {names}."
        return judgement(
            criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.PLAN_NOT_RUN, evidence=missing
        )
    return judgement(criterion, Ruling.MET, f"{numbers}.", evidence=missing)


def _counts(check: PlannedCheck) -> bool:
    if check.priority is Priority.MUST:
        return True
    return not check.skip_reason and not (check.is_manual and check.priority is Priority.COULD)
