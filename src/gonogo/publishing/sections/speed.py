"""Speed: each journey's change with its interval, drawn and as a table.

The change of a journey is exp(mean of the paired log differences) − 1. Its interval is Student's t over the
rounds: with a two-sided 90% interval, the upper end is the 95% bound that the judgement looks at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gonogo.model import CriterionKind, MeasuredDifference
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.sections.charts import Interval, interval_chart
from gonogo.publishing.wording import between, number, slower

CONFIDENCE = 0.90
LOG_STATISTIC = "log_mean"
_P95 = "p95_ms"
_ERRORS = "error_ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey's row; every text is ready to show, `–` where nothing was measured.

    Attributes:
        baseline, candidate: the time within which 95 of 100 answers came.
        change, between, allowed: the change, its interval and the margin, in words.
        errors: share of failed requests on both sides, in words.
        samples: answers timed on both sides.
        chart: the interval as SVG, empty when there is none.
    """

    name: str
    baseline: str
    candidate: str
    change: str
    between: str
    allowed: str
    errors: str
    samples: str
    chart: str


def journeys(dossier: Dossier) -> tuple[Journey, ...]:
    """A row for every subject that the load stage measured, the total first, then by share of the mix."""
    by_subject: dict[tuple[str, str], dict[str, MeasuredDifference]] = {}
    for measured in dossier.comparison.measurements:
        by_subject.setdefault((measured.stage, measured.title), {})[measured.statistic] = measured
    margin = _margin(dossier)
    timed = [each for each in by_subject.values() if LOG_STATISTIC in each or _P95 in each]
    ordered = sorted(timed, key=_order)
    return tuple(_journey(each, margin, place) for place, each in enumerate(ordered))


def _order(statistics: dict[str, MeasuredDifference]) -> tuple[bool, float, str]:
    first = next(iter(statistics.values()))
    return (first.weight > 0, -first.weight, first.title)


def _margin(dossier: Dossier) -> float | None:
    limits = [each.limit for each in dossier.upgrade.criteria if each.kind is CriterionKind.NO_SLOWER]
    return min(limits) / 100 if limits else None


def _journey(statistics: dict[str, MeasuredDifference], margin: float | None, place: int) -> Journey:
    first = next(iter(statistics.values()))
    name = one_line(first.title, TITLE_LIMIT) or "All journeys together"
    interval = interval_of(statistics[LOG_STATISTIC], margin) if LOG_STATISTIC in statistics else None
    p95 = statistics.get(_P95)
    errors = statistics.get(_ERRORS)
    return Journey(
        name=name,
        baseline=_milliseconds(p95.baseline, p95.baseline_samples) if p95 else "–",
        candidate=_milliseconds(p95.candidate, p95.candidate_samples) if p95 else "–",
        change=slower(interval.point) if interval else "–",
        between=between(interval.low, interval.high) if interval else "–",
        allowed=slower(margin) if margin is not None else "–",
        errors=f"{_per_thousand(errors.baseline)} → {_per_thousand(errors.candidate)}" if errors else "–",
        samples=f"{number(first.baseline_samples)} and {number(first.candidate_samples)}",
        chart=interval_chart(interval, identity=f"speed-{place}", name=name) if interval else "",
    )


def interval_of(measured: MeasuredDifference, margin: float | None) -> Interval | None:
    """The change and its 90% interval as shares; None without at least two pairs."""
    if measured.pairs < 2 or not math.isfinite(measured.mean_difference):
        return None
    # scipy.special, because importing scipy.stats alone takes half a second
    from scipy.special import stdtrit

    quantile = float(stdtrit(measured.pairs - 1, 0.5 + CONFIDENCE / 2))
    half = quantile * measured.sd_difference / math.sqrt(measured.pairs)
    return Interval(
        low=_share(measured.mean_difference - half),
        point=_share(measured.mean_difference),
        high=_share(measured.mean_difference + half),
        margin=margin,
    )


def _share(log_difference: float) -> float:
    return math.expm1(min(log_difference, 20.0))


def _milliseconds(value: float, samples: int) -> str:
    if not samples:
        return "–"
    return f"{value / 1000:.2f} s" if value >= 1000 else f"{value:,.0f} ms"


def _per_thousand(ratio: float) -> str:
    return f"{ratio * 1000:,.1f} in 1,000".replace(".0 in", " in")
