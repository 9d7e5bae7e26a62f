"""The only place that asks what time it is. Everything else is given a Clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the run sees it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def monotonic_s(self) -> float:
        """Seconds that only go forwards, for durations."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 UTC with seconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_past(day: str, today: date) -> bool:
    """Whether an ISO day lies before `today`. Raises ValueError when `day` is not an ISO date."""
    return date.fromisoformat(day) < today
