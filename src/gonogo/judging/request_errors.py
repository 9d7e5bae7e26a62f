"""Do more journeys fail on the upgrade? Judged on the share of them that failed; three answers."""

from __future__ import annotations

import math

from gonogo.judging.load_doubts import Doubt, doubt_about_load, doubt_about_mix
from gonogo.judging.load_evidence import LEAST_EXECUTIONS, OVERALL, LoadEvidence, is_two_sided
from gonogo.judging.paired_rounds import binomial_tail, holm
from gonogo.judging.response_words import share
from gonogo.judging.rulings import judgement
from gonogo.model import Criterion, Judgement, MeasuredDifference, ReasonCode, Ruling

ERROR_ALPHA = 0.005
"""Family-wise chance of taking equal error ratios for a rise."""

DOUBT_ALPHA = 0.05
"""A journey whose rise is this unlikely to be chance keeps the answer open: one stray failure does not."""

LEAST_SPREAD = 1.2
"""Student's t below which a rise sits in one round: a single burst gives exactly 1, two in eight 1.5."""

MOST_NEEDED = 1000


def judge_no_more_errors(criterion: Criterion, measured: tuple[MeasuredDifference, ...]) -> Judgement:
    """Whether at most `limit` (0–1) more of the journeys fail than on the baseline, overall and each.

    NOT_MET when the share is higher by more than that, beyond chance (a conditional binomial test, Holm
    over the journeys), and not in one round only. MET when the whole mix is within the limit on enough
    journeys (three for every one that the limit lets fail: 300 for 1%), and none of them looks beyond
    it. INCONCLUSIVE otherwise, and when the load was not sound (`load_doubts`).
    """
    evidence = LoadEvidence(criterion.stage, measured)
    doubt = None if evidence.failing_everything() is not None else doubt_about_load(evidence)
    if doubt is None:
        ratios = [evidence.get(subject, "error_ratio") for subject in (OVERALL, *evidence.journeys)]
        chances = {one.key: (one, _p_no_rise(one)) for one in ratios if one is not None}
        held = holm({key: p_value for key, (_, p_value) in chances.items()}, ERROR_ALPHA)
        shown = [chances[key][0] for key in held if _is_over(chances[key][0], criterion)]
        shown = [one for one in shown if not _is_one_burst(one)]
        if shown:
            return _not_met(criterion, shown)
        doubt = doubt_about_mix(evidence) or _rise_in_doubt(criterion, chances)
    if doubt is None:
        doubt = _too_few(criterion, evidence)
    if doubt is not None:
        return judgement(
            criterion, Ruling.INCONCLUSIVE, doubt.reason, code=doubt.code, evidence=doubt.evidence
        )
    return _met(criterion, evidence)


def needed_executions(limit: float) -> int:
    """How many journeys a side show that no more than `limit` fail (the rule of three)."""
    if limit <= 0.0:
        return MOST_NEEDED
    return min(MOST_NEEDED, max(LEAST_EXECUTIONS, math.ceil(3.0 / limit - 1e-9)))


def _not_met(criterion: Criterion, shown: list[MeasuredDifference]) -> Judgement:
    worst = sorted(shown, key=lambda one: (-_rise(one), one.key))
    reason = ". ".join(_sentence(one) for one in worst[:3])
    return judgement(
        criterion,
        Ruling.NOT_MET,
        f"{reason}. At most {share(criterion.limit)} more is allowed.",
        code=ReasonCode.MORE_ERRORS,
        evidence=[one.key for one in worst],
    )


def _rise_in_doubt(
    criterion: Criterion, chances: dict[str, tuple[MeasuredDifference, float]]
) -> Doubt | None:
    doubtful = [
        one
        for one, p_value in chances.values()
        if _is_over(one, criterion) and (p_value < DOUBT_ALPHA or one.key.endswith(f":{OVERALL}:error_ratio"))
    ]
    if not doubtful:
        return None
    worst = max(doubtful, key=lambda one: (_rise(one), one.key))
    where = "all in one round" if _is_one_burst(worst) else "which could still be chance"
    reason = f"Cannot tell: {_sentence(worst)}, {where}. Run it again."
    return Doubt(code=ReasonCode.CANNOT_TELL, reason=reason, evidence=(worst.key,))


def _too_few(criterion: Criterion, evidence: LoadEvidence) -> Doubt | None:
    whole = evidence.get(OVERALL, "error_ratio")
    seen = 0 if whole is None else min(whole.baseline_samples, whole.candidate_samples)
    needed = needed_executions(criterion.limit)
    if seen >= needed:
        return None
    reason = (
        f"Cannot tell: {seen:,} journeys a side are too few to show a limit of {share(criterion.limit)}; "
        f"{needed:,} are needed."
    )
    return Doubt(code=ReasonCode.CANNOT_TELL, reason=reason)


def _met(criterion: Criterion, evidence: LoadEvidence) -> Judgement:
    whole = evidence.get(OVERALL, "error_ratio")
    if whole is None:  # doubt_about_load has refused it before
        raise ValueError("no error ratio of the whole mix")
    reason = f"{_sentence(whole)}; at most {share(criterion.limit)} more is allowed."
    return judgement(criterion, Ruling.MET, reason, evidence=(whole.key,))


def _rise(one: MeasuredDifference) -> float:
    return one.candidate - one.baseline


def _is_over(one: MeasuredDifference, criterion: Criterion) -> bool:
    return _rise(one) > criterion.limit


def _p_no_rise(one: MeasuredDifference) -> float:
    """One-sided p of the conditional binomial test of two Poisson rates (Przyborowski, Wilenski 1940)."""
    if not is_two_sided(one) or min(one.baseline_samples, one.candidate_samples) < LEAST_EXECUTIONS:
        return 1.0
    after = round(one.candidate * one.candidate_samples)
    failed = after + round(one.baseline * one.baseline_samples)
    odds = one.candidate_samples / (one.candidate_samples + one.baseline_samples)
    return binomial_tail(after, failed, odds)


def _is_one_burst(one: MeasuredDifference) -> bool:
    """Whether the rise sits in one round; rounds that cannot be paired do not show that it does not."""
    if one.pairs < 2:
        return True
    return one.mean_difference * math.sqrt(one.pairs) < LEAST_SPREAD * one.sd_difference


def _sentence(one: MeasuredDifference) -> str:
    return (
        f"{one.title}: {share(one.candidate)} of {one.candidate_samples:,} journeys failed on the upgrade, "
        f"{share(one.baseline)} of {one.baseline_samples:,} on the version in use"
    )
