"""A hint that the upgrade's server keeps memory."""

from __future__ import annotations

import pytest

from gonogo.judging.memory_growth import leak_hint
from gonogo.model import MeasuredDifference


def grown(baseline: float, candidate: float, rounds: int = 12) -> tuple[MeasuredDifference, ...]:
    return (
        MeasuredDifference(
            key="load:target:memory_growth_mib", stage="load", title="Server", statistic="memory_growth_mib",
            unit="MiB", baseline=baseline, candidate=candidate, baseline_samples=rounds,
            candidate_samples=rounds,
        ),
    )  # fmt: skip


def test_an_upgrade_that_keeps_growing_is_told() -> None:
    assert leak_hint("load", grown(0.4, 38.2)) == (
        "The upgrade's server grew steadily by 38 MiB while it was measured, the version in use by 0 MiB: it may "
        "be keeping memory that it no longer needs. A longer run would show it."
    )


@pytest.mark.parametrize(
    ("baseline", "candidate", "rounds"),
    [(0.4, 5.0, 12), (30.0, 42.0, 12), (60.0, 0.0, 12), (-20.0, 3.0, 12), (0.4, 38.2, 3)],
    ids=["a little", "so does the version in use", "mended", "the other shrank", "too few rounds"],
)
def test_nothing_is_said_without_reason(baseline: float, candidate: float, rounds: int) -> None:
    assert leak_hint("load", grown(baseline, candidate, rounds)) == ""


def test_nothing_is_said_where_the_memory_is_not_known() -> None:
    assert leak_hint("load", ()) == ""
