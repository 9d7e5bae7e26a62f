"""What passed through a guard: counted while it happens, read when it is over."""

from __future__ import annotations

import threading
from collections import Counter

from gonogo.model import Record

MOST_REFUSALS_KEPT = 200
MOST_PATHS_KEPT = 5000


class Refusal(Record, frozen=True, kw_only=True):
    """One kind of request that was turned away. `where` is an origin and path, without query.

    Attributes:
        count: how often.
    """

    method: str
    where: str
    reason: str
    count: int


class WatchedPage(Record, frozen=True, kw_only=True):
    """A watched page: how often it was asked for, how often the answer was good, and how the last one was."""

    path: str
    seen: int
    good: int
    is_last_good: bool
    last_status: int


class Passage(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.guard/1"):
    """Everything that passed and everything that did not.

    Attributes:
        requests: requests that were sent on to the target.
        answers: of those, how many got an answer, by class of status (`2xx`).
        failures: requests the target gave no readable answer to.
        refused: requests turned away.
        visited: `METHOD /path` of answered requests (no query), each with its count.
    """

    requests: int
    answers: dict[str, int]
    failures: int
    refused: int
    refusals: tuple[Refusal, ...]
    watched: tuple[WatchedPage, ...]
    visited: dict[str, int]
    is_stopped: bool = False


class Ledger:
    """Counts from any thread; `passage()` is a picture of the moment."""

    def __init__(self, watched: tuple[str, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._requests = 0
        self._failures = 0
        self._refused = 0
        self._answers: Counter[str] = Counter()
        self._refusals: Counter[tuple[str, str, str]] = Counter()
        self._visited: Counter[str] = Counter()
        self._watched = {path: [0, 0, 0, 0] for path in watched}
        self._is_stopped = False

    @property
    def requests(self) -> int:
        """Requests sent on so far."""
        with self._lock:
            return self._requests

    def sent(self) -> None:
        """A request goes to the target."""
        with self._lock:
            self._requests += 1

    def answered(self, method: str, path: str, status: int) -> None:
        """The target answered."""
        with self._lock:
            self._answers[f"{status // 100}xx"] += 1
            visit = f"{method} {path}"
            if visit in self._visited or len(self._visited) < MOST_PATHS_KEPT:
                self._visited[visit] += 1

    def failed(self) -> None:
        """The target gave no readable answer."""
        with self._lock:
            self._failures += 1

    def refused(self, method: str, where: str, reason: str) -> None:
        """A request was turned away."""
        with self._lock:
            self._refused += 1
            kind = (method[:20], where[:300], reason)
            if kind in self._refusals or len(self._refusals) < MOST_REFUSALS_KEPT:
                self._refusals[kind] += 1

    def watched(self, path: str, status: int, *, is_good: bool) -> None:
        """A watched page was answered."""
        with self._lock:
            tally = self._watched[path]
            tally[0] += 1
            tally[1] += int(is_good)
            tally[2] = int(is_good)
            tally[3] = status

    def stopped(self) -> None:
        """The guard lets nothing through any more."""
        with self._lock:
            self._is_stopped = True

    def passage(self) -> Passage:
        """Everything counted so far, in a fixed order."""
        with self._lock:
            refusals = tuple(
                Refusal(method=method, where=where, reason=reason, count=count)
                for (method, where, reason), count in sorted(self._refusals.items())
            )
            watched = tuple(
                WatchedPage(path=path, seen=seen, good=good, is_last_good=bool(last), last_status=status)
                for path, (seen, good, last, status) in sorted(self._watched.items())
            )
            return Passage(
                requests=self._requests,
                answers=dict(sorted(self._answers.items())),
                failures=self._failures,
                refused=self._refused,
                refusals=refusals,
                watched=watched,
                visited=dict(sorted(self._visited.items())),
                is_stopped=self._is_stopped,
            )
