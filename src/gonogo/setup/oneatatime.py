"""Keeps two processes from installing the same thing at the same moment."""

from __future__ import annotations

import sys
import time
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
        _hold(held.fileno())
        yield  # closing the file lets the lock go, on every system


if sys.platform == "win32":
    import msvcrt

    def _hold(file_number: int) -> None:
        while True:
            try:
                msvcrt.locking(file_number, msvcrt.LK_NBLCK, 1)
            except OSError:  # another process holds it; Windows has no call that waits
                time.sleep(0.2)
            else:
                return
else:
    import fcntl

    def _hold(file_number: int) -> None:
        fcntl.flock(file_number, fcntl.LOCK_EX)
