"""Where the tests of a pack leave what they see: the raw folder, and one line of JSON for each thing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from gonogo.job import Job
from gonogo.model import Record, to_line
from gonogo.model.errors import StorageError
from gonogo.pytest_plugin.errors import CannotCheckError

RESULTS = "results.jsonl"


class Recorder:
    """Appends records to a file, one line each, whole and at once: what was written survives a kill."""

    def __init__(self, path: Path) -> None:
        """Open the file, making its folder.

        Raises:
            StorageError: it cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
        except OSError as error:
            raise StorageError(f"{path.name} could not be written: {error.strerror}.") from error

    def write(self, record: Record) -> None:
        """Append one line. Raises StorageError when the disk is full."""
        try:
            os.write(self._file, to_line(record))
        except OSError as error:
            raise StorageError(f"{RESULTS} could not be written: {error.strerror}.") from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


@dataclass(slots=True)
class Evidence:
    """What one attempt of a test leaves behind. Mutable, never shared between tests.

    Attributes:
        key: the test's key.
        where: the page or request last looked at, without host.
        artefacts: files, relative to the stage's folder.
        captures: how many snapshots and findings it took.
        reached: how many assertions held.
    """

    key: str
    where: str = ""
    artefacts: list[str] = field(default_factory=list)
    captures: int = 0
    reached: int = 0


@dataclass(slots=True)
class Pack:
    """One run of a pack: what to test and where to leave what is seen.

    Attributes:
        job: the side under test.
        recorder: takes every record.
        names: snapshot keys and the test that took each, so that no two tests share one.
    """

    job: Job
    recorder: Recorder
    names: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        """The stage's raw folder."""
        return Path(self.job.evidence)

    def artefact(self, path: Path) -> str:
        """A file's path as observations name it: relative to the stage's folder, with `/`."""
        return path.absolute().relative_to(self.raw.absolute().parent).as_posix()

    def keep(self, folder: str, name: str, suffix: str, content: bytes) -> tuple[str, str]:
        """Write a file below the raw folder and return its artefact path and its sha256.

        Args:
            folder: folder below `raw/`.
            name: what it is called in words; made safe for every file system.
            suffix: with its dot.
            content: the bytes.

        Raises:
            StorageError: it cannot be written.
        """
        path = self.raw / folder / f"{slug(name)}{suffix}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise StorageError(f"{path.name} could not be written: {error.strerror}.") from error
        return self.artefact(path), sha256(content).hexdigest()

    def claim(self, key: str, owner: str) -> None:
        """Reserve a name for one test.

        Raises:
            CannotCheckError: another test, or this one already, took something under that name.
        """
        before = self.names.setdefault(key, owner)
        if before != owner:
            raise CannotCheckError(f"Two tests keep something as {key!r}: {before} and {owner}.")


PACK = pytest.StashKey[Pack]()
EVIDENCE = pytest.StashKey[Evidence]()


def slug(name: str) -> str:
    """A file name for words: small letters, digits, hyphens; with a digest when that loses something."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
    is_faithful = plain == name.replace(" ", "-")
    return plain if is_faithful else f"{plain}-{sha256(name.encode()).hexdigest()[:8]}"
