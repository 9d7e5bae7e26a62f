"""Measurements, key by key, with the paired statistics of their rounds."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gonogo.model import MeasuredDifference, Measurement


def compare_measurements(
    stage: str, baseline: tuple[Measurement, ...], candidate: tuple[Measurement, ...]
) -> Iterator[MeasuredDifference]:
    """One measured difference for every measurement of either side.

    Rounds are paired by position. Rounds that one side lacks, or whose value is not finite, are left out
    of the pairs; a side without the measurement has 0 samples and NaN-free 0.0 values, and 0 pairs.
    """
    before = {m.key: m for m in baseline}
    after = {m.key: m for m in candidate}
    for key in sorted({*before, *after}):
        yield _measured(stage, key, before.get(key), after.get(key))


def _measured(stage: str, key: str, old: Measurement | None, new: Measurement | None) -> MeasuredDifference:
    described = new or old
    if described is None:  # not reachable: the key comes from one of the two
        raise ValueError(f"no measurement called {key}")
    steps = _steps(old, new)
    return MeasuredDifference(
        key=key,
        stage=stage,
        title=described.title,
        statistic=described.statistic,
        unit=described.unit,
        baseline=old.value if old else 0.0,
        candidate=new.value if new else 0.0,
        baseline_samples=old.sample_count if old else 0,
        candidate_samples=new.sample_count if new else 0,
        pairs=len(steps),
        mean_difference=math.fsum(steps) / len(steps) if steps else 0.0,
        sd_difference=_sd(steps),
        weight=described.weight,
    )


def _steps(old: Measurement | None, new: Measurement | None) -> list[float]:
    if old is None or new is None:
        return []
    pairs = zip(old.series, new.series, strict=False)
    return [after - before for before, after in pairs if math.isfinite(before) and math.isfinite(after)]


def _sd(values: list[float]) -> float:
    """Sample standard deviation (n − 1); 0.0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
