"""Measurements of a load test as the comparison hands them over, for the tests of the judgement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from gonogo.model import Criterion, CriterionKind, MeasuredDifference, Priority

Key = str
MIX = {"Rent search": 0.5, "View rent account": 0.3, "Log repair": 0.2}
# Twelve differences that average out and spread by about two percent.
WOBBLE = tuple(0.02 * math.sin(5.0 * i + 0.5) for i in range(48))


def criterion(limit: float = 10.0) -> Criterion:
    return Criterion(
        id="load.slower_max_percent",
        stage="load",
        kind=CriterionKind.NO_SLOWER,
        priority=Priority.MUST,
        limit=limit,
        statement="Response times are shown to be no more than 10% worse.",
    )


def error_criterion(limit: float = 0.01) -> Criterion:
    return Criterion(
        id="load.error_increase_max",
        stage="load",
        kind=CriterionKind.NO_MORE_ERRORS,
        priority=Priority.MUST,
        limit=limit,
        statement="At most 1.0% more of the requests fail than today.",
    )


def load_test(
    *,
    pairs: int = 12,
    slower: Mapping[str, float] | None = None,
    noise: float = 1.0,
    executions: int = 1200,
    endpoints: Mapping[str, Sequence[str]] | None = None,
) -> dict[Key, MeasuredDifference]:
    """A sound load test of equal versions.

    Args:
        slower: `<subject>:<statistic>` → factor of what is slower; `all:*` stands for all three.
        noise: factor on the spread between rounds.
    """
    found: dict[Key, MeasuredDifference] = {}
    subjects = {"all": 0.0, **MIX}
    for journey, names in (endpoints or {}).items():
        subjects.update({f"{journey} > {name}": MIX[journey] / len(names) for name in names})
    for subject, weight in subjects.items():
        for statistic, ms in (("log_mean", 20.0), ("log_p95", 60.0), ("log_p98", 90.0)):
            factor = _factor(slower or {}, subject, statistic)
            wide = noise * {"log_mean": 1.0, "log_p95": 2.0, "log_p98": 3.0}[statistic]
            steps = [math.log(factor) + wide * w for w in WOBBLE[:pairs]]
            _add(found, subject, statistic, math.log(ms), steps, executions, weight)
        share = weight or 1.0
        _plain(found, subject, "error_ratio", 0.0, round(executions * share), weight, pairs=pairs)
        _plain(found, subject, "p50_ms", 20.0, executions, weight)
        if weight:
            _plain(found, subject, "bytes_mean", 8000.0, executions, weight)
            _plain(found, subject, "endpoints", float(len((endpoints or {}).get(subject, "x"))), 100, weight)
    for subject, statistic, value in (
        ("all", "offered_per_s", 60.0),
        ("all", "users", 20.0),
        ("all", "overrun_ratio", 1.0),
        ("generator", "cpu_ratio", 0.2),
        ("generator", "late_p95_ms", 0.4),
        ("generator", "foreign_ratio", 0.05),
    ):
        _plain(found, subject, statistic, value, pairs, 0.0)
    return found


def change(found: dict[Key, MeasuredDifference], key: Key, **fields: float) -> None:
    """Change fields of one measurement, by `<subject>:<statistic>`."""
    found[key] = msgspec.structs.replace(found[key], **fields)


def all_of(found: dict[Key, MeasuredDifference]) -> tuple[MeasuredDifference, ...]:
    return tuple(found.values())


def _factor(slower: Mapping[str, float], subject: str, statistic: str) -> float:
    return slower.get(f"{subject}:{statistic}", slower.get(f"{subject}:*", 1.0))


def _add(
    found: dict[Key, MeasuredDifference],
    subject: str,
    statistic: str,
    baseline: float,
    steps: list[float],
    samples: int,
    weight: float,
) -> None:
    mean = sum(steps) / len(steps) if steps else 0.0
    spread = math.sqrt(sum((s - mean) ** 2 for s in steps) / (len(steps) - 1)) if len(steps) > 1 else 0.0
    found[f"{subject}:{statistic}"] = MeasuredDifference(
        key=f"load:{subject}:{statistic}",
        stage="load",
        title="The whole mix" if subject == "all" else subject.replace(" > ", ": "),
        statistic=statistic,
        unit="ln(ms)",
        baseline=baseline,
        candidate=baseline + mean,
        baseline_samples=samples,
        candidate_samples=samples,
        pairs=len(steps),
        mean_difference=mean,
        sd_difference=spread,
        weight=weight,
    )


def _plain(
    found: dict[Key, MeasuredDifference],
    subject: str,
    statistic: str,
    value: float,
    samples: int,
    weight: float,
    pairs: int = 0,
) -> None:
    found[f"{subject}:{statistic}"] = MeasuredDifference(
        key=f"load:{subject}:{statistic}",
        stage="load",
        title="The whole mix" if subject == "all" else subject.replace(" > ", ": "),
        statistic=statistic,
        unit="",
        baseline=value,
        candidate=value,
        baseline_samples=samples,
        candidate_samples=samples,
        pairs=pairs,
        weight=weight,
    )
