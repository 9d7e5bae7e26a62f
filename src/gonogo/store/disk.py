"""Reading and writing files, with the operating system's errors as ours."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from gonogo.model.errors import EvidenceError, StorageError


@contextlib.contextmanager
def storing(what: str) -> Iterator[None]:
    """Turns operating system errors while writing into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "Free some space and run again." if full else "Check the folder's permissions."
        reason = "the disk is full" if full else (error.strerror or str(error))
        raise StorageError(f"{what} could not be written: {reason}.", remedy=remedy) from error


def read_bytes(path: Path) -> bytes:
    """The bytes of a piece of evidence. Raises EvidenceError when it is missing or cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror or error}.") from error
