"""Signed-in sessions, kept by the server: signing out ends one for good, whoever still holds its cookie."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

COOKIE_NAME = "meridian_session"
IDLE_LIMIT_S = 30 * 60
LIFE_LIMIT_S = 12 * 60 * 60
_MOST_SESSIONS = 20_000


@dataclass(slots=True, kw_only=True)
class Session:
    """One browser's visit, or one API token's life.

    Attributes:
        key: the secret that the cookie or token carries.
        username: who signed in; empty before that.
        csrf_token: what every form of this session sends back.
        messages: success messages to show on the next page.
        is_token: it was given to a program, and no browser's cookie may carry it.
        started_s, seen_s: readings of the store's clock.
    """

    key: str
    username: str = ""
    csrf_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    messages: list[str] = field(default_factory=list)
    is_token: bool = False
    started_s: float = 0.0
    seen_s: float = 0.0


class SessionStore:
    """Sessions in memory, least recently used first; when full, the longest unused one goes.

    Args:
        clock: seconds that only ever grow.
        key_bytes: how much randomness a key has.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, key_bytes: int = 32) -> None:
        self._clock = clock
        self._key_bytes = key_bytes
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, username: str = "", *, is_token: bool = False) -> Session:
        """A new session with a new key and a new CSRF token."""
        now = self._clock()
        session = Session(
            key=secrets.token_urlsafe(self._key_bytes),
            username=username,
            is_token=is_token,
            started_s=now,
            seen_s=now,
        )
        with self._lock:
            self._sessions[session.key] = session
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return session

    def find(self, key: str) -> Session | None:
        """The session with this key, unless it was ended, lay idle too long or is too old."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            if now - session.seen_s > IDLE_LIMIT_S or now - session.started_s > LIFE_LIMIT_S:
                del self._sessions[key]
                return None
            session.seen_s = now
            self._sessions.move_to_end(key)
            return session

    def end(self, key: str) -> None:
        """End one session; ending one that is gone already is no mistake."""
        with self._lock:
            self._sessions.pop(key, None)

    def end_all_of(self, username: str, *, but: str = "") -> None:
        """End every session of a user, but the one with the given key."""
        with self._lock:
            for key in [key for key, session in self._sessions.items() if session.username == username]:
                if key != but:
                    del self._sessions[key]
