"""How far one side's pytest has come, read from what it has recorded so far."""

from __future__ import annotations

from pathlib import Path

from gonogo.events import Emitter, Event
from gonogo.model import Side


class Progress:
    """Counts the tests recorded so far and tells when there are more."""

    def __init__(self, side: Side, results: Path, stage: str, total: int, events: Emitter) -> None:
        self._side = side
        self._results = results
        self._stage = stage
        self._total = total
        self._events = events
        self._read_bytes = 0
        self._done = 0

    def tell(self) -> None:
        """Emit a progress event when tests ended since the last time. A replay does not count again."""
        try:
            with self._results.open("rb") as file:
                file.seek(self._read_bytes)
                new = file.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        ended = sum(
            line.startswith(b'{"kind":"test"') and b'"attempt":2' not in line for line in whole.splitlines()
        )
        if not ended:
            return
        self._done += ended
        self._events.emit(
            Event(
                kind="progress",
                text=f"{self._done} of {self._total} tests",
                stage=self._stage,
                side=self._side,
                done=self._done,
                total=self._total,
            )
        )
