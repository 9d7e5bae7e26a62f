"""Whether a load test may be compared at all: the same load, the same mix, the same work, a generator that kept up."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gonogo.judging.load_evidence import (
    GENERATOR,
    MOST_BASELINE_ERRORS,
    OVERALL,
    PART_STATISTICS,
    TIME_STATISTICS,
    LoadEvidence,
    is_two_sided,
)
from gonogo.judging.response_words import share
from gonogo.model import MeasuredDifference, ReasonCode

MOST_EXTRA_ERRORS = 0.05
"""When the upgrade fails this much more, the journeys that are left are not the same work."""
MOST_GENERATOR_CPU = 0.9
"""Share of its one core above which the load generator itself makes requests wait."""
MOST_LATENESS = 0.5
"""Own lateness of the generator (for 1 in 20 requests), as a share of the typical response time."""
NEGLIGIBLE_LATENESS_MS = 10.0
UNLIKE_LOAD = 0.03
UNLIKE_POOL = 0.25
UNLIKE_MIX = 0.05
UNLIKE_SIZE = 4.0
"""Answers whose mean size differs by more than this factor are not the same work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why the measurements cannot carry a ruling: for machines, in words, and the keys it rests on."""

    code: ReasonCode
    reason: str
    evidence: tuple[str, ...] = ()


def doubt_about_load(evidence: LoadEvidence) -> Doubt | None:
    """Why the two sides were not put under the same load, or the baseline is no yardstick; else None."""
    return (
        _no_samples(evidence) or _unlike_load(evidence) or _unlike_mix(evidence) or _bad_yardstick(evidence)
    )


def doubt_about_generator(evidence: LoadEvidence) -> Doubt | None:
    """Why times may be the load generator's own doing; None when they are not. Failures never are."""
    return _saturated(evidence)


def doubt_about_mix(evidence: LoadEvidence) -> Doubt | None:
    """Why the journeys measured are not the whole planned mix; None when they are."""
    total = 0.0
    for journey in evidence.journeys:
        errors = evidence.get(journey, "error_ratio")
        if errors is None or not is_two_sided(errors):
            return _missing(evidence, journey, errors)
        total += errors.weight
    if not math.isclose(total, 1.0, abs_tol=1e-3):
        reason = f"Measurements are there for {share(total)} of the planned mix of journeys only."
        return Doubt(code=ReasonCode.EVIDENCE_MISSING, reason=reason)
    return None


def doubt_about_times(evidence: LoadEvidence) -> Doubt | None:
    """Why the response times may not stand for the whole mix; None when they may."""
    return doubt_about_mix(evidence) or _incomplete(evidence) or _unlike_work(evidence)


def _no_samples(evidence: LoadEvidence) -> Doubt | None:
    errors = evidence.get(OVERALL, "error_ratio")
    if errors is None or not (errors.baseline_samples or errors.candidate_samples):
        reason = "No request was measured on either side, so nothing is known about response times."
        return Doubt(code=ReasonCode.NO_SAMPLES, reason=reason)
    if is_two_sided(errors):
        return None
    side = "upgrade" if errors.candidate_samples == 0 else "version in use"
    reason = f"No request was measured on the {side}, so there is nothing to compare."
    return Doubt(code=ReasonCode.NO_SAMPLES, reason=reason, evidence=(errors.key,))


def _unlike_load(evidence: LoadEvidence) -> Doubt | None:
    offered, users = evidence.get(OVERALL, "offered_per_s"), evidence.get(OVERALL, "users")
    if offered is None or users is None or not (is_two_sided(offered) and is_two_sided(users)):
        reason = "What load the two sides were put under is not known, so they cannot be compared."
        return Doubt(code=ReasonCode.EVIDENCE_MISSING, reason=reason)
    # At a fixed arrival rate users only have to be enough; otherwise their number is the load.
    most_apart = UNLIKE_POOL if offered.baseline > 0 else UNLIKE_LOAD
    for one, limit, words in (
        (offered, UNLIKE_LOAD, "journeys a second were asked for"),
        (users, most_apart, "users were at work"),
    ):
        if _apart(one.baseline, one.candidate) > limit:
            reason = (
                "The two sides were put under different load: "
                f"{one.baseline:g} against {one.candidate:g} {words}."
            )
            return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(one.key,))
    return None


def _unlike_mix(evidence: LoadEvidence) -> Doubt | None:
    errors, offered = evidence.get(OVERALL, "error_ratio"), evidence.get(OVERALL, "offered_per_s")
    if errors is None or offered is None:  # already refused above
        return None
    # At a fixed arrival rate both sides get the same journeys; with fixed users a slow side gets fewer.
    before, after = errors.baseline_samples, errors.candidate_samples
    if offered.baseline > 0 and _apart(before, after) > UNLIKE_LOAD:
        reason = f"The two sides were sent different numbers of journeys: {before:,} and {after:,}."
        return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(errors.key,))
    for journey in evidence.journeys:
        one = evidence.get(journey, "error_ratio")
        if one is None:
            continue
        was, became = one.baseline_samples / before, one.candidate_samples / after
        if abs(was - became) > UNLIKE_MIX:
            reason = (
                f"{one.title} was {share(was)} of the load on the version in use "
                f"and {share(became)} on the upgrade."
            )
            return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(one.key,))
    return None


def _saturated(evidence: LoadEvidence) -> Doubt | None:
    cpu, late = evidence.get(GENERATOR, "cpu_ratio"), evidence.get(GENERATOR, "late_p95_ms")
    if cpu is None or late is None or not (is_two_sided(cpu) and is_two_sided(late)):
        reason = "How busy the load generator was is not known, so its times cannot be trusted."
        return Doubt(code=ReasonCode.EVIDENCE_MISSING, reason=reason)
    busiest = max(cpu.baseline, cpu.candidate)
    if busiest > MOST_GENERATOR_CPU:
        reason = (
            f"The load generator used {busiest:.0%} of its core, so it measured itself. "
            "Lower the load, or use FastHttpUser in the locustfile."
        )
        return Doubt(code=ReasonCode.GENERATOR_SATURATED, reason=reason, evidence=(cpu.key,))
    typical = evidence.get(OVERALL, "p50_ms")
    allowed = MOST_LATENESS * min(typical.baseline, typical.candidate) if typical is not None else 0.0
    latest = max(late.baseline, late.candidate)
    if latest > max(allowed, NEGLIGIBLE_LATENESS_MS):
        reason = (
            f"The load generator started 1 in 20 journeys {latest:.0f} ms late by itself, too much beside "
            "what it measured. Lower the load, or run it from a less busy machine."
        )
        return Doubt(code=ReasonCode.GENERATOR_SATURATED, reason=reason, evidence=(late.key,))
    return None


def _bad_yardstick(evidence: LoadEvidence) -> Doubt | None:
    errors = evidence.get(OVERALL, "error_ratio")
    if errors is None or errors.baseline <= MOST_BASELINE_ERRORS:
        return None
    also = f", the upgrade {share(errors.candidate)}" if errors.candidate > 0 else ""
    reason = (
        f"The version in use failed {share(errors.baseline)} of its journeys itself{also}, so it is no "
        "yardstick. Find out why first: wrong test data, a user without rights, or a broken installation."
    )
    return Doubt(code=ReasonCode.BASELINE_UNUSABLE, reason=reason, evidence=(errors.key,))


def _incomplete(evidence: LoadEvidence) -> Doubt | None:
    for subject in (OVERALL, *evidence.journeys):
        for statistic in TIME_STATISTICS:
            found = _unpaired(evidence, subject, statistic)
            if found is not None:
                return found
    for journey in evidence.journeys:
        count, size = evidence.get(journey, "endpoints"), evidence.get(journey, "bytes_mean")
        if count is None or size is None:
            return _missing(evidence, journey, count)
        parts = evidence.endpoints(journey)
        if len(parts) < count.candidate and count.candidate > 1:
            return _missing(evidence, journey, None)
        for part in parts:
            for statistic in PART_STATISTICS:
                if evidence.get(part, statistic) is None:
                    return _missing(evidence, part, None)
    return None


def _unpaired(evidence: LoadEvidence, subject: str, statistic: str) -> Doubt | None:
    one = evidence.get(subject, statistic)
    if one is None or not is_two_sided(one):
        return _missing(evidence, subject, one)
    if one.pairs > 0:
        return None
    reason = (
        f"{one.title} was not answered in every round on both sides, so its rounds cannot be paired. "
        "Make the rounds longer (round_s) or the load higher."
    )
    return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(one.key,))


def _missing(evidence: LoadEvidence, subject: str, one: MeasuredDifference | None) -> Doubt:
    title = evidence.title(subject)
    keys = (one.key,) if one is not None else ()
    if one is not None and one.baseline_samples > 0 and one.candidate_samples == 0:
        reason = f"{title} was never answered on the upgrade."
    elif one is not None and one.candidate_samples > 0 and one.baseline_samples == 0:
        reason = f"{title} was never answered on the version in use."
    else:
        reason = f"{title} was not measured in full on both sides."
    return Doubt(code=ReasonCode.NO_SAMPLES, reason=reason, evidence=keys)


def _unlike_work(evidence: LoadEvidence) -> Doubt | None:
    for subject in (OVERALL, *evidence.journeys):
        errors = evidence.get(subject, "error_ratio")
        if errors is not None and errors.candidate - errors.baseline > MOST_EXTRA_ERRORS:
            reason = (
                f"{errors.title}: the upgrade failed {share(errors.candidate)} of the journeys, so the times "
                "of the others are not the same work."
            )
            return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(errors.key,))
    for journey in evidence.journeys:
        size = evidence.get(journey, "bytes_mean")
        if size is None or min(size.baseline, size.candidate) <= 0:
            continue
        if max(size.baseline, size.candidate) > UNLIKE_SIZE * min(size.baseline, size.candidate):
            sizes = f"{size.candidate / 1024:,.1f} KiB instead of {size.baseline / 1024:,.1f} KiB"
            reason = (
                f"{size.title} answers with {sizes}: not the same work, so the times say nothing. "
                "Are the data the same on both sides?"
            )
            return Doubt(code=ReasonCode.NOT_COMPARABLE, reason=reason, evidence=(size.key,))
    return None


def _apart(one: float, other: float) -> float:
    larger = max(abs(one), abs(other))
    return abs(one - other) / larger if larger > 0 else 0.0
