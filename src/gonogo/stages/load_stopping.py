"""When enough rounds have been run: decided, hopeless, or no use in going on.

It asks the same pure judgement that will judge the run, with the rounds there are. The judgement's error
rates hold for looking at them again and again (`docs/explanation/load-statistics.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gonogo.comparing.measurements import compare_measurements
from gonogo.judging.response_time import Confirmation, judge_no_more_errors, judge_no_slower, unsettled
from gonogo.model import (
    Criterion,
    CriterionKind,
    Judgement,
    Measurement,
    Observation,
    Priority,
    ReasonCode,
    Ruling,
    Upgrade,
)

FIRST_HOPELESS_LOOK = 2
"""Pairs after which it is first asked whether going on is of any use."""

_NO_USE = frozenset({ReasonCode.MORE_ERRORS, ReasonCode.NO_SAMPLES, ReasonCode.BASELINE_UNUSABLE})
"""Answers that more rounds of the same would not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCriteria:
    """The criteria that decide how long to go on."""

    no_slower: Criterion
    no_more_errors: Criterion | None


def load_criteria(upgrade: Upgrade, stage: str, margin_percent: float) -> LoadCriteria:
    """The stage's own criteria; where none limits response times, `margin_percent` stands in for stopping."""
    own = [criterion for criterion in upgrade.criteria if criterion.stage == stage]
    slower = [criterion for criterion in own if criterion.kind is CriterionKind.NO_SLOWER]
    errors = [criterion for criterion in own if criterion.kind is CriterionKind.NO_MORE_ERRORS]
    stand_in = Criterion(
        id=f"{stage}.stopping",
        stage=stage,
        kind=CriterionKind.NO_SLOWER,
        priority=Priority.MUST,
        limit=margin_percent,
        statement=f"Response times are no more than {margin_percent:g}% worse.",
    )
    # Several limits: the tightest one needs the most rounds.
    return LoadCriteria(
        no_slower=min(slower, key=lambda criterion: criterion.limit, default=stand_in),
        no_more_errors=min(errors, key=lambda criterion: criterion.limit, default=None),
    )


class Stopping:
    """Says when enough rounds have been run, look after look of one run."""

    def __init__(self, criteria: LoadCriteria) -> None:
        self._criteria = criteria
        self._confirmation = Confirmation(criteria.no_slower)

    def reason_to_stop(
        self, baseline: Iterable[Observation], candidate: Iterable[Observation], *, pairs: int, is_look: bool
    ) -> str:
        """Why no further pair is needed; empty when there is reason to go on.

        Args:
            baseline, candidate: what the rounds so far amount to.
            pairs: how many pairs there are.
            is_look: whether this is a moment at which the answer may be taken; else only hopelessness ends it.
        """
        no_slower, no_more_errors = self._criteria.no_slower, self._criteria.no_more_errors
        measured = tuple(compare_measurements(no_slower.stage, _only(baseline), _only(candidate)))
        speed = judge_no_slower(no_slower, measured)
        if pairs >= FIRST_HOPELESS_LOOK and (speed.code in _NO_USE or _is_generator_full(speed)):
            return f"more rounds would not help: {speed.reason}"
        if not is_look:
            return ""
        errors = judge_no_more_errors(no_more_errors, measured) if no_more_errors else None
        if errors is not None and errors.ruling is Ruling.NOT_MET:
            return "decided"
        if speed.ruling is Ruling.NOT_MET:
            return "decided" if self._confirmation.is_confirmed(measured, pairs) else ""
        if speed.ruling is not Ruling.MET or (errors is not None and errors.ruling is not Ruling.MET):
            return ""
        return "" if unsettled(no_slower, measured) else "decided"


def _is_generator_full(speed: Judgement) -> bool:
    """A generator out of processor time stays so; one that was late may have had a busy neighbour."""
    is_full = any(key.endswith(":cpu_ratio") for key in speed.evidence)
    return speed.code is ReasonCode.GENERATOR_SATURATED and is_full


def _only(observations: Iterable[Observation]) -> tuple[Measurement, ...]:
    return tuple(one for one in observations if isinstance(one, Measurement))
