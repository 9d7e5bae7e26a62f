"""What happens during a run, told to whoever listens. The engine does not know who does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gonogo.model import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: `run-started`, `target-starting`, `target-ready`, `stage-started`, `progress`,
            `stage-finished`, `repeating`, `warning`, `publishing`, `run-finished`.
        stage, side: what it concerns; empty / None when it concerns the whole run.
        text: one plain sentence.
        done, total: progress counts; total 0 means unknown.
    """

    kind: str
    text: str = ""
    stage: str = ""
    side: Side | None = None
    done: int = 0
    total: int = 0


Listener = Callable[[Event], None]


class Emitter(Protocol):
    """Anything that takes events."""

    def emit(self, event: Event) -> None:
        """Tell every listener. Must be safe to call from several threads."""


class Events:
    """Passes each event to every listener, one event at a time, in order; safe from several threads."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners
        self._lock = threading.Lock()

    def emit(self, event: Event) -> None:
        """Tell every listener. A listener that fails is a defect and propagates."""
        with self._lock:
            for listener in self._listeners:
                listener(event)
