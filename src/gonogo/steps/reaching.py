"""Telling a system that cannot be reached from one that answers badly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gonogo.steps.errors import CannotCheck, NotAsExpected

_NOT_THERE = (
    "CONNECTION_REFUSED",
    "UNSAFE_PORT",
    "NAME_NOT_RESOLVED",
    "ADDRESS_UNREACHABLE",
    "CONNECTION_TIMED_OUT",
)
_BROKE_OFF = ("CONNECTION_RESET", "CONNECTION_CLOSED", "EMPTY_RESPONSE", "INVALID_HTTP_RESPONSE")


@contextmanager
def reaching(path: str) -> Iterator[None]:
    """Put the browser's network errors into words while a page is asked for.

    Raises:
        CannotCheck: nothing answers at the system's address, or it answers with a file: no evidence about
            the page.
        NotAsExpected: the system took the request and broke off, which says something about it.
    """
    from playwright.sync_api import Error

    try:
        yield
    except Error as error:
        if "Download is starting" in str(error):
            raise CannotCheck(f'{path} is a file, not a page; write: I download "{path}".') from error
        code = str(error).partition("net::ERR_")[2].partition(" ")[0].strip()
        words = code.lower().replace("_", " ")
        if code in _NOT_THERE:
            raise CannotCheck(f"The system does not answer at {path}: {words}.") from error
        if code in _BROKE_OFF:
            raise NotAsExpected("an answer", f"the system broke off: {words}", f"GET {path}") from error
        raise
