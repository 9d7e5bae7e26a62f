"""The database of runs, `history.sqlite` beside the run folders.

It holds nothing that the run folders do not: it can be deleted and made again from them. A run that is
judged again replaces its own rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gonogo import __version__
from gonogo.model import Change, CheckResult, Comparison, Plan, Side, StageRun, Upgrade, Verdict
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.store import LATEST, RunFolder

FILE = "history.sqlite"
VERSION = 1
"""Of the tables. A file of another version is made again from the run folders."""

_TABLES = """
create table runs (
    run_id text primary key, started_at text not null, system text not null, baseline text not null,
    candidate text not null, change_ref text not null, decision text not null, packs text not null,
    policy text not null, worse integer not null
);
create table checks (
    run_id text not null references runs on delete cascade, side text not null, version text not null,
    definition text not null, key text not null, stage text not null,
    title text not null, status text not null, message text not null,
    primary key (run_id, side, key)
) without rowid;
create table measurements (
    run_id text not null references runs on delete cascade, key text not null, title text not null,
    statistic text not null, unit text not null, baseline real not null, candidate real not null,
    pairs integer not null, primary key (run_id, key)
) without rowid;
create table causes (
    run_id text not null references runs on delete cascade, cause text not null, key text not null,
    title text not null, blame text not null, primary key (run_id, cause, key)
) without rowid;
create index checks_by_key on checks (key, definition);
create index causes_by_cause on causes (cause);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRun:
    """A run and its verdict, as the history takes it in."""

    run_id: str
    upgrade: Upgrade
    plan: Plan
    runs: tuple[StageRun, ...]
    comparison: Comparison
    verdict: Verdict


def add_run(reports: Path, run: JudgedRun) -> None:
    """Add a judged run to the history of a folder of runs; one that is there already is replaced.

    Where there is no history yet, or one of another version, it is made from the run folders first.

    Raises:
        StorageError: the history cannot be written.
    """
    if not _is_current(reports / FILE):
        rebuild(reports)
    with _opened(reports / FILE) as database:
        _add(database, run)


def rebuild(reports: Path) -> tuple[str, ...]:
    """Make the history again from the run folders; returns the names of those that cannot be read.

    Raises:
        StorageError: the history cannot be written.
    """
    with _writing():
        (reports / FILE).unlink(missing_ok=True)
    unread: list[str] = []
    with _opened(reports / FILE) as database:
        for path in sorted(reports.iterdir()):
            if path.name == LATEST or path.is_symlink() or not (path / "runs").is_dir():
                continue
            try:
                _add(database, _read(RunFolder(path)))
            except EvidenceError:
                unread.append(path.name)
    return tuple(unread)


@contextlib.contextmanager
def opened(reports: Path) -> Iterator[sqlite3.Connection]:
    """The history of a folder of runs, for reading; made from the run folders when it is not there.

    Raises:
        StorageError: it cannot be read or made.
    """
    if not _is_current(reports / FILE):
        rebuild(reports)
    with _opened(reports / FILE) as database:
        yield database


def _is_current(path: Path) -> bool:
    if not path.is_file():
        return False
    with _writing(), contextlib.closing(sqlite3.connect(path)) as database:
        return bool(database.execute("pragma user_version").fetchone()[0] == VERSION)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with _writing(), contextlib.closing(sqlite3.connect(path, timeout=10.0)) as database:
        database.row_factory = sqlite3.Row
        database.execute("pragma foreign_keys = on")
        if database.execute("pragma user_version").fetchone()[0] == 0:
            database.executescript(f"begin; {_TABLES} pragma user_version = {VERSION}; commit;")
        with database:
            yield database


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            f"The history cannot be used: {error}.",
            remedy=f"`gonogo history --rebuild` makes {FILE} again from the run folders.",
        ) from error


def _read(folder: RunFolder) -> JudgedRun:
    """A run as its folder has it. Raises EvidenceError when it cannot be read, or has no verdict."""
    return JudgedRun(
        run_id=folder.path.name,
        upgrade=folder.read_upgrade(),
        plan=folder.read_plan()[0],
        runs=folder.read_runs(),
        comparison=folder.read_comparison(),
        verdict=folder.read_verdict(),
    )


def _add(database: sqlite3.Connection, run: JudgedRun) -> None:
    upgrade, verdict = run.upgrade, run.verdict
    worse = sum(d.change is Change.REGRESSED and not d.expected for d in verdict.differences)
    database.execute("delete from runs where run_id = ?", (run.run_id,))
    database.execute(
        "insert into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.run_id,
            _started_at(run.runs),
            upgrade.system,
            upgrade.baseline.version,
            upgrade.candidate.version,
            upgrade.change_ref,
            verdict.decision.value,
            run.plan.packs,
            verdict.digests.policy,
            worse,
        ),
    )
    database.executemany("insert or ignore into checks values (?, ?, ?, ?, ?, ?, ?, ?, ?)", _checks(run))
    database.executemany(
        "insert or replace into measurements values (?, ?, ?, ?, ?, ?, ?, ?)",
        _measured(run.run_id, run.comparison),
    )
    database.executemany("insert or replace into causes values (?, ?, ?, ?, ?)", _causes(run.run_id, verdict))


def _started_at(runs: tuple[StageRun, ...]) -> str:
    return min((run.header.started_at for run in runs if run.header.started_at), default="")


def _checks(run: JudgedRun) -> Iterator[tuple[str, ...]]:
    """Each check's result on each side. What was carried over from another run is that run's, not this one's."""
    planned = {check.key for check in run.plan.checks}
    for stage in run.runs:
        if stage.header.carried_from is not None:
            continue
        side = stage.header.side
        same = _definition(run, stage.header.stage, side)
        results = {o.key: o for o in stage.observations if isinstance(o, CheckResult) and o.key in planned}
        for key, result in results.items():
            yield (
                run.run_id, side.value, run.upgrade.target(side).version, same, key, stage.header.stage,
                result.title, result.status.value, result.message[:300],
            )  # fmt: skip


def _definition(run: JudgedRun, stage: str, side: Side) -> str:
    """What must be the same for two results of a check to be comparable: system, packs, settings, harness."""
    target = msgspec.structs.replace(run.upgrade.target(side), side=Side.BASELINE)
    settings = [s for s in run.upgrade.stages if s.stage == stage]
    parts = msgspec.json.encode((run.upgrade.system, target, settings), order="deterministic")
    return hashlib.sha256(f"{run.plan.packs} {__version__} ".encode() + parts).hexdigest()[:16]


def _measured(
    run_id: str, comparison: Comparison
) -> Iterator[tuple[str, str, str, str, str, float, float, int]]:
    for m in comparison.measurements:
        if m.baseline_samples and m.candidate_samples:
            yield (run_id, m.key, m.title, m.statistic, m.unit, m.baseline, m.candidate, m.pairs)


def _causes(run_id: str, verdict: Verdict) -> Iterator[tuple[str, ...]]:
    for difference in verdict.differences:
        if difference.cause:
            yield run_id, difference.cause, difference.key, difference.title, difference.blame.value
