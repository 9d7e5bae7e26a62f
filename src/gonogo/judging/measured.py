"""Absolute limits on what was measured on the candidate."""

from __future__ import annotations

from fnmatch import fnmatchcase

from gonogo.judging.load_doubts import Doubt, doubt_about_generator
from gonogo.judging.load_evidence import GENERATOR, LoadEvidence
from gonogo.judging.rulings import judgement
from gonogo.model import Criterion, Judgement, MeasuredDifference, ReasonCode, Ruling


def judge_maximum(criterion: Criterion, measured: tuple[MeasuredDifference, ...]) -> Judgement:
    """Every candidate measurement that matches `scope_key` is at most `limit`, in its own unit.

    No matching measurement, or one without samples, is INCONCLUSIVE: zero requests have no response time. So
    are times that the load generator had a part in.
    """
    matching = [m for m in measured if fnmatchcase(m.key, criterion.scope_key)]
    if not matching:
        reason = f"Nothing called {criterion.scope_key} was measured."
        return judgement(criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.NO_SAMPLES)
    doubt = _doubt(criterion, matching, measured)
    if doubt is not None:
        return judgement(
            criterion, Ruling.INCONCLUSIVE, doubt.reason, code=doubt.code, evidence=doubt.evidence
        )
    empty = [m for m in matching if m.candidate_samples == 0]
    over = [m for m in matching if m.candidate_samples > 0 and m.candidate > criterion.limit]
    keys = tuple(m.key for m in over or empty or matching)
    if over:
        worst = max(over, key=lambda m: m.candidate)
        reason = f"{worst.title}: {worst.candidate:g} {worst.unit}, above the limit of {criterion.limit:g}."
        return judgement(criterion, Ruling.NOT_MET, reason, code=ReasonCode.LIMIT_EXCEEDED, evidence=keys)
    if empty:
        reason = f"{empty[0].title}: no samples on the upgrade."
        return judgement(criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.NO_SAMPLES, evidence=keys)
    worst = max(matching, key=lambda m: m.candidate)
    reason = f"{worst.title}: {worst.candidate:g} {worst.unit}, within {criterion.limit:g}."
    return judgement(criterion, Ruling.MET, reason, evidence=keys)


def _doubt(
    criterion: Criterion, matching: list[MeasuredDifference], measured: tuple[MeasuredDifference, ...]
) -> Doubt | None:
    """Why times may be the load generator's own doing; of a stage that generates no load there is no doubt."""
    is_load = any(one.key.startswith(f"{criterion.stage}:{GENERATOR}:") for one in measured)
    if not (is_load and any(one.statistic.endswith("_ms") for one in matching)):
        return None
    return doubt_about_generator(LoadEvidence(criterion.stage, measured))
