"""Fixes that the release notes promise, confirmed on the upgrade (ISTQB: confirmation testing).

A check that fails today and still fails on the upgrade does not count against the upgrade, unless its vendor said
that it is mended: then the upgrade does not do what it was bought for, or a step of its installation is missing.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from gonogo.judging.rulings import counted, judgement, named
from gonogo.model import (
    Change,
    CheckStatus,
    Comparison,
    Criterion,
    Difference,
    Judgement,
    ReasonCode,
    Ruling,
)


def judge_fixed(criterion: Criterion, comparison: Comparison) -> Judgement:
    """Every check that shows the fix passes on the candidate.

    One that fails there is NOT_MET, whatever it does today and whoever accepted that it changes. No such check,
    or one that was not seen passing on the candidate, is INCONCLUSIVE.
    """
    fix = criterion.fix or criterion.id
    checks = checks_of_fix(criterion, comparison)
    if not checks:
        reason = f"No check called {criterion.scope_key} was carried out, so nothing shows the fix of {fix}."
        return judgement(criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.EVIDENCE_MISSING)
    failing = [d for d in checks if d.candidate_status is CheckStatus.FAILED and not d.is_doubtful]
    if failing:
        return _answer(
            criterion, failing, Ruling.NOT_MET, ReasonCode.FIX_NOT_EFFECTIVE,
            f"The fix of {fix} has no effect on the upgrade: {counted(len(failing), 'check fails', 'checks fail')} "
            f"there: {named([d.title for d in failing])}.",
        )  # fmt: skip
    unsure = [d for d in checks if not _is_shown(d)]
    if unsure:
        return _answer(
            criterion, unsure, Ruling.INCONCLUSIVE, ReasonCode.NOT_COMPARABLE,
            f"It was not shown that the fix of {fix} works on the upgrade: {named([d.title for d in unsure])}.",
        )  # fmt: skip
    mended = [d for d in checks if d.change is Change.FIXED]
    words = "fails today and passes" if len(mended) == 1 else "fail today and pass"
    said = f"{fix}: {counted(len(mended), 'check', 'checks')} {words} on the upgrade."
    if not mended:
        said = (
            f"{fix}: {counted(len(checks), 'check passes', 'checks pass')} on the upgrade, as today already."
        )
    return _answer(criterion, mended or checks, Ruling.MET, ReasonCode.MET, said)


def checks_of_fix(criterion: Criterion, comparison: Comparison) -> list[Difference]:
    """The checks that show the fix, by the criterion's pattern of keys."""
    return [
        d
        for d in comparison.differences
        if d.stage == criterion.stage and d.subject == "check" and fnmatchcase(d.key, criterion.scope_key)
    ]


def _is_shown(difference: Difference) -> bool:
    is_compared = difference.change not in (Change.NOT_COMPARABLE, Change.REMOVED)
    return is_compared and difference.candidate_status is CheckStatus.PASSED


def _answer(
    criterion: Criterion, cited: list[Difference], ruling: Ruling, code: ReasonCode, reason: str
) -> Judgement:
    return judgement(criterion, ruling, reason, code=code, evidence=tuple(d.key for d in cited))
