"""Keeps two processes from installing the same thing at the same moment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(folder: Path, name: str) -> Iterator[None]:
    """Waits until no other process installs ``name``, and holds the others off meanwhile.

    The lock is the operating system's, on ``folder/name.lock``: a process that dies lets it go.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a+b") as held:
        if sys.platform == "win32":
            import msvcrt

            held.seek(0)
            msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                held.seek(0)
                msvcrt.locking(held.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
            yield  # closing the file lets the lock go
