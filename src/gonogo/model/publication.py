"""What was published, where, and what could not be."""

from __future__ import annotations

from gonogo.model.base import Record


class Publication(Record, frozen=True, kw_only=True):
    """What one publisher wrote.

    Attributes:
        publisher: its name.
        files: paths relative to `published/`.
        problem: why it could not publish; empty when it did. Never changes the verdict.
    """

    publisher: str
    files: tuple[str, ...] = ()
    problem: str = ""
