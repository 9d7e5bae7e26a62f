"""The statistics of one subject of a load test, round by round and over all rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gonogo.model import Measurement
from gonogo.readers.load_messages import ErrorCount, Journey
from gonogo.readers.load_rounds import RoundSamples

Floats = NDArray[np.float64]
IN_LOGS: dict[str, Callable[[Floats], float]] = {
    "log_mean": lambda ms: float(np.log(ms).mean()),
    "log_p95": lambda ms: math.log(float(np.percentile(ms, 95))),
    "log_p98": lambda ms: math.log(float(np.percentile(ms, 98))),
}
_IN_MS: dict[str, Callable[[Floats], float]] = {
    "p50_ms": lambda ms: float(np.percentile(ms, 50)),
    "p95_ms": lambda ms: float(np.percentile(ms, 95)),
    "p98_ms": lambda ms: float(np.percentile(ms, 98)),
    "p99_ms": lambda ms: float(np.percentile(ms, 99)),
    "mean_ms": lambda ms: float(ms.mean()),
}
_SMALLEST_MS = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFacts:
    """What is known of one kept round beside its samples.

    Attributes:
        wall_s: from the first planned start to the last answer; much above `duration_s` when a queue built up.
        cpu_ratio, late_p95_ms: of the load generator, see `RoundDone`.
        foreign_ratio: share of our machine that other programs used; None when it cannot be told.
        target_cpu_ratio, target_memory_mib: of the server, when we started it; else None.
    """

    duration_s: float
    wall_s: float
    users: int
    offered_per_s: float
    cpu_ratio: float
    late_p95_ms: float
    foreign_ratio: float | None = None
    target_cpu_ratio: float | None = None
    target_memory_mib: float | None = None
    errors: tuple[ErrorCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """One round, one row an execution; `journey` is its place in the planned mix, −1 for none."""

    journey: NDArray[np.int16]
    total_ms: Floats
    requests: NDArray[np.int64]
    bytes: NDArray[np.int64]
    failed: NDArray[np.bool_]


def executions_of(samples: RoundSamples, journeys: tuple[Journey, ...]) -> Executions:
    """Requests of one round → executions. Journey −1 stands for what is not in the planned mix."""
    place = {journey.name: index for index, journey in enumerate(journeys)}
    to_plan = np.array([place.get(name, -1) for name in samples.journeys] or [-1], dtype=np.int16)
    count = int(samples.execution.max()) + 1 if samples.execution.size else 0
    journey = np.full(count, -1, dtype=np.int16)
    known = samples.journey >= 0
    journey[samples.execution[known]] = to_plan[samples.journey[known]]
    requests = np.bincount(samples.execution[samples.endpoint >= 0], minlength=count)
    return Executions(
        journey=journey,
        total_ms=_sums(samples.execution, samples.response_ms, count),
        requests=requests,
        bytes=_sums(samples.execution, samples.bytes, count).astype(np.int64),
        failed=_sums(samples.execution, samples.failed, count) > 0,
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the measurements of one subject."""

    stage: str
    subject: str
    title: str
    weight: float

    def one(
        self, statistic: str, value: float, unit: str, samples: int, series: Sequence[float] = ()
    ) -> Measurement:
        """One measurement of the subject."""
        return Measurement(
            key=f"{self.stage}:{self.subject}:{statistic}",
            title=self.title,
            statistic=statistic,
            value=value,
            unit=unit,
            sample_count=samples,
            series=tuple(series),
            weight=self.weight,
        )

    def series(self, statistic: str, values: Sequence[float], unit: str) -> Measurement:
        """One value a round; the measurement's own value is their median."""
        return self.one(statistic, float(np.median(values)), unit, len(values), values)

    def times(self, rounds: Sequence[Floats]) -> list[Measurement]:
        """Logs round by round; milliseconds over all samples together."""
        rounds = [np.maximum(ms, _SMALLEST_MS) for ms in rounds]
        pooled = np.concatenate(rounds)
        is_whole = all(ms.size for ms in rounds)
        found = []
        for statistic, of in IN_LOGS.items():
            series = [of(ms) for ms in rounds] if is_whole else []
            value = mean(np.array(series)) if series else (of(pooled) if pooled.size else 0.0)
            found.append(self.one(statistic, value, "ln(ms)", pooled.size, series))
        for statistic, of in _IN_MS.items():
            found.append(self.one(statistic, of(pooled) if pooled.size else 0.0, "ms", pooled.size))
        return found

    def errors(self, rounds: Sequence[NDArray[np.bool_]]) -> Measurement:
        """The share that failed; a series only when something was tried in every round."""
        pooled = np.concatenate(rounds)
        series = [float(failed.mean()) for failed in rounds] if all(f.size for f in rounds) else []
        return self.one(
            "error_ratio", float(pooled.mean()) if pooled.size else 0.0, "ratio", pooled.size, series
        )

    def throughput(self, requests: Sequence[int], facts: Sequence[RoundFacts]) -> list[Measurement]:
        """Requests, given by round: how many, and how many a second."""
        total, seconds = sum(requests), sum(f.duration_s for f in facts)
        rates = [count / f.duration_s for count, f in zip(requests, facts, strict=True)]
        return [
            self.one("requests", float(total), "count", total),
            self.one("requests_per_s", total / seconds, "1/s", total, rates),
        ]


def stratified(
    made: Maker, statistic: str, journeys: tuple[Journey, ...], of_journeys: list[Measurement], samples: int
) -> Measurement:
    """The journeys' statistic weighted by the planned mix, round by round."""
    keys = {f"{made.stage}:{journey.name}:{statistic}": journey.weight for journey in journeys}
    parts = [(one, keys[one.key]) for one in of_journeys if one.key in keys]
    rounds = {len(one.series) for one, _ in parts}
    if len(rounds) == 1 and rounds != {0}:
        columns = zip(*(one.series for one, _ in parts), strict=True)
        series = [math.fsum(v * w for v, (_, w) in zip(row, parts, strict=True)) for row in columns]
        return made.one(statistic, mean(np.array(series)), "ln(ms)", samples, series)
    answered = [(one, weight) for one, weight in parts if one.sample_count]
    total = math.fsum(weight for _, weight in answered)
    value = math.fsum(one.value * weight for one, weight in answered) / total if total else 0.0
    return made.one(statistic, value, "ln(ms)", samples if total else 0)


def steady_growth(values: Sequence[float]) -> float:
    """By how much a series rises from its first to its last value, if it rises all along.

    The median of all slopes (Theil 1950, Sen 1968), times the number of steps: a jump at the start, as of a
    server that is still warming up, hardly counts, and one odd value does not.
    """
    levels = np.asarray(values, dtype=np.float64)
    if levels.size < 2:
        return 0.0
    later, earlier = np.tril_indices(levels.size, -1)
    slopes = (levels[later] - levels[earlier]) / (later - earlier)
    return float(np.median(slopes)) * (levels.size - 1)


def mean(values: NDArray[np.float64] | NDArray[np.int64]) -> float:
    """The mean, 0.0 of nothing."""
    return float(values.mean()) if values.size else 0.0


def _sums(execution: NDArray[np.int32], values: NDArray[np.generic], count: int) -> Floats:
    return np.bincount(execution, weights=values, minlength=count).astype(np.float64)
