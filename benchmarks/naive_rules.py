"""What is usually done instead, on the samples of one real run: each rule says "slower" or does not."""
# ruff: noqa: INP001 - a script's other half

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from benchmarks.load_simulation import is_high_for_kayenta
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from gonogo.readers.load_rounds import RoundSamples

Floats = NDArray[np.float64]
RULES = {
    "p95": "p95 of all requests more than 10% up",
    "p95 any": "p95 of any journey more than 10% up",
    "MWU": "Mann-Whitney over requests, 1%",
    "Kayenta": "Kayenta's default on each round's p95",
    "Kayenta any": "the same for any journey",
}


def calls(baseline: Sequence[RoundSamples], candidate: Sequence[RoundSamples]) -> dict[str, bool]:
    """What each of `RULES` says. Rounds in the order of their pairs."""
    whole = _rounds(baseline, None), _rounds(candidate, None)
    names = sorted({name for one in baseline for name in one.journeys})
    parts = [(_rounds(baseline, name), _rounds(candidate, name)) for name in names]
    return {
        "p95": _is_p95_up(*whole),
        "p95 any": any(_is_p95_up(*part) for part in parts),
        "MWU": _is_shifted(*whole),
        "Kayenta": _is_high(*whole),
        "Kayenta any": any(_is_high(*part) for part in parts),
    }


def _rounds(side: Sequence[RoundSamples], journey: str | None) -> list[Floats]:
    found = []
    for one in side:
        pick = ~one.failed & (one.endpoint >= 0)
        if journey is not None:
            pick &= one.journey == (one.journeys.index(journey) if journey in one.journeys else -2)
        found.append(one.response_ms[pick])
    return found


def _p95s(rounds: list[Floats]) -> Floats:
    return np.array([np.percentile(ms, 95) for ms in rounds if ms.size])


def _on(rule: Callable[[Floats, Floats], bool], before: Floats, after: Floats) -> bool:
    return bool(before.size and after.size and rule(before, after))


def _is_p95_up(before: list[Floats], after: list[Floats]) -> bool:
    def rule(one: Floats, other: Floats) -> bool:
        return bool(np.percentile(other, 95) > 1.1 * np.percentile(one, 95))

    return bool(before and after) and _on(rule, np.concatenate(before), np.concatenate(after))


def _is_shifted(before: list[Floats], after: list[Floats]) -> bool:
    def rule(one: Floats, other: Floats) -> bool:
        return bool(mannwhitneyu(other, one, alternative="greater").pvalue < 0.01)

    return bool(before and after) and _on(rule, np.concatenate(before), np.concatenate(after))


def _is_high(before: list[Floats], after: list[Floats]) -> bool:
    return _on(is_high_for_kayenta, _p95s(before), _p95s(after))
