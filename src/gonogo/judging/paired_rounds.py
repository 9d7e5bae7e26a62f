"""Student's t over paired rounds: how sure a difference is, and how many rounds it would take to be.

A round is a few seconds of the same load on one side; a pair is two rounds next to each other, one on
each side. The rounds are the observations, never the single requests: requests of one round share
whatever the machine was doing, and a test that takes them for independent raises the more false alarms
the longer it runs. The unit is `ln(ms)`: a difference of 0.095 is +10%.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gonogo.model import MeasuredDifference

MINIMUM_PAIRS = 6
"""Fewer pairs prove nothing either way: with three pairs a lucky small spread looks like certainty."""

FULL_PAIRS = 12
"""From this many pairs on, the whole error rate of `SLOWER_ALPHA` may be spent on one look."""

SLOWER_ALPHA = 0.0025
"""Chance of calling equal versions slower, per test, at `FULL_PAIRS` pairs or more. Less is spent on earlier
looks (see `alpha_at`): calibrated so that all looks and all journeys together stay below 1%
(`docs/explanation/load-statistics.md`, `benchmarks/load_simulation.py`)."""

MOST_PAIRS = 400
"""More pairs than this are not worth promising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One measurement's paired rounds.

    Attributes:
        mean, error: mean difference of the logs, and its standard error.
        pairs: how many rounds both sides have; at least 2.
    """

    mean: float
    error: float
    pairs: int

    @property
    def p_not_slower(self) -> float:
        """How likely a difference this large is when the candidate is not slower (one-sided p value)."""
        if self.error <= 0.0:
            return 0.0 if self.mean > 0.0 else 1.0
        return student_tail(self.mean / self.error, self.pairs - 1)

    def bound(self, confidence: float) -> float:
        """The value the true difference lies below with this confidence (one-sided). Use 1 − c for above."""
        if self.error <= 0.0:
            return self.mean
        return self.mean + student_quantile(confidence, self.pairs - 1) * self.error


def paired(measured: MeasuredDifference | None) -> Paired | None:
    """A measurement's paired rounds; None with fewer than two pairs, or when a number is not finite."""
    if measured is None or measured.pairs < 2:
        return None
    if not math.isfinite(measured.mean_difference) or not math.isfinite(measured.sd_difference):
        return None
    if measured.sd_difference < 0.0:
        return None
    return Paired(
        mean=measured.mean_difference,
        error=measured.sd_difference / math.sqrt(measured.pairs),
        pairs=measured.pairs,
    )


def alpha_at(pairs: int) -> float:
    """The error rate one test may spend when the rounds are looked at after `pairs` pairs.

    It grows with the square of the share of `FULL_PAIRS` that is there, so that a first look with few pairs
    only believes a large difference. It depends on nothing but the number of pairs: judging a finished run
    again gives the ruling the run stopped with.
    """
    return SLOWER_ALPHA * min(1.0, pairs / FULL_PAIRS) ** 2


def holm(p_values: dict[str, float], alpha: float) -> frozenset[str]:
    """The names whose p value holds when many are looked at (Holm 1979), at the family-wise rate `alpha`."""
    held: set[str] = set()
    ordered = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    for place, (name, p_value) in enumerate(ordered):
        if p_value > alpha / (len(ordered) - place):
            break
        held.add(name)
    return frozenset(held)


def pairs_needed(rounds: Paired, *, floor: float, margin: float, confidence: float) -> int | None:
    """How many pairs in all would settle it, should mean and spread stay what they are.

    Settled is whichever comes first: the upper bound falls below `margin`, or the difference is above `floor`
    beyond chance. None when neither would within `MOST_PAIRS`.
    """
    deviation = rounds.error * math.sqrt(rounds.pairs)
    for pairs in range(max(rounds.pairs, MINIMUM_PAIRS), MOST_PAIRS + 1):
        later = Paired(mean=rounds.mean, error=deviation / math.sqrt(pairs), pairs=pairs)
        if later.bound(confidence) < margin:
            return pairs
        if later.mean > floor and later.p_not_slower <= alpha_at(pairs):
            return pairs
    return None


def student_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t. scipy is imported here, on first use: it costs a third of a second."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))


def student_tail(t: float, degrees: int) -> float:
    """Probability that Student's t exceeds `t`."""
    from scipy.special import stdtr

    return float(stdtr(degrees, -t))


def binomial_tail(successes: int, trials: int, probability: float) -> float:
    """Probability of `successes` or more out of `trials`."""
    if successes <= 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(successes, trials - successes + 1, probability))
