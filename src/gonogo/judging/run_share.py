"""Did enough of the plan run? Counted against the plan, never against what happened to run."""

from __future__ import annotations

from gonogo.judging.rulings import judgement, named
from gonogo.model import Comparison, Criterion, Judgement, Plan, Priority, ReasonCode, Ruling


def judge_run_share(criterion: Criterion, plan: Plan, comparison: Comparison) -> Judgement:
    """At least `limit` of the stage's planned checks gave evidence on both sides.

    Checks planned with a skip reason count when they are must-haves: a must-have nobody carried out
    was not shown. Others that were left out on purpose are listed in the report and do not count.
    """
    counted = {
        check.key: check.title
        for check in plan.checks
        if check.stage == criterion.stage and (not check.skip_reason or check.priority is Priority.MUST)
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
    numbers = f"{ran} of {len(counted)} planned checks ran on both sides"
    if share < criterion.limit:
        names = named([counted[key] for key in missing])
        reason = f"{numbers}; {criterion.limit:.0%} are needed. Not shown: {names}."
        return judgement(
            criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.PLAN_NOT_RUN, evidence=missing
        )
    return judgement(criterion, Ruling.MET, f"{numbers}.", evidence=missing)
