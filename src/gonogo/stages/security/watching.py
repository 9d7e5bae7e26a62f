"""Looking after a scan from the side: is the target still there, is the session still good?

Scanners notice neither. A target that died gives no findings, which is what a sound target gives too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum
from types import TracebackType
from typing import Self

from gonogo.model.errors import TargetError
from gonogo.stages.security.session import Session

BETWEEN_S = 1.5
FAILURES_IN_A_ROW = 3
SIGNED_OUT_IN_A_ROW = 2


class State(Enum):
    """What the check page shows of target and session."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    FAILING = "failing"
    """The target answers, with a server error: busy with the attack, perhaps; it says nothing of the session."""
    GONE = "gone"


def state_of(session: Session) -> State:
    """Ask the check page once."""
    try:
        answer = session.get(session.check_path)
    except TargetError:
        return State.GONE
    if session.marker.is_shown(answer.status, answer.body):
        return State.SIGNED_IN
    return State.FAILING if answer.status >= 500 else State.SIGNED_OUT


def state_after(session: Session, wait: Callable[[float], object]) -> State:
    """How things are when the scan is over; a target that struggles is given a moment to recover."""
    state = state_of(session)
    for _ in range(FAILURES_IN_A_ROW):
        if state is not State.FAILING:
            break
        wait(BETWEEN_S)
        state = state_of(session)
    return state


class Watch:
    """Asks the session's check page now and then while the `with` block runs.

    Attributes:
        problem: why the scan is in vain; empty as long as all is well. Once set it stays.
        looks: how often it looked and got an answer.
    """

    def __init__(
        self, session: Session, on_problem: Callable[[], None], between_s: float = BETWEEN_S
    ) -> None:
        self._session = session
        self._on_problem = on_problem
        self._between_s = between_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="security-watch", daemon=True)
        self.problem = ""
        self.looks = 0

    def __enter__(self) -> Self:
        """Start looking."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()
        self._session.close()

    def _look(self) -> None:
        failures = signed_out = 0
        while not self._over.wait(self._between_s):
            state = state_of(self._session)
            self.looks += state is not State.GONE
            failures = failures + 1 if state in (State.GONE, State.FAILING) else 0
            signed_out = signed_out + 1 if state is State.SIGNED_OUT else 0
            if failures >= FAILURES_IN_A_ROW:
                what = "stopped answering" if state is State.GONE else "answered with nothing but errors"
                self._report(f"the target {what} while it was scanned")
                return
            if signed_out >= SIGNED_OUT_IN_A_ROW:
                self._report("the session was lost while the scan ran, so the rest was seen by a stranger")
                return

    def _report(self, problem: str) -> None:
        self.problem = problem
        self._on_problem()
