"""The access log and the error log in the home folder."""

from __future__ import annotations

import logging
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

LOG_NAMES = {"access": "Access log", "error": "Error log"}
_NEWEST_LINES = 200
_TAIL_BYTES = 128 * 1024


class LogFiles:
    """Appends to `logs/access.log` and `logs/error.log` of a home folder, which are made at once.

    Args:
        home: the home folder.
        name_threads: lines say which thread wrote them.
    """

    def __init__(self, home: Path, *, name_threads: bool = False) -> None:
        self._folder = home / "logs"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._name_threads = name_threads
        self._lock = threading.Lock()
        self._access = self._open("access")
        self._error = self._open("error")

    def access(
        self, *, address: str, username: str, request: str, status: int, size: int, took_ms: float
    ) -> None:
        """One line for one request; `request` is method and path, without a query that may hold a name."""
        line = (
            f'{self._stamp()} {address} {username} "{printable(request)}" {status} {size} {took_ms:.1f}ms\n'
        )
        with self._lock:
            self._access.write(line)

    def error(self, request: str, username: str, traceback: str) -> str:
        """Writes what went wrong and returns the reference by which the line is found again."""
        reference = secrets.token_hex(4).upper()
        head = f'{self._stamp()} ERROR {reference} {username} "{printable(request)}"\n'
        with self._lock:
            self._error.write(head + "".join(f"    {line}\n" for line in traceback.splitlines()))
        return reference

    def newest(self, name: str) -> list[str]:
        """The last 200 lines of the log `access` or `error`, oldest first; KeyError for another name."""
        if name not in LOG_NAMES:
            raise KeyError(name)
        with (self._folder / f"{name}.log").open("rb") as log:
            log.seek(0, 2)
            start = max(0, log.tell() - _TAIL_BYTES)
            log.seek(start)
            lines = log.read().decode("utf-8", errors="replace").splitlines()
        return (lines[1:] if start else lines)[-_NEWEST_LINES:]

    def close(self) -> None:
        """Close both files."""
        self._access.close()
        self._error.close()

    def _open(self, name: str) -> TextIO:
        return (self._folder / f"{name}.log").open("a", encoding="utf-8", buffering=1)

    def _stamp(self) -> str:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return f"{stamp} [{threading.current_thread().name}]" if self._name_threads else stamp


def printable(text: str) -> str:
    """The text on one line; control characters, which could forge a line, are written in hexadecimal."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def quiet_server_log() -> None:
    """Queue warnings of the server under load belong in no log of ours."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
