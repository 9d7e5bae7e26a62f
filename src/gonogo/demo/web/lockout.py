"""Slowing down whoever guesses passwords: five wrong ones in a row lock a user name for a quarter of an hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_TRIES = 5
LOCKED_FOR_S = 15 * 60
_MOST_NAMES = 10_000


class Lockout:
    """Wrong tries per user name, in memory.

    Names that do not exist are counted alike, so that the answer does not give away which names exist.

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def is_locked(self, username: str) -> bool:
        """Whether the name is locked now."""
        with self._lock:
            return self._tries(username) >= MOST_TRIES

    def note_wrong(self, username: str) -> None:
        """Count one wrong try."""
        with self._lock:
            if len(self._wrong) >= _MOST_NAMES:
                self._wrong.clear()
            self._wrong[username] = (self._tries(username) + 1, self._clock())

    def clear(self, username: str) -> None:
        """Forget wrong tries: after a right one, or when a manager unlocks the name."""
        with self._lock:
            self._wrong.pop(username, None)

    def _tries(self, username: str) -> int:
        tries, last_s = self._wrong.get(username, (0, 0.0))
        return tries if self._clock() - last_s < LOCKED_FOR_S else 0
