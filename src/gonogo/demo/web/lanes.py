"""Which thread serves a request.

Python runs one thread at a time, and threads that work on requests together hand over inside SQLite, at
every row. Measured with 16 users and the load generator on the same two cores, six equal threads spend 3.4
to 4.1 ms of processor time on a request, one thread 2.7 to 2.9. So pages are read on one thread, in the
order in which they came. Writes have one of their own, because the database takes one writer at a time and
each may have to wait for it; downloads take long, have two, and hold nobody up.
"""

from __future__ import annotations

from typing import Protocol

from waitress.task import ThreadedTaskDispatcher

_READ_METHODS = frozenset({"GET", "HEAD"})
_DOWNLOADS = "/reports/"


class _Request(Protocol):
    """The part of the server's parsed request that says where it goes."""

    command: str
    path: str


class _Channel(Protocol):
    """The part of the server's connection needed here: requests that were read and are not answered yet."""

    requests: list[_Request]


class Lanes:
    """A task dispatcher for the server, with a lane for reading, one for writing and one for downloads."""

    def __init__(self) -> None:
        self._reads = _lane(1)
        self._writes = _lane(1)
        self._downloads = _lane(2)

    def add_task(self, task: _Channel) -> None:
        """Queues the next request of a connection."""
        self._lane_of(task.requests).add_task(task)

    def shutdown(self, *, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Stops every lane; whether anything was waiting."""
        lanes = (self._reads, self._writes, self._downloads)
        waited = [lane.shutdown(cancel_pending, timeout) for lane in lanes]
        return any(waited)

    def _lane_of(self, requests: list[_Request]) -> ThreadedTaskDispatcher:
        """The lane of the request at the head; one that could not be parsed is refused by the quick lane."""
        if not requests:
            return self._reads
        head = requests[0]
        if getattr(head, "command", "GET") not in _READ_METHODS:
            return self._writes
        return self._downloads if getattr(head, "path", "").startswith(_DOWNLOADS) else self._reads


def _lane(threads: int) -> ThreadedTaskDispatcher:
    found = ThreadedTaskDispatcher()
    found.set_thread_count(threads)
    return found
