"""What keeps a test of a pack from being carried out, as opposed to what it finds out."""

from __future__ import annotations


class CannotCheckError(Exception):
    """The pack asks for something that cannot be done, or a means for it is missing: not evidence."""


def expect(holds: object, message: str) -> None:
    """Say that the system under test did something else than expected, unless it did as expected.

    Raises:
        AssertionError: `holds` is not true. (Not an `assert`: those vanish when Python is told to optimise.)
    """
    __tracebackhide__ = True  # a failure is shown where the pack's own line stands
    if not holds:
        raise AssertionError(message)
