"""An append-only log in a run folder: one signed record a line, each naming the digest of the line before.

A chain shows a change, an insertion and a removal in the middle. It cannot show that the newest entries are
gone; what must not lose those keeps its end elsewhere (`signing.head`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from gonogo.model import Record, from_json, to_line
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.signing.keys import Keys, SigningKey
from gonogo.signing.signed_records import signature_trouble, signed

START = "0" * 64
"""What the first entry names as the digest of the line before it."""

E = TypeVar("E", bound=Record)


class ChainedLog(Generic[E]):
    """One kind of log. Its entries have the fields `previous`, `key_id` and `signature`."""

    def __init__(self, name: str, kind: type[E], subject: Callable[[E], str] | None = None) -> None:
        """`name` is the file in the run folder; `subject` what a problem with an entry says it is about."""
        self.name = name
        self.kind = kind
        self._subject = subject

    def lines(self, folder: Path) -> tuple[list[bytes], list[str]]:
        """The whole lines without their ends, unread, and why there may be more; none when there is no log."""
        path = folder / self.name
        if not path.exists():
            return [], []
        try:
            data = path.read_bytes()
        except OSError as error:
            return [], [f"{self.name} cannot be read: {error.strerror or error}."]
        problems = [] if data.endswith(b"\n") else [f"{self.name} ends in the middle of an entry."]
        return data.split(b"\n")[:-1], problems

    def append(self, folder: Path, entry: E, key: SigningKey) -> E:
        """Chain, sign and add an entry; it is on the disk when this returns, and is returned as written.

        Raises:
            EvidenceError: the log ends in the middle of an entry or cannot be read; nothing is added then.
            StorageError: it cannot be written.
        """
        lines, problems = self.lines(folder)
        if problems:
            raise EvidenceError(problems[0], remedy="Run `gonogo verify` and restore the log from a copy.")
        previous = hashlib.sha256(lines[-1]).hexdigest() if lines else START
        written = signed(msgspec.structs.replace(entry, previous=previous), key)
        try:
            with (folder / self.name).open("ab") as log:
                log.write(to_line(written))
                log.flush()
                os.fsync(log.fileno())
        except OSError as error:
            raise StorageError(f"{self.name} could not be written: {error.strerror or error}.") from error
        return written

    def read(self, folder: Path, keys: Keys) -> tuple[tuple[E, ...], tuple[str, ...]]:
        """The entries that hold, in order, and every problem met, a plain sentence each."""
        lines, problems = self.lines(folder)
        entries: list[E] = []
        previous = START
        for number, line in enumerate(lines, start=1):
            source = f"{self.name}, entry {number}"
            try:
                entry = from_json(line, self.kind, source=source)
            except EvidenceError as error:
                problems.append(error.message)
                continue
            trouble = _trouble(entry, line, previous, keys)
            previous = hashlib.sha256(line).hexdigest()
            if trouble:
                subject = f" ({self._subject(entry)})" if self._subject else ""
                problems.append(f"{source}{subject}: {trouble}.")
            else:
                entries.append(entry)
        return tuple(entries), tuple(problems)


def _trouble(entry: Record, line: bytes, previous: str, keys: Keys) -> str:
    if to_line(entry).rstrip(b"\n") != line:
        return "was changed after it was written"
    if msgspec.structs.asdict(entry)["previous"] != previous:
        return "does not follow the entry before it; one was changed, removed or put in between"
    return signature_trouble(entry, keys)
