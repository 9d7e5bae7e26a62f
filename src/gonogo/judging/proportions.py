"""A share of cases, and how surely it is known."""

from __future__ import annotations

from scipy.stats import beta

CONFIDENCE = 0.95


def exact_interval(count: int, of: int) -> tuple[float, float]:
    """The interval that holds the true share with a confidence of 95%.

    Exact, after Clopper and Pearson (1934): none in n cases still gives an upper end above 0, because a few
    cases cannot show that something never happens. With no case at all it is 0 to 1: nothing is known.

    Raises:
        ValueError: `count` is not within 0 and `of`.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} is not a count out of {of}")
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, count, of - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, of - count)) if count < of else 1.0
    return low, high
