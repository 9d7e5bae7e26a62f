"""Fixture `batch`: run a batch job of the target on a copy of its data, and read its control totals."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from gonogo.job import Job
from gonogo.model import BatchCommand
from gonogo.processes import Stop, clean_environment, run
from gonogo.pytest_plugin.errors import CannotCheckError, expect
from gonogo.pytest_plugin.evidence import Pack
from gonogo.pytest_plugin.reconciling import worth
from gonogo.pytest_plugin.tabular import Table

_PAIR = re.compile(r"^\s*([A-Za-z][\w /()%-]*?)\s*[=:,;|\t]\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """One run of a batch job.

    Attributes:
        name: as in `[batch.<name>]`.
        return_code: what it ended with; 0 does not mean that it did its work.
        output: what it wrote to the terminal.
        home: the folder it worked on.
        files: files that appeared or changed in that folder, newest last, those of `output` before others.
        duration_s: seconds.
    """

    name: str
    return_code: int
    output: str
    home: Path
    files: tuple[Path, ...]
    duration_s: float

    def expect_success(self) -> None:
        """Fail unless it ended with 0.

        Raises:
            AssertionError: it did not; quotes its last line.
        """
        last = (self.output.strip().splitlines() or ["(it said nothing)"])[-1]
        expect(self.return_code == 0, f"{self.name} ended with {self.return_code}: {last}")

    def file(self, pattern: str) -> Path:
        """The newest of its files whose name fits the pattern (`*.csv`).

        Raises:
            AssertionError: it wrote no such file; names those it wrote.
        """
        fitting = [path for path in self.files if path.match(pattern)]
        wrote = ", ".join(path.name for path in self.files) or "nothing"
        expect(fitting, f"{self.name} wrote no file {pattern}; it wrote {wrote}.")
        return fitting[-1]

    def table(self, pattern: str = "*.csv") -> Table:
        """A file it wrote, as a table."""
        return Table.of(self.file(pattern).read_bytes())

    def totals(self, pattern: str = "") -> dict[str, str]:
        """Control totals by name: lines such as `Accounts: 512` of a file it wrote, or of its output."""
        text = self.file(pattern).read_text(encoding="utf-8-sig") if pattern else self.output
        return read_totals(text)

    def total(self, name: str, pattern: str = "") -> Decimal:
        """One control total as an exact figure.

        Raises:
            AssertionError: there is none of that name, or it is not a figure.
        """
        totals = self.totals(pattern)
        expect(name in totals, f"There is no total {name!r}; there are {', '.join(totals) or 'none'}.")
        figure = worth(totals[name])
        expect(isinstance(figure, Decimal), f"{name} is {totals[name]!r}, which is not a figure.")
        return Decimal(figure)


def read_totals(text: str) -> dict[str, str]:
    """Names and values out of control totals: `Name: value` or `Name = value` lines, or a two-line CSV."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 2:
        return {name.strip(): value.strip() for name, value in zip(*rows, strict=True)}
    found = (_PAIR.match(line) for line in text.splitlines())
    return {match[1]: match[2] for match in found if match}


class Batches:
    """Runs the jobs that `[batch.<name>]` declares."""

    def __init__(self, job: Job, folder: Path, log: Path) -> None:
        self._job = job
        self._folder = folder
        self._log = log

    def run(self, name: str, *, on_copy: bool = True, home: Path | None = None, **values: str) -> BatchRun:
        """Run a job and wait for its end.

        Args:
            name: as in `[batch.<name>]`.
            on_copy: work on a copy of the target's home, so that neither the running target nor other tests
                see what the job does; False works on the target itself.
            home: a folder to work on instead (that of an earlier run, to run it twice).
            **values: filled into the command besides `{home}`, `{url}`, `{python}`, `{version}`.

        Raises:
            CannotCheckError: no such job, a value for its command is missing, or the target has no home.
            AssertionError: it took longer than its time limit.
            ToolError: its program does not exist.
        """
        declared = self._job.batch.get(name)
        if declared is None:
            known = ", ".join(self._job.batch) or "none"
            raise CannotCheckError(f"There is no [batch.{name!r}]; declared: {known}.")
        place = home or self._home(name, on_copy=on_copy)
        before = _stamps(place)
        done = run(
            [self._filled(part, place, values, name) for part in declared.command],
            cwd=Path(self._job.project),
            environment=clean_environment(declared.environment),
            log=self._log,
            timeout_s=declared.timeout_s,
            stop=Stop(),
        )
        expect(not done.is_timed_out, f"{name} took longer than {declared.timeout_s:g} s.")
        return BatchRun(
            name=name,
            return_code=done.return_code,
            output=done.tail,
            home=place,
            files=_written(place, before, declared),
            duration_s=done.duration_s,
        )

    def _home(self, name: str, *, on_copy: bool) -> Path:
        if not self._job.home:
            raise CannotCheckError(f"{name} needs the target's home, but gonogo did not start this target.")
        home = Path(self._job.home)
        return copy_home(home, self._folder) if on_copy else home

    def _filled(self, part: str, home: Path, values: dict[str, str], name: str) -> str:
        known = {
            "home": str(home),
            "url": self._job.base_url,
            "python": sys.executable,
            "version": self._job.version,
            **values,
        }
        for key, value in known.items():
            part = part.replace("{" + key + "}", value)
        missing = re.search(r"\{(\w+)\}", part)
        if missing:
            raise CannotCheckError(f"{name} needs a value for {missing[0]}: batch.run(…, {missing[1]}=…).")
        return part


def copy_home(home: Path, folder: Path) -> Path:
    """A copy of a target's home; SQLite databases in use are copied whole, by the database itself."""
    place = Path(tempfile.mkdtemp(prefix="home-", dir=folder)) / "home"
    databases = {path for path in home.rglob("*") if path.is_file() and _is_sqlite(path)}
    companions = {f"{path}{end}" for path in databases for end in ("-wal", "-shm", "-journal")}

    def left_out(directory: str, names: list[str]) -> set[str]:
        paths = {name: Path(directory, name) for name in names}
        return {n for n, path in paths.items() if path in databases or str(path) in companions}

    shutil.copytree(home, place, ignore=left_out)
    for path in databases:
        with (
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(place / path.relative_to(home))) as target,
        ):
            source.backup(target)
    return place


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _stamps(home: Path) -> dict[Path, tuple[int, int]]:
    return {
        path: (stat.st_mtime_ns, stat.st_size)
        for path in home.rglob("*")
        if path.is_file() and (stat := path.stat())
    }


def _written(home: Path, before: dict[Path, tuple[int, int]], declared: BatchCommand) -> tuple[Path, ...]:
    after = _stamps(home)
    changed = [path for path, stamp in after.items() if before.get(path) != stamp and not _is_sqlite(path)]
    expected = set(home.glob(declared.output)) if declared.output else set()
    return tuple(sorted(changed, key=lambda path: (path in expected, after[path][0], path.name)))


@pytest.fixture(scope="session")
def batch(job: Job, pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Batches:
    """`batch.run("rent debit", date="2026-11-23")`: run a job on a copy of the target's data."""
    return Batches(job, tmp_path_factory.mktemp("batch"), pack.raw / "batch.log")
