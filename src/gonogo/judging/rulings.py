"""Small helpers that make judgements read the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gonogo.model import Criterion, Judgement, ReasonCode, Ruling


def judgement(
    criterion: Criterion,
    ruling: Ruling,
    reason: str,
    *,
    code: ReasonCode = ReasonCode.MET,
    evidence: Sequence[str] = (),
) -> Judgement:
    """A judgement of this criterion."""
    return Judgement(
        criterion=criterion.id,
        stage=criterion.stage,
        ruling=ruling,
        reason=reason,
        evidence=tuple(evidence),
        priority=criterion.priority,
        code=code,
    )


def named(titles: Sequence[str], most: int = 3) -> str:
    """Up to `most` titles in quotes, and how many more there are."""
    shown = ", ".join(f"“{title}”" for title in titles[:most])
    more = len(titles) - most
    return f"{shown} and {more} more" if more > 0 else shown


def counted(number: int, one: str, many: str) -> str:
    """`1 check`, `3 checks`."""
    return f"{number} {one if number == 1 else many}"


def uk_day(day: date) -> str:
    """`31 December 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
