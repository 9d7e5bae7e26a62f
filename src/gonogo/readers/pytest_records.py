"""What the pytest plug-in writes down as it goes, before anybody gives it a meaning.

`collected.json` holds one Collected; `results.jsonl` holds a TestRecord per attempt of a test as it ends, the
snapshots and findings made on the way, and SessionRecords. The plug-in (in pytest's process) writes them,
`gonogo.readers.pytest_results` reads them.
"""

from __future__ import annotations

from gonogo.model import CheckResult, Discipline, Finding, PlannedCheck, Priority, Record, Snapshot, ToolUsed


class PhaseRecord(Record, frozen=True, kw_only=True):
    """One phase (`setup`, `call`, `teardown`) of a test.

    Attributes:
        outcome: pytest's own word: `passed`, `failed`, `skipped`.
        kinds: class of the exception that ended it and the class's bases, `module.Name`, nearest first.
        message: the exception's own text; for a skip its reason.
        detail: pytest's account of the failure: the lines of the test, the values compared.
    """

    outcome: str
    kinds: tuple[str, ...] = ()
    message: str = ""
    detail: str = ""


class TestRecord(Record, frozen=True, kw_only=True, tag_field="kind", tag="test"):
    """One attempt of one test.

    Attributes:
        attempt: 1, or 2 for the replay of a failure.
        phases: by name, those that took place.
        known_fault: reason of an `xfail` mark that applied; None when there was none.
        hollow: why the test found nothing out although it ended well (nothing in it could have failed, or
            none of its assertions was reached); empty when it did look.
        where: the page or request last looked at, without host.
        artefacts: files, relative to the stage's folder.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    key: str
    title: str
    phases: dict[str, PhaseRecord]
    attempt: int = 1
    priority: Priority = Priority.MUST
    discipline: Discipline = Discipline.FUNCTIONAL
    feature: str = ""
    known_fault: str | None = None
    hollow: str = ""
    where: str = ""
    duration_s: float = 0.0
    artefacts: tuple[str, ...] = ()


class SessionRecord(Record, frozen=True, kw_only=True, tag_field="kind", tag="session"):
    """The run as a whole. `event`: `started` (with tools), `error` (message), `finished` (exit code)."""

    event: str
    exit_code: int = 0
    message: str = ""
    tools: tuple[ToolUsed, ...] = ()


class Collected(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.pytest-collected/1"):
    """Every test that paths and marks select. `problem` is non-empty when they could not be told."""

    checks: tuple[PlannedCheck, ...] = ()
    problem: str = ""


class PytestResults(Record, frozen=True, kw_only=True):
    """What the lines of one run amount to.

    Attributes:
        results: one per test that ended, in order of key.
        snapshots, findings: in order of key; taken twice, the last counts.
        errors: what went wrong outside of any test.
        exit_code: as pytest stated it at its end; None when it did not come to it.
        unreadable: how many lines could not be read.
    """

    results: tuple[CheckResult, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    findings: tuple[Finding, ...] = ()
    tools: tuple[ToolUsed, ...] = ()
    errors: tuple[str, ...] = ()
    exit_code: int | None = None
    unreadable: int = 0
