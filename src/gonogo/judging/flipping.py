"""What would flip a decision: the smallest set of facts that, were they otherwise, would change it.

Because the worst judgement wins, a decision changes for the better only when every judgement that holds it
down changes, and for the worse as soon as one does. So:

* below GO: for each judgement that allows no more than the decision, the fewest facts that would repair
  it; then facts that turn out not to be needed are dropped one by one;
* at GO: the fewest facts that would break one criterion, a must-have one where there is any.

`apply_facts` changes a comparison accordingly; judging it again gives another decision (a test proves it
over generated bundles).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gonogo.judging.change_record import STAGE as CHANGE
from gonogo.judging.judge import decide, judge_criterion, judge_everything
from gonogo.model import (
    Blame,
    Change,
    CheckStatus,
    Comparison,
    Coverage,
    Criterion,
    CriterionKind,
    Decision,
    Difference,
    Judgement,
    MeasuredDifference,
    Plan,
    Priority,
    Record,
    Ruling,
    Upgrade,
)


class Fact(Record, frozen=True, kw_only=True):
    """One thing that is so, and how it would have to be instead.

    Attributes:
        subject: `difference`, `measurement`, `problem` or `change`.
        key: the comparison key, the problem's message, or the open point of the change record.
        title: what it is about, in plain words.
        was, would_be: the state now and the state that flips, as words.
    """

    subject: str
    key: str
    title: str
    was: str
    would_be: str


BROKEN = "works today and fails on the upgrade"


def decision_of(upgrade: Upgrade, plan: Plan, comparison: Comparison, at: str = "") -> Decision:
    """The decision on a comparison, by the upgrade's criteria and the waivers that hold at the moment."""
    return decide(judge_everything(upgrade, plan, comparison, at))


def smallest_flip(upgrade: Upgrade, plan: Plan, comparison: Comparison, at: str = "") -> tuple[Fact, ...]:
    """The facts that would flip the decision, fewest first found; empty when no fact can (no criteria)."""
    decision = decision_of(upgrade, plan, comparison, at)
    if not upgrade.criteria:
        return ()
    facts = (
        _breaking(upgrade, plan, comparison)
        if decision is Decision.GO
        else _repairing(upgrade, plan, comparison, decision, at)
    )
    return _without_needless(upgrade, plan, comparison, decision, facts, at)


def apply_facts(comparison: Comparison, facts: Iterable[Fact]) -> Comparison:
    """The comparison as it would be if the facts were as they `would_be`."""
    by_subject: dict[str, dict[str, Fact]] = {
        "difference": {},
        "measurement": {},
        "problem": {},
        "change": {},
    }
    for fact in facts:
        by_subject[fact.subject][fact.key] = fact
    changed = by_subject["difference"]
    return msgspec.structs.replace(
        comparison,
        differences=tuple(
            _changed(d, changed[d.key]) if d.key in changed else d for d in comparison.differences
        ),
        measurements=tuple(
            _levelled(m) if m.key in by_subject["measurement"] else m for m in comparison.measurements
        ),
        coverage=tuple(_covered(c, changed) for c in comparison.coverage),
        problems=tuple(p for p in comparison.problems if p.message not in by_subject["problem"]),
    )


def _repairing(
    upgrade: Upgrade, plan: Plan, comparison: Comparison, decision: Decision, at: str
) -> list[Fact]:
    facts = [
        Fact(subject="problem", key=p.message, title=p.message, was=p.code.value, would_be="solved")
        for p in comparison.problems
        if decision is Decision.INCONCLUSIVE
    ]
    criteria = {criterion.id: criterion for criterion in upgrade.criteria}
    for judged in judge_everything(upgrade, plan, comparison, at):
        criterion = criteria.get(judged.criterion)
        if judged.ruling is Ruling.MET or decide([judged]) is not decision:
            continue
        if criterion is not None:
            facts.extend(_repair(criterion, judged, comparison))
        elif judged.stage == CHANGE:
            facts.append(
                Fact(subject="change", key=judged.criterion, title=judged.reason, was="open", would_be="done")
            )
    return list(dict.fromkeys(facts))


def _repair(criterion: Criterion, judged: Judgement, comparison: Comparison) -> list[Fact]:
    keys = set(judged.evidence)
    if criterion.kind in (CriterionKind.NO_SLOWER, CriterionKind.NO_MORE_ERRORS, CriterionKind.MAXIMUM):
        stage = [m for m in comparison.measurements if m.stage == criterion.stage]
        return [_measurement_fact(m) for m in stage]
    concerned = [d for d in comparison.differences if d.key in keys and d.change is not Change.STILL_PASSING]
    allowed = int(criterion.limit) if judged.ruling is Ruling.NOT_MET else 0
    return [
        _difference_fact(d, "passes on both sides") for d in concerned[: max(0, len(concerned) - allowed)]
    ]


def _breaking(upgrade: Upgrade, plan: Plan, comparison: Comparison) -> list[Fact]:
    """Facts that break one criterion on regressed checks: must-haves first, then the fewest facts.

    Checks that pass today are taken first; one that fails today already would have to work today too.
    """
    best: tuple[bool, int, list[Fact]] | None = None
    for criterion in upgrade.criteria:
        if criterion.kind is not CriterionKind.REGRESSED or criterion.priority is Priority.COULD:
            continue
        unbroken = sorted(
            (
                d
                for d in comparison.differences
                if d.stage == criterion.stage
                and d.subject == "check"
                and d.priority is criterion.scope_priority
                and d.change is not Change.REGRESSED
            ),
            key=lambda d: d.change is not Change.STILL_PASSING,
        )
        already = len(judge_criterion(criterion, plan, comparison).evidence)
        needed = max(1, int(criterion.limit) + 1 - already)
        facts = [_difference_fact(d, BROKEN) for d in unbroken[:needed]]
        rank = (criterion.priority is not Priority.MUST, needed, facts)
        if len(facts) == needed and (best is None or rank[:2] < best[:2]):
            best = rank
    return best[2] if best is not None else []


def _without_needless(
    upgrade: Upgrade, plan: Plan, comparison: Comparison, decision: Decision, facts: list[Fact], at: str
) -> tuple[Fact, ...]:
    def flips(tried: list[Fact]) -> bool:
        done = {fact.key for fact in tried if fact.subject == "change"}
        judged = judge_everything(upgrade, plan, apply_facts(comparison, tried), at)
        return decide(j for j in judged if j.criterion not in done) is not decision

    if not flips(facts):
        return ()
    needed = list(facts)
    for fact in facts:
        fewer = [other for other in needed if other is not fact]
        if fewer and flips(fewer):
            needed = fewer
    return tuple(needed)


def _difference_fact(difference: Difference, would_be: str) -> Fact:
    return Fact(
        subject="difference",
        key=difference.key,
        title=difference.title,
        was=difference.change.value,
        would_be=would_be,
    )


def _measurement_fact(measured: MeasuredDifference) -> Fact:
    return Fact(
        subject="measurement",
        key=measured.key,
        title=f"{measured.title}: {measured.statistic}",
        was=f"{measured.baseline:g} → {measured.candidate:g} {measured.unit}",
        would_be="no different from today",
    )


def _changed(difference: Difference, fact: Fact) -> Difference:
    if fact.would_be == BROKEN:
        return msgspec.structs.replace(
            difference,
            change=Change.REGRESSED,
            blame=Blame.CANDIDATE,
            candidate_status=CheckStatus.FAILED,
        )
    is_check = difference.subject == "check"
    return msgspec.structs.replace(
        difference,
        change=Change.STILL_PASSING,
        blame=Blame.NONE,
        baseline_status=CheckStatus.PASSED if is_check else None,
        candidate_status=CheckStatus.PASSED if is_check else None,
    )


def _levelled(measured: MeasuredDifference) -> MeasuredDifference:
    return msgspec.structs.replace(
        measured,
        candidate=measured.baseline,
        candidate_samples=measured.baseline_samples,
        mean_difference=0.0,
        sd_difference=0.0,
    )


def _covered(coverage: Coverage, changed: dict[str, Fact]) -> Coverage:
    missing = tuple(key for key in coverage.missing if key not in changed)
    return msgspec.structs.replace(coverage, missing=missing, ran=coverage.planned - len(missing))
