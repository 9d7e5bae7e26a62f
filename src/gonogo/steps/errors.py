"""The two ways a step can end badly, kept apart because only one of them is evidence."""

from __future__ import annotations


class NotAsExpected(AssertionError):
    """The system did something else than expected. Evidence: the scenario FAILED.

    Attributes:
        expected: what should have been, starting in lower case (`"Balance" to be £12.50`).
        seen: what was there instead (`it is £12.40`).
        where: the page or request, without host.
    """

    def __init__(self, expected: str, seen: str, where: str = "") -> None:
        at = f" ({where})" if where else ""
        super().__init__(f"Expected {expected}, but {seen}{at}.")
        self.expected = expected
        self.seen = seen
        self.where = where


class CannotCheck(Exception):
    """The step cannot be carried out as written, or its means are missing. Not evidence: BROKEN."""
