"""Running a batch job as a scheduler would, and working on a copy of the system's data."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.steps.errors import CannotCheck, NotAsExpected

if TYPE_CHECKING:
    from gonogo.model import BatchCommand
    from gonogo.steps.scenario_desk import Desk

_SQLITE = b"SQLite format 3\x00"
_LIVE_PARTS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class BatchRun:
    """One run of a batch job. `output` is the file it wrote, None when it declares none or wrote none."""

    name: str
    return_code: int
    said: str
    output: Path | None

    def in_full(self) -> str:
        """What the job said, for the evidence."""
        return f"{self.name} ended with exit code {self.return_code}\n\n{self.said}"


def run_batch(desk: Desk, name: str, extra: dict[str, str]) -> BatchRun:
    """Run a declared batch job to its end.

    Args:
        desk: the scenario's desk; its copy of the system's data is used when it made one.
        name: as in `[batch."<name>"]`.
        extra: further names for the command's placeholders.

    Raises:
        CannotCheck: no such job, a placeholder without a value, or the program cannot be started.
        NotAsExpected: it overran its time limit.
    """
    job = desk.worker.job
    command = _declared(desk, name)
    values = {
        "home": str(desk.home or job.home),
        "url": job.base_url,
        "python": sys.executable,
        "version": job.version,
        **extra,
    }
    arguments = [_filled(argument, values) for argument in command.command]
    home = Path(values["home"]) if values["home"] else Path(job.project)
    before = _newest(home, _filled(command.output, values)) if command.output else None
    desk.was_at(f"the batch job {name}")
    try:
        done = subprocess.run(
            arguments,
            cwd=home,
            env={**os.environ, **command.environment},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=command.timeout_s,
            check=False,
        )
    except OSError as error:
        raise CannotCheck(f"The batch job {name} could not be started: {error.strerror or error}.") from error
    except subprocess.TimeoutExpired:
        raise NotAsExpected(
            f"the batch job {name} to end", f"it ran longer than {command.timeout_s:.0f} s", desk.where
        ) from None
    output = _newest(home, _filled(command.output, values)) if command.output else None
    is_new = output is not None and (
        before is None or output.path != before.path or output.stamp != before.stamp
    )
    run = BatchRun(
        name=name,
        return_code=done.returncode,
        said=(done.stdout + done.stderr)[-20_000:],
        output=output.path if output is not None and is_new else None,
    )
    desk.batch = run
    return run


def copy_home(desk: Desk) -> Path:
    """A copy of the system's own folder for this scenario alone; databases in it are copied whole.

    Raises:
        CannotCheck: the folder is not known, because gonogo did not start the system.
    """
    home = desk.worker.job.home
    if not home:
        raise CannotCheck("The system's own folder is not known on this side, so it cannot be copied.")
    folder = Path(tempfile.mkdtemp(prefix="gonogo-home-"))
    desk.temporary.append(folder)
    source, target = Path(home), folder / "home"
    shutil.copytree(source, target, ignore=lambda _, names: [n for n in names if _is_database_part(n)])
    for path in source.rglob("*"):
        if path.is_file() and _is_sqlite(path):
            _copy_sqlite(path, target / path.relative_to(source))
    desk.home = target
    return target


def _declared(desk: Desk, name: str) -> BatchCommand:
    jobs = desk.worker.job.batch
    for known, command in jobs.items():
        if known.casefold() == name.casefold():
            return command
    declared = ", ".join(jobs) or "none"
    raise CannotCheck(f'There is no batch job "{name}"; declared in gonogo.toml under [batch]: {declared}.')


def _filled(text: str, values: dict[str, str]) -> str:
    try:
        return text.format_map(values)
    except (KeyError, ValueError, IndexError) as error:
        raise CannotCheck(
            f"The batch command holds {text!r}, for which there is no value: {error}."
        ) from None


@dataclass(frozen=True)
class _Stamped:
    path: Path
    stamp: tuple[int, int]


def _newest(home: Path, pattern: str) -> _Stamped | None:
    found = [path for path in home.glob(pattern) if path.is_file()]
    if not found:
        return None
    newest = max(found, key=lambda path: path.stat().st_mtime_ns)
    return _Stamped(path=newest, stamp=(newest.stat().st_mtime_ns, newest.stat().st_size))


def _is_database_part(name: str) -> bool:
    return name.endswith(_LIVE_PARTS)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use; a plain copy could catch it half-written."""
    target.unlink(missing_ok=True)
    origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    copy = sqlite3.connect(target)
    try:
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()
