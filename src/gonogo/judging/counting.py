"""Criteria that count differences: regressed, failing, changed, new findings.

All four read alike: too many is NOT_MET; else anything in scope that could not be compared is
INCONCLUSIVE; else MET. Differences that were expected and accepted do not count.

A difference that is there and not shown to be the upgrade's doing (a flake, a fault of the environment, other
data, another scanner) counts like one that is: doubt never permits more than a fault does. Only where the
doubtful ones tip the scale on a must-have criterion, the answer is INCONCLUSIVE instead of NOT_MET: it permits
nothing either, and blames nobody. On any other criterion INCONCLUSIVE would be harder than the fault itself.
"""

from __future__ import annotations

from collections.abc import Callable

from gonogo.judging.rulings import counted, judgement, named
from gonogo.model import (
    Blame,
    Change,
    CheckStatus,
    Comparison,
    Criterion,
    Difference,
    Judgement,
    Priority,
    ReasonCode,
    Ruling,
    Severity,
)

_LEFT_OPEN = frozenset({Change.NOT_COMPARABLE, Change.REMOVED})


def judge_regressed(criterion: Criterion, comparison: Comparison) -> Judgement:
    """At most `limit` checks of the scope's priority passed on the baseline and fail on the candidate."""
    scope = _scope(comparison, criterion, "check")
    bad = [d for d in scope if d.change is Change.REGRESSED or _appeared_failing(d)]
    return _count(
        criterion, bad, _open(scope), ReasonCode.CHECKS_REGRESSED,
        lambda n: _regressed(n, bad),
        f"{_compared(scope)} compared; none works today and fails on the upgrade.",
    )  # fmt: skip


def judge_failing(criterion: Criterion, comparison: Comparison) -> Judgement:
    """At most `limit` checks of the scope's priority fail on the candidate, failing today or not."""
    scope = _scope(comparison, criterion, "check")
    bad = [d for d in scope if d.candidate_status is CheckStatus.FAILED]
    return _count(
        criterion, bad, _open(scope), ReasonCode.CHECKS_FAILING,
        lambda n: counted(n, "check fails", "checks fail") + " on the upgrade",
        f"{_compared(scope)} compared; none fails on the upgrade.",
    )  # fmt: skip


def judge_changed(criterion: Criterion, comparison: Comparison) -> Judgement:
    """At most `limit` pages, tables or documents of the scope's priority differ between the sides."""
    scope = _scope(comparison, criterion, "snapshot")
    bad = [d for d in scope if d.change is Change.REGRESSED]
    return _count(
        criterion, bad, _open(scope), ReasonCode.SNAPSHOTS_CHANGED,
        lambda n: counted(n, "page, table or document changed", "pages, tables or documents changed"),
        f"{_compared(scope)} pages, tables and documents compared; none changed.",
    )  # fmt: skip


def judge_new_findings(criterion: Criterion, comparison: Comparison) -> Judgement:
    """At most `limit` findings in the scope's severity band are new or worse on the candidate.

    HIGH stands for critical and high; MEDIUM and LOW stand for themselves, so that a finding counts in
    one criterion only.
    """
    bands = {
        Severity.HIGH: (Severity.CRITICAL, Severity.HIGH),
        Severity.CRITICAL: (Severity.CRITICAL,),
    }
    wanted = criterion.scope_severity or Severity.HIGH
    band = bands.get(wanted, (wanted,))
    scope = [
        d
        for d in comparison.differences
        if d.stage == criterion.stage and d.subject == "finding" and d.severity in band and not d.expected
    ]
    bad = [d for d in scope if d.change is Change.REGRESSED]
    # A finding that one side did not look for again: absent from the candidate it may still be there, and
    # new on the candidate it may be old. Either way this was not shown.
    left_open = [d for d in scope if d.change is Change.NOT_COMPARABLE]
    known = sum(d.change is Change.STILL_FAILING for d in scope)
    gone = sum(d.change is Change.FIXED for d in scope)
    word = " or ".join(severity.value for severity in band)
    return _count(
        criterion, bad, left_open, ReasonCode.FINDINGS_NEW,
        lambda n: counted(n, f"new {word} finding", f"new {word} findings"),
        f"No new {word} finding; {known} already there today, {gone} gone.",
    )  # fmt: skip


def _scope(comparison: Comparison, criterion: Criterion, subject: str) -> list[Difference]:
    return [
        d
        for d in comparison.differences
        if d.stage == criterion.stage
        and d.subject == subject
        and not d.expected
        and criterion.scope_priority in (None, d.priority)
    ]


def _appeared_failing(difference: Difference) -> bool:
    """A check only the candidate had, and it failed: nobody planned it, and it is not good news."""
    return difference.change is Change.ADDED and difference.candidate_status is CheckStatus.FAILED


def _regressed(number: int, bad: list[Difference]) -> str:
    """Checks that people walked on the upgrade alone are told apart: nobody knows whether they work today."""
    alone = sum(d.is_manual and d.change is Change.ADDED for d in bad)
    parts = []
    if number > alone:
        parts.append(counted(number - alone, "check works today and fails", "checks work today and fail"))
    if alone:
        parts.append(counted(alone, "check walked by hand fails", "checks walked by hand fail"))
    return " and ".join(parts) + " on the upgrade"


def _open(scope: list[Difference]) -> list[Difference]:
    return [d for d in scope if d.change in _LEFT_OPEN]


def _compared(scope: list[Difference]) -> int:
    return sum(d.change not in _LEFT_OPEN for d in scope)


def _count(
    criterion: Criterion,
    bad: list[Difference],
    left_open: list[Difference],
    code: ReasonCode,
    words: Callable[[int], str],
    good: str,
) -> Judgement:
    keys = tuple(d.key for d in bad)
    sure = [d for d in bad if not d.is_doubtful]
    if len(sure) > criterion.limit or (
        len(bad) > criterion.limit and criterion.priority is not Priority.MUST
    ):
        reason = f"{words(len(bad))} ({criterion.limit:g} allowed): {named([d.title for d in bad])}."
        return judgement(criterion, Ruling.NOT_MET, reason, code=code, evidence=keys)
    if len(bad) > criterion.limit:
        return _doubt(criterion, bad, words)
    if left_open:
        reason = (
            f"{counted(len(left_open), 'item', 'items')} could not be compared on both sides: "
            f"{named([d.title for d in left_open])}."
        )
        return judgement(
            criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.NOT_COMPARABLE,
            evidence=tuple(d.key for d in left_open),
        )  # fmt: skip
    if bad:
        good = f"{words(len(bad))}; {criterion.limit:g} allowed."
    return judgement(criterion, Ruling.MET, good, evidence=keys)


_DOUBTS = {
    Blame.FLAKE: ("gives different answers when repeated", ReasonCode.FLAKY),
    Blame.ENVIRONMENT: ("met a fault of the test environment", ReasonCode.TARGET_DOWN),
    Blame.DATA: ("was seen on other data than on the version in use", ReasonCode.NOT_COMPARABLE),
    Blame.SCANNER: ("was found by another version of the tool", ReasonCode.NOT_COMPARABLE),
}


def _doubt(criterion: Criterion, bad: list[Difference], words: Callable[[int], str]) -> Judgement:
    """The criterion would not be met, if it were certain that the upgrade is to blame."""
    first = next(d for d in bad if d.is_doubtful)
    why, code = _DOUBTS[first.blame]
    doubtful = sum(d.is_doubtful for d in bad)
    others = f"; {doubtful - 1} more in doubt" if doubtful > 1 else ""
    reason = (
        f"{words(len(bad))} ({criterion.limit:g} allowed), but it is not certain that the upgrade is to blame: "
        f"“{first.title}” {why}{others}."
    )
    return judgement(criterion, Ruling.INCONCLUSIVE, reason, code=code, evidence=tuple(d.key for d in bad))
