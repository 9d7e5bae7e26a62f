"""Does the upgrade's server keep more and more memory while it is used? A hint, not a ruling.

A short load test cannot prove a leak: caches fill as well. Whoever wants a ruling states a limit
(`[[criteria.load.limit]] of = "target", statistic = "memory_growth_mib"`).
"""

from __future__ import annotations

from gonogo.judging.load_evidence import TARGET, LoadEvidence
from gonogo.model import MeasuredDifference

LEAST_ROUNDS = 6
LEAST_GROWTH_MIB = 8.0
"""Growth beyond that of the version in use that is worth a word; allocators take memory in steps of a few MiB."""
LEAST_TIMES = 2.0
"""The upgrade's growth as a multiple of that of the version in use."""


def leak_hint(stage: str, measured: tuple[MeasuredDifference, ...]) -> str:
    """A sentence when the upgrade's server grew steadily and the version in use did not; else nothing."""
    grown = LoadEvidence(stage, measured).get(TARGET, "memory_growth_mib")
    if grown is None or min(grown.baseline_samples, grown.candidate_samples) < LEAST_ROUNDS:
        return ""
    before, after = max(grown.baseline, 0.0), grown.candidate
    if after - before < LEAST_GROWTH_MIB or after < LEAST_TIMES * before:
        return ""
    return (
        f"The upgrade's server grew steadily by {after:,.0f} MiB while it was measured, the version in use by "
        f"{before:,.0f} MiB: it may be keeping memory that it no longer needs. A longer run would show it."
    )
