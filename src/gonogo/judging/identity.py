"""Are both targets who they are said to be? Without that nothing else means anything."""

from __future__ import annotations

from gonogo.judging.rulings import judgement
from gonogo.model import Change, CheckStatus, Comparison, Criterion, Judgement, ReasonCode, Ruling

CODES = {
    "identity:answers": ReasonCode.TARGET_DOWN,
    "identity:states-version": ReasonCode.WRONG_VERSION,
    "identity:distinct": ReasonCode.SAME_TARGET,
    "identity:still-answers": ReasonCode.TARGET_DOWN,
}
"""Planned identity check → the reason code of its failure."""

SAME_DATA = "identity:same-data"
"""The check of the data that both sides hold; there only where a project says how to make it."""


def judge_identity(criterion: Criterion, comparison: Comparison) -> Judgement:
    """MET when every identity check passed on both sides; else INCONCLUSIVE, naming the first."""
    found = {d.key: d for d in comparison.differences if d.stage == criterion.stage and d.subject == "check"}
    for key, code in CODES.items():
        difference = found.get(key)
        if difference is None:
            return judgement(
                criterion, Ruling.INCONCLUSIVE, "It was not established which systems were tested.",
                code=ReasonCode.IDENTITY_UNPROVEN, evidence=(key,),
            )  # fmt: skip
        if difference.change is not Change.STILL_PASSING:
            failed = CheckStatus.FAILED in (difference.baseline_status, difference.candidate_status)
            reason = (
                difference.detail.splitlines()[0] if difference.detail else f"{difference.title}: not shown."
            )
            return judgement(
                criterion, Ruling.INCONCLUSIVE, reason,
                code=code if failed else ReasonCode.IDENTITY_UNPROVEN, evidence=(key,),
            )  # fmt: skip
    data = found.get(SAME_DATA)
    if data is not None and data.change is not Change.STILL_PASSING:
        reason = data.detail.splitlines()[0] if data.detail else f"{data.title}: not shown."
        return judgement(
            criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.NOT_COMPARABLE, evidence=(SAME_DATA,)
        )
    return judgement(criterion, Ruling.MET, "Both systems answered and stated the versions claimed.")
