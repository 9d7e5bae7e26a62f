"""Absolute limits on a load test."""

from __future__ import annotations

import pytest
from tests.judging.load_measurements import all_of, change, load_test

from gonogo.judging.measured import judge_maximum
from gonogo.model import Criterion, CriterionKind, Judgement, MeasuredDifference, Priority, ReasonCode, Ruling


def judged(
    found: dict[str, MeasuredDifference], limit: float, statistic: str = "p50_ms", of: str = "Rent search"
) -> Judgement:
    criterion = Criterion(
        id=f"load.limit.{of}.{statistic}",
        stage="load",
        kind=CriterionKind.MAXIMUM,
        priority=Priority.MUST,
        limit=limit,
        statement="A limit.",
        scope_key=f"load:{of}:{statistic}",
    )
    return judge_maximum(criterion, all_of(found))


@pytest.mark.parametrize(("limit", "ruling"), [(20.0, Ruling.MET), (19.9, Ruling.NOT_MET)])
def test_a_limit_is_kept_or_exceeded(limit: float, ruling: Ruling) -> None:
    assert judged(load_test(), limit).ruling is ruling


def test_a_limit_on_nothing_measured_is_inconclusive() -> None:
    assert judged(load_test(), 500.0, of="No such journey").code is ReasonCode.NO_SAMPLES


@pytest.mark.parametrize("limit", [1.0, 500.0], ids=["exceeded", "kept"])
def test_times_of_a_generator_without_processor_time_prove_no_limit(limit: float) -> None:
    found = load_test()
    change(found, "generator:cpu_ratio", baseline=0.3, candidate=0.97)
    judgement = judged(found, limit)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.GENERATOR_SATURATED)


def test_failures_are_failures_whatever_the_generator_did() -> None:
    found = load_test()
    change(found, "generator:cpu_ratio", baseline=0.3, candidate=0.97)
    change(found, "all:error_ratio", baseline=0.0, candidate=0.2)
    assert judged(found, 0.01, "error_ratio", "all").ruling is Ruling.NOT_MET


def test_the_memory_a_server_gained_can_be_limited() -> None:
    found = load_test()
    found["target:memory_growth_mib"] = MeasuredDifference(
        key="load:target:memory_growth_mib", stage="load", title="Server", statistic="memory_growth_mib",
        unit="MiB", baseline=0.4, candidate=38.0, baseline_samples=12, candidate_samples=12,
    )  # fmt: skip
    assert judged(found, 20.0, "memory_growth_mib", "target").code is ReasonCode.LIMIT_EXCEEDED
    assert judged(found, 50.0, "memory_growth_mib", "target").ruling is Ruling.MET
