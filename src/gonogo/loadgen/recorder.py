"""Every request as Locust reports it, kept raw, with the execution it belongs to.

Locust rounds what it keeps (up to 33% below 10 ms); nothing is read from its statistics. Recording costs
about two microseconds a request, against 80 for the fastest client: `benchmarks/load_throughput.py`.
"""

from __future__ import annotations

import time
from collections import Counter
from contextvars import ContextVar
from typing import Any

from gonogo.readers.load_messages import ErrorCount
from gonogo.readers.load_rounds import Row, round_as_bytes

MOST_ERROR_KINDS = 50
MOST_ERROR_CHARACTERS = 300
NOT_PLANNED = -1
NO_REQUEST = -1


class Execution:
    """One run of a journey.

    Attributes:
        number: its place in the round.
        journey: index of the journey; `NOT_PLANNED` when the pack's plan does not hold it.
        due, ready, started: moments (perf_counter) it was to start, a user was free for it, and it did.
        has_asked: whether it has made a request yet: only the first one waited since `due`.
    """

    __slots__ = ("due", "has_asked", "has_failed", "journey", "number", "ready", "started")

    def __init__(self, number: int, journey: int, due: float, ready: float, started: float) -> None:
        self.number = number
        self.journey = journey
        self.due = due
        self.ready = ready
        self.started = started
        self.has_asked = False
        self.has_failed = False


current: ContextVar[Execution | None] = ContextVar("gonogo_execution", default=None)
"""The execution the running greenlet belongs to; greenlets that it spawns inherit it."""


class Recorder:
    """Collects the rows of one round at a time. `on_request` is a listener of Locust's request event."""

    def __init__(self, journeys: tuple[str, ...], base_url: str) -> None:
        self._journeys = journeys
        self._base_url = base_url
        self._endpoints: dict[tuple[str, str], int] = {}
        self._rows: list[Row] = []
        self._errors: Counter[tuple[str, str, str]] = Counter()
        self._opened = time.perf_counter()

    def begin(self, opened: float) -> None:
        """Start a round: forget the rows of the last one. `opened` is its moment 0 (perf_counter)."""
        self._rows = []
        self._errors.clear()
        self._opened = opened

    @property
    def requests(self) -> int:
        """Requests of this round so far."""
        return sum(1 for row in self._rows if row[1] != NO_REQUEST)

    def on_request(
        self,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int | None,
        response: Any = None,
        exception: BaseException | None = None,
        **_: Any,
    ) -> None:
        """Keep one request. Requests outside an execution (signing in) are kept as errors only."""
        execution = current.get()
        if exception is not None:
            self.note_error(execution, f"{request_type} {name}", str(exception))
        if execution is None:
            return
        if execution.has_asked:
            due = ready = started = time.perf_counter() - (response_time or 0.0) / 1000.0
        else:
            due, ready, started = execution.due, execution.ready, execution.started
            execution.has_asked = True
        place = self._endpoints.get((request_type, name))
        if place is None:
            place = self._endpoints.setdefault((request_type, name), len(self._endpoints))
        # Moments become those of the round all at once, when it is over.
        row = (
            execution.journey,
            place,
            execution.number,
            due,
            ready,
            started,
            response_time or 0.0,
            getattr(response, "status_code", 0) or 0,
            response_length or 0,
            exception is not None,
        )
        self._rows.append(row)
        if exception is not None:
            execution.has_failed = True

    def note_failure(self, execution: Execution, message: str) -> None:
        """An execution that failed without a failed request: an error in its code, or given up on."""
        self.note_error(execution, "", message)
        execution.has_failed = True
        now = time.perf_counter()
        waited_ms = max(now - execution.due, 0.0) * 1000.0
        row = (execution.journey, NO_REQUEST, execution.number, now, now, now, waited_ms, 0, 0, True)
        self._rows.append(row)

    def note_error(self, execution: Execution | None, endpoint: str, message: str) -> None:
        """Count one kind of error; beyond `MOST_ERROR_KINDS` kinds new ones are not told apart."""
        is_planned = execution is not None and execution.journey != NOT_PLANNED
        journey = self._journeys[execution.journey] if execution is not None and is_planned else ""
        text = message.replace(self._base_url, "")[:MOST_ERROR_CHARACTERS]
        kind = (journey, endpoint, text)
        if kind not in self._errors and len(self._errors) >= MOST_ERROR_KINDS:
            kind = (journey, endpoint, "other errors")
        self._errors[kind] += 1

    def errors(self) -> tuple[ErrorCount, ...]:
        """What went wrong since `begin`, most frequent first."""
        return tuple(
            ErrorCount(journey=journey, endpoint=endpoint, message=message, count=count)
            for (journey, endpoint, message), count in self._errors.most_common(MOST_ERROR_KINDS)
        )

    def as_bytes(self) -> bytes:
        """The round's file."""
        endpoints = tuple(f"{request_type} {name}" for request_type, name in self._endpoints)
        return round_as_bytes(self._rows, self._journeys, endpoints, opened=self._opened)
