"""Looking after a scan from the side: is the target still there, is the session still good?

Scanners notice neither. A target that died gives no findings, which is what a sound target gives too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from gonogo.model.errors import TargetError
from gonogo.stages.security.session import Session

BETWEEN_S = 1.5
FAILURES_IN_A_ROW = 3
SIGNED_OUT_IN_A_ROW = 2


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
            try:
                holds = self._session.holds()
            except TargetError:
                failures += 1
                if failures >= FAILURES_IN_A_ROW:
                    self._report("the target stopped answering while it was scanned")
                    return
                continue
            self.looks += 1
            failures = 0
            signed_out = 0 if holds else signed_out + 1
            if signed_out >= SIGNED_OUT_IN_A_ROW:
                self._report("the session was lost while the scan ran, so the rest was seen by a stranger")
                return

    def _report(self, problem: str) -> None:
        self.problem = problem
        self._on_problem()
