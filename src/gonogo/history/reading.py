"""What the history says: the decisions, each measurement, how reliable each check is, and known causes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from gonogo.history.database import opened
from gonogo.model import Record

SHOWN_RUNS = 20
_EVIDENCE = ("passed", "failed")


class RunRow(Record, frozen=True, kw_only=True):
    """One run: when, of which upgrade, with which decision, and how many differences were worse."""

    run_id: str
    started_at: str
    system: str
    baseline: str
    candidate: str
    decision: str
    worse: int
    packs: str


class Trend(Record, frozen=True, kw_only=True):
    """One measurement over the runs, oldest first, a value for each side of each run."""

    key: str
    title: str
    statistic: str
    unit: str
    runs: tuple[str, ...]
    baseline: tuple[float, ...]
    candidate: tuple[float, ...]


class Reliability(Record, frozen=True, kw_only=True):
    """One check on one version, with the same packs, settings and gonogo, over all runs and both sides.

    Attributes:
        passed, failed: how often it came to each.
        not_run: how often it gave no evidence.
        flips: how often it changed between passed and failed from one result to the next, by time.
    """

    key: str
    title: str
    version: str
    passed: int
    failed: int
    not_run: int
    flips: int

    @property
    def is_unreliable(self) -> bool:
        """Whether it both passed and failed although neither version nor packs had changed."""
        return self.flips > 0


class KnownCause(Record, frozen=True, kw_only=True):
    """A suspected cause that more than one run met."""

    cause: str
    title: str
    runs: tuple[str, ...]
    blames: tuple[str, ...]
    is_in_latest: bool


class HistoryAnswer(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.history/1"):
    """The history of a project, runs oldest first.

    Attributes:
        reliability: every check; the unreliable ones first, those that flipped most before others.
    """

    runs: tuple[RunRow, ...]
    trends: tuple[Trend, ...]
    reliability: tuple[Reliability, ...]
    causes: tuple[KnownCause, ...]

    @property
    def unreliable(self) -> tuple[Reliability, ...]:
        """The checks that flip without a change."""
        return tuple(check for check in self.reliability if check.is_unreliable)


def read_history(reports: Path, last: int = SHOWN_RUNS) -> HistoryAnswer:
    """The history of the last runs of a folder.

    Args:
        last: how many runs to show; reliability and causes are over all of them there ever were.

    Raises:
        StorageError: the database cannot be read, or made from the run folders.
    """
    with opened(reports) as database:
        runs = _runs(database)
        shown = runs[-last:] if last else runs
        return HistoryAnswer(
            runs=shown,
            trends=_trends(database, shown),
            reliability=_reliability(database),
            causes=_causes(database, runs),
        )


def _runs(database: sqlite3.Connection) -> tuple[RunRow, ...]:
    rows = database.execute(
        "select run_id, started_at, system, baseline, candidate, decision, worse, packs from runs "
        "order by started_at, run_id"
    )
    return tuple(RunRow(**dict(row)) for row in rows)


def _trends(database: sqlite3.Connection, runs: tuple[RunRow, ...]) -> tuple[Trend, ...]:
    order = {run.run_id: place for place, run in enumerate(runs)}
    found: dict[str, list[sqlite3.Row]] = {}
    for row in database.execute("select * from measurements"):
        if row["run_id"] in order:
            found.setdefault(row["key"], []).append(row)
    return tuple(
        _trend(key, sorted(rows, key=lambda r: order[r["run_id"]])) for key, rows in sorted(found.items())
    )


def _trend(key: str, rows: list[sqlite3.Row]) -> Trend:
    latest = rows[-1]
    return Trend(
        key=key,
        title=latest["title"],
        statistic=latest["statistic"],
        unit=latest["unit"],
        runs=tuple(row["run_id"] for row in rows),
        baseline=tuple(row["baseline"] for row in rows),
        candidate=tuple(row["candidate"] for row in rows),
    )


def _reliability(database: sqlite3.Connection) -> tuple[Reliability, ...]:
    """By check and definition: a result that differs where version, packs and settings are the same is chance."""
    groups: dict[tuple[str, str], list[sqlite3.Row]] = {}
    rows = database.execute(
        "select checks.* from checks join runs using (run_id) order by runs.started_at, run_id, side"
    )
    for row in rows:
        groups.setdefault((row["key"], row["definition"]), []).append(row)
    found = [_one(rows) for rows in groups.values()]
    return tuple(sorted(found, key=lambda r: (-r.flips, r.key, r.version)))


def _one(rows: list[sqlite3.Row]) -> Reliability:
    statuses = [row["status"] for row in rows]
    evidence = [status for status in statuses if status in _EVIDENCE]
    return Reliability(
        key=rows[-1]["key"],
        title=rows[-1]["title"],
        version=rows[-1]["version"],
        passed=evidence.count("passed"),
        failed=evidence.count("failed"),
        not_run=len(statuses) - len(evidence),
        flips=sum(one != other for one, other in pairwise(evidence)),
    )


def _causes(database: sqlite3.Connection, runs: Iterable[RunRow]) -> tuple[KnownCause, ...]:
    ordered = [run.run_id for run in runs]
    met: dict[str, list[sqlite3.Row]] = {}
    for row in database.execute("select * from causes order by run_id, key"):
        met.setdefault(row["cause"], []).append(row)
    found = []
    for cause, rows in met.items():
        where = {row["run_id"] for row in rows}
        if len(where) > 1:
            found.append(
                KnownCause(
                    cause=cause,
                    title=rows[-1]["title"],
                    runs=tuple(run for run in ordered if run in where),
                    blames=tuple(sorted({row["blame"] for row in rows})),
                    is_in_latest=ordered[-1] in where,
                )
            )
    return tuple(sorted(found, key=lambda c: (not c.is_in_latest, -len(c.runs), c.cause)))
