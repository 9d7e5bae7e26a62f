"""Speed: each journey's change with its interval, drawn and as a table.

The interval is the one the judgement names in words: Student's t over the pairs of rounds, 95% two-sided
(`gonogo.judging.paired_rounds`), so that page and verdict never show two different ranges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gonogo.judging.memory_growth import leak_hint
from gonogo.judging.paired_rounds import paired
from gonogo.judging.response_words import sentence
from gonogo.model import CriterionKind, MeasuredDifference
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.sections.charts import Interval, interval_chart
from gonogo.publishing.wording import between, number, slower

LOG_STATISTIC = "log_mean"
TAIL = 0.025
"""Chance left out at either end of an interval."""
CHARTS_SHOWN = 20

_SERVER = "target"
_NOT_JOURNEYS = ("generator", _SERVER)
_WHOLE = "all"


_OF_SERVERS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("cpu_ratio", "Processor time", lambda value: f"{value:.0%} of one processor"),
    ("memory_mib", "Memory", lambda value: f"{value:,.0f} MiB"),
    ("memory_growth_mib", "Memory gained while measured", lambda value: f"{value:,.1f} MiB"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey's row; every text is ready to show, `–` where nothing was measured.

    Attributes:
        baseline, candidate: the time within which 95 of 100 answers came.
        change, between, allowed: the change, its interval and the margin, in words.
        errors: share of failed requests on both sides, in words.
        samples: answers timed on both sides.
        sentence: what the slowest requests take now and then, with the interval; empty without pairs of rounds.
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
    sentence: str
    chart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRow:
    """One thing about the servers while they were measured; texts are ready to show."""

    what: str
    baseline: str
    candidate: str


def servers(dossier: Dossier) -> tuple[ServerRow, ...]:
    """What the servers used, where we started them; nothing is known of others."""
    found = {
        measured.statistic: measured
        for measured in dossier.comparison.measurements
        if subject_of(measured) == _SERVER and min(measured.baseline_samples, measured.candidate_samples) > 0
    }
    rows = []
    for statistic, what, show in _OF_SERVERS:
        if statistic in found:
            one = found[statistic]
            rows.append(ServerRow(what=what, baseline=show(one.baseline), candidate=show(one.candidate)))
    return tuple(rows)


def leaks(dossier: Dossier) -> tuple[str, ...]:
    """A sentence for each stage in which the upgrade's server kept growing and the version in use did not."""
    stages = dict.fromkeys(measured.stage for measured in dossier.comparison.measurements)
    hints = (leak_hint(stage, dossier.comparison.measurements) for stage in stages)
    return tuple(hint for hint in hints if hint)


def journeys(dossier: Dossier) -> tuple[Journey, ...]:
    """A row for every subject whose response time was measured: the whole mix first, then by share of it."""
    by_subject: dict[tuple[str, str], dict[str, MeasuredDifference]] = {}
    for measured in dossier.comparison.measurements:
        subject = subject_of(measured)
        if subject not in _NOT_JOURNEYS:
            by_subject.setdefault((measured.stage, subject), {})[measured.statistic] = measured
    timed = [(place, each) for place, each in by_subject.items() if _times(each)]
    margin = margin_of(dossier)
    ordered = sorted(timed, key=lambda item: _order(item[0][1], item[1]))
    return tuple(
        _journey(subject, statistics, margin, place)
        for place, ((_, subject), statistics) in enumerate(ordered)
    )


def subject_of(measured: MeasuredDifference) -> str:
    """What was measured, from a key `<stage>:<subject>:<statistic>`."""
    return measured.key.partition(":")[2].rpartition(":")[0]


def interval_of(measured: MeasuredDifference, margin: float | None) -> Interval | None:
    """The change and its 95% interval as shares; None without at least two pairs of rounds."""
    rounds = paired(measured)
    if rounds is None:
        return None
    return Interval(
        low=_share(rounds.bound(TAIL)),
        point=_share(rounds.mean),
        high=_share(rounds.bound(1 - TAIL)),
        margin=margin,
    )


def _times(statistics: Mapping[str, MeasuredDifference]) -> bool:
    return any(statistic in statistics for statistic in (LOG_STATISTIC, "log_p95", "p95_ms"))


def _order(subject: str, statistics: Mapping[str, MeasuredDifference]) -> tuple[bool, float, str]:
    weight = max(each.weight for each in statistics.values())
    return (subject != _WHOLE, -weight, subject)


def margin_of(dossier: Dossier) -> float | None:
    """The strictest margin of the criteria on response time, as a share; None when there is none."""
    limits = [each.limit for each in dossier.upgrade.criteria if each.kind is CriterionKind.NO_SLOWER]
    return min(limits) / 100 if limits else None


def _journey(
    subject: str, statistics: Mapping[str, MeasuredDifference], margin: float | None, place: int
) -> Journey:
    first = next(iter(statistics.values()))
    name = "All journeys together" if subject == _WHOLE else one_line(first.title or subject, TITLE_LIMIT)
    interval = interval_of(statistics[LOG_STATISTIC], margin) if LOG_STATISTIC in statistics else None
    errors = statistics.get("error_ratio")
    # an endpoint of a journey has its row; its bar would only repeat the journey's
    tail = statistics.get("log_p95")
    rounds = paired(tail)
    said = sentence(tail, rounds) + "." if tail is not None and rounds is not None else ""
    is_drawn = interval is not None and " > " not in subject and place < CHARTS_SHOWN
    return Journey(
        name=name,
        baseline=_tail_time(statistics, is_candidate=False),
        candidate=_tail_time(statistics, is_candidate=True),
        change=slower(interval.point) if interval else "–",
        between=between(interval.low, interval.high) if interval else "–",
        allowed=slower(margin) if margin is not None else "–",
        errors=f"{_per_thousand(errors.baseline)} → {_per_thousand(errors.candidate)}" if errors else "–",
        samples=f"{number(first.baseline_samples)} and {number(first.candidate_samples)}",
        sentence=one_line(said, TEXT_LIMIT),
        chart=interval_chart(interval, identity=f"speed-{place}", name=name) if interval and is_drawn else "",
    )


def _share(log_difference: float) -> float:
    return math.expm1(min(log_difference, 20.0))


def _tail_time(statistics: Mapping[str, MeasuredDifference], *, is_candidate: bool) -> str:
    measured = statistics.get("log_p95") or statistics.get("p95_ms")
    if measured is None:
        return "–"
    value, samples = (
        (measured.candidate, measured.candidate_samples)
        if is_candidate
        else (measured.baseline, measured.baseline_samples)
    )
    if not samples:
        return "–"
    milliseconds = math.exp(min(value, 50.0)) if measured.unit == "ln(ms)" else value
    return f"{milliseconds / 1000:,.2f} s" if milliseconds >= 1000 else f"{milliseconds:,.0f} ms"


def _per_thousand(ratio: float) -> str:
    return f"{ratio * 1000:,.1f} in 1,000".replace(".0 in", " in")
