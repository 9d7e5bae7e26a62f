"""The outside of a guard: listeners of the test's own that count whoever arrives."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SECOND = "127.0.0.2"
"""Where the outside is; the target is on 127.0.0.1."""


@dataclass
class Outside:
    """Listeners that take every connection and count it. `port` is the target's own on each address."""

    port: int
    arrived: list[str] = field(default_factory=list)


@contextmanager
def outside_of(port: int) -> Iterator[Outside]:
    """Listen on other loopback addresses, on the target's own port and on another, and over IPv6."""
    found = Outside(port=port)
    listeners = []
    for family, host, at in (
        (socket.AF_INET, SECOND, port),
        (socket.AF_INET, "127.0.0.3", port),
        (socket.AF_INET, SECOND, 0),
        (socket.AF_INET6, "::1", port),
    ):
        listener = socket.socket(family)
        try:
            listener.bind((host, at))
        except OSError:  # no IPv6 on this machine
            listener.close()
            continue
        listener.listen(50)
        listener.settimeout(0.02)
        listeners.append(listener)
    over = threading.Event()

    def count(listener: socket.socket) -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                found.arrived.append(str(listener.getsockname()))
                connection.close()

    threads = [threading.Thread(target=count, args=(listener,), daemon=True) for listener in listeners]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        over.set()
        for thread in threads:
            thread.join()
        for listener in listeners:
            listener.close()


def wait_for(outside: Outside, count: int) -> None:
    """Give connections that were made a moment to be counted."""
    for _ in range(100):
        if len(outside.arrived) >= count:
            return
        threading.Event().wait(0.02)
