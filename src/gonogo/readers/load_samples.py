"""Samples of a load test → checks and measurements of one side. Nothing here knows the other side.

The unit is the *execution*: one run of a journey, from the moment it was due until its last answer, waiting
for the user's own think time left out. A journey of one request is that request.

Statistics are made per round, so that both sides' rounds can be paired, and for the whole mix they are
*stratified*: the journeys' own statistics, weighted by the planned mix. Mixing the journeys first and
taking statistics afterwards doubles the noise, for which journey came how often is then part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gonogo.model import CheckResult, CheckStatus, Discipline, Measurement, Observation, Priority
from gonogo.readers.load_messages import Journey
from gonogo.readers.load_rounds import RoundSamples
from gonogo.readers.load_statistics import (
    IN_LOGS,
    Floats,
    Maker,
    RoundFacts,
    executions_of,
    mean,
    steady_growth,
    stratified,
)

MIX_TITLE = "The whole mix"
MOST_ENDPOINTS = 12
"""A journey with more endpoints than this has unnamed ones (`/accounts/17`); they are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a journey must reach to count as carried out: executions, and the share that may fail (0–1)."""

    least_executions: int
    most_errors: float


def read_load(
    journeys: Sequence[Journey],
    rounds: Sequence[tuple[RoundSamples, RoundFacts]],
    limits: Limits,
    *,
    stage: str = "load",
) -> tuple[Observation, ...]:
    """Every observation of one side.

    Args:
        journeys: the planned mix; samples of other journeys (signing in) are left out.
        rounds: the kept rounds in the order of their pairs; index i of both sides is the same pair.
        limits: see there.

    Returns:
        A check for each journey (EMPTY when it never ran), measurements per journey, per endpoint where a
        journey has several, for the whole mix, the generator and the server. A statistic that one round
        lacks (nothing answered) has no series, so it cannot be paired.
    """
    reader = _Reader(stage, tuple(journeys), tuple(rounds))
    checks = [reader.check(journey, limits) for journey in journeys]
    if not rounds:
        return tuple(checks)
    measurements = [one for journey in journeys for one in reader.journey(journey)]
    return (*checks, *measurements, *reader.mix(measurements), *reader.machines())


class _Reader:
    """Holds what the statistics of one side are made from."""

    def __init__(
        self, stage: str, journeys: tuple[Journey, ...], rounds: tuple[tuple[RoundSamples, RoundFacts], ...]
    ) -> None:
        self._stage = stage
        self._journeys = journeys
        self._samples = tuple(samples for samples, _ in rounds)
        self._facts = tuple(facts for _, facts in rounds)
        self._executions = tuple(executions_of(samples, journeys) for samples in self._samples)

    def check(self, journey: Journey, limits: Limits) -> CheckResult:
        """Whether the journey was carried out: often enough, and mostly answered."""
        picks = [e.journey == self._index(journey) for e in self._executions]
        count = sum(int(pick.sum()) for pick in picks)
        failed = sum(int(e.failed[pick].sum()) for e, pick in zip(self._executions, picks, strict=True))
        status, message = _carried_out(count, failed, limits)
        answered = self._answered(journey)
        return CheckResult(
            key=f"{self._stage}:{journey.name}",
            status=status,
            title=journey.name,
            message=message,
            detail=self._what_failed(journey) if failed else "",
            duration_s=round(float(np.median(answered)) / 1000.0, 6) if answered.size else 0.0,
            priority=Priority.MUST,
            discipline=Discipline.PERFORMANCE,
            feature="Response times",
            artefacts=("raw/rounds.json",) if self._samples else (),
        )

    def journey(self, journey: Journey) -> list[Measurement]:
        """The measurements of one journey and, where it has several, of its endpoints."""
        index = self._index(journey)
        picks = [e.journey == index for e in self._executions]
        good = [pick & ~e.failed for e, pick in zip(self._executions, picks, strict=True)]
        times = [e.total_ms[pick] for e, pick in zip(self._executions, good, strict=True)]
        sizes = [e.bytes[pick] for e, pick in zip(self._executions, good, strict=True)]
        requests = [int(e.requests[pick].sum()) for e, pick in zip(self._executions, picks, strict=True)]
        failures = [e.failed[pick] for e, pick in zip(self._executions, picks, strict=True)]
        parts = self._endpoints(journey)
        made = Maker(self._stage, journey.name, journey.name, journey.weight)
        found = [*made.times(times), made.errors(failures), *made.throughput(requests, self._facts)]
        found.append(made.one("bytes_mean", mean(np.concatenate(sizes)), "B", sum(map(len, sizes))))
        found.append(made.one("endpoints", float(max(len(parts), 1)), "count", max(sum(requests), 1)))
        for name, share in parts.items():
            found.extend(self._endpoint(journey, name, share))
        return found

    def mix(self, of_journeys: list[Measurement]) -> list[Measurement]:
        """The measurements of the whole mix: logs stratified by the planned mix, the rest pooled."""
        made = Maker(self._stage, "all", MIX_TITLE, 0.0)
        every = [e.journey >= 0 for e in self._executions]
        good = [pick & ~e.failed for e, pick in zip(self._executions, every, strict=True)]
        times = [e.total_ms[pick] for e, pick in zip(self._executions, good, strict=True)]
        failures = [e.failed[pick] for e, pick in zip(self._executions, every, strict=True)]
        requests = [int(e.requests[pick].sum()) for e, pick in zip(self._executions, every, strict=True)]
        in_logs = [
            stratified(made, statistic, self._journeys, of_journeys, sum(map(len, times)))
            for statistic in IN_LOGS
        ]
        pooled = [one for one in made.times(times) if one.statistic not in IN_LOGS]
        return [*in_logs, *pooled, made.errors(failures), *made.throughput(requests, self._facts)]

    def machines(self) -> list[Measurement]:
        """The load that was asked for, the state of the generator, and of the server where it is known."""
        facts, count = self._facts, len(self._facts)
        load = Maker(self._stage, "all", MIX_TITLE, 0.0)
        generator = Maker(self._stage, "generator", "Load generator", 0.0)
        found = [
            load.one("offered_per_s", float(np.median([f.offered_per_s for f in facts])), "1/s", count),
            load.series("overrun_ratio", [f.wall_s / f.duration_s for f in facts], "ratio"),
            load.one("users", float(min(f.users for f in facts)), "count", count),
            generator.series("cpu_ratio", [f.cpu_ratio for f in facts], "ratio"),
            generator.series("late_p95_ms", [f.late_p95_ms for f in facts], "ms"),
        ]
        target = Maker(self._stage, "target", "Server", 0.0)
        known = (
            (generator, "foreign_ratio", [f.foreign_ratio for f in facts], "ratio"),
            (target, "cpu_ratio", [f.target_cpu_ratio for f in facts], "ratio"),
            (target, "memory_mib", [f.target_memory_mib for f in facts], "MiB"),
        )
        for made, statistic, values, unit in known:
            told = [value for value in values if value is not None]
            if len(told) == count:
                found.append(made.series(statistic, told, unit))
        memory = [f.target_memory_mib for f in facts if f.target_memory_mib is not None]
        if len(memory) == count:
            found.append(target.one("memory_growth_mib", steady_growth(memory), "MiB", count))
        return found

    def _index(self, journey: Journey) -> int:
        return self._journeys.index(journey)

    def _answered(self, journey: Journey) -> Floats:
        index = self._index(journey)
        found = [e.total_ms[(e.journey == index) & ~e.failed] for e in self._executions]
        return np.concatenate(found) if found else np.empty(0)

    def _endpoints(self, journey: Journey) -> dict[str, float]:
        """Endpoints of a journey with their share of its requests; empty for a journey of one endpoint."""
        counts: dict[str, int] = {}
        for samples in self._samples:
            at = _place(samples.journeys, journey.name)
            known = samples.endpoint[(samples.journey == at) & (samples.endpoint >= 0)]
            for index, count in enumerate(np.bincount(known, minlength=len(samples.endpoints))):
                if count:
                    name = samples.endpoints[index]
                    counts[name] = counts.get(name, 0) + int(count)
        if not 1 < len(counts) <= MOST_ENDPOINTS:
            return {}
        total = sum(counts.values())
        return {name: counts[name] / total for name in sorted(counts)}

    def _endpoint(self, journey: Journey, name: str, share: float) -> list[Measurement]:
        times: list[Floats] = []
        failures: list[NDArray[np.bool_]] = []
        requests: list[int] = []
        for samples in self._samples:
            pick = samples.journey == _place(samples.journeys, journey.name)
            pick &= samples.endpoint == _place(samples.endpoints, name)
            times.append(samples.response_ms[pick & ~samples.failed])
            failures.append(samples.failed[pick])
            requests.append(int(pick.sum()))
        title = f"{journey.name}: {name}"
        made = Maker(self._stage, f"{journey.name} > {name}", title, journey.weight * share)
        return [*made.times(times), made.errors(failures), *made.throughput(requests, self._facts)]

    def _what_failed(self, journey: Journey) -> str:
        counts: dict[tuple[str, str], int] = {}
        for error in (error for facts in self._facts for error in facts.errors):
            if error.journey == journey.name:
                kind = (error.endpoint, error.message)
                counts[kind] = counts.get(kind, 0) + error.count
        worst = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
        return "\n".join(f"{count} × {endpoint}: {message}" for (endpoint, message), count in worst)


def _carried_out(count: int, failed: int, limits: Limits) -> tuple[CheckStatus, str]:
    if count == 0:
        return CheckStatus.EMPTY, "It was never carried out: no request was made."
    if failed / count > limits.most_errors:
        return (
            CheckStatus.FAILED,
            f"{failed:,} of {count:,} failed ({failed / count:.1%}); at most {limits.most_errors:.0%} may.",
        )
    if count < limits.least_executions:
        return (
            CheckStatus.BROKEN,
            f"It was carried out {count} times; {limits.least_executions} are needed to say anything.",
        )
    return CheckStatus.PASSED, ""


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -2
