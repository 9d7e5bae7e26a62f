"""What pytest was seen to do → planned checks, check results, snapshots and findings.

Every outcome of every phase is given its meaning here, in one table. What is not known as evidence is none.

| phase that went wrong | because of                                    | status                   |
|-----------------------|-----------------------------------------------|--------------------------|
| none                  |                                               | PASSED; EMPTY when the   |
|                       |                                               | test looks at nothing    |
| any                   | an assertion, or the page                     | FAILED                   |
| call                  | any other error that the test's code met      | FAILED                   |
| any                   | our means: browser, database, network, a      | BROKEN                   |
|                       | mistake in the pack                           |                          |
| set-up                | a fixture that does not exist                 | UNDEFINED                |
| set-up, teardown      | any other error                               | BROKEN                   |
| any                   | a skip                                        | SKIPPED                  |
| call                  | a fault marked as known (`xfail`)             | FAILED: still there      |
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from gonogo.model import CheckResult, CheckStatus, Finding, Snapshot, StagePlan, ToolUsed
from gonogo.readers.pytest_records import (
    Collected,
    PhaseRecord,
    PytestResults,
    SessionRecord,
    TestRecord,
)

MESSAGE_LIMIT = 600
DETAIL_LIMIT = 8000

_LINE = msgspec.json.Decoder(TestRecord | SessionRecord | Snapshot | Finding)

_ASSERTIONS = frozenset({"builtins.AssertionError", "_pytest.outcomes.Failed"})
_PAGE = "playwright._impl._errors.Error"

# Errors that say something about the pack or the machine, never about the system under test.
_OUR_MEANS = frozenset(
    {
        "gonogo.model.errors.GonogoError",
        "gonogo.pytest_plugin.errors.CannotCheckError",
        "builtins.ImportError",
        "builtins.NameError",
        "builtins.SyntaxError",
        "builtins.NotImplementedError",
        "builtins.MemoryError",
        "httpx.ConnectError",
        "httpx.ConnectTimeout",
        "httpx.UnsupportedProtocol",
        "sqlalchemy.exc.SQLAlchemyError",
        "sqlite3.Error",
    }
)
_BROWSER_LOST = re.compile(
    r"net::ERR_(CONNECTION_REFUSED|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|NETWORK_CHANGED"
    r"|PROXY|TUNNEL|CERT)|BrowserType\.launch|Executable doesn't exist|(Page|Target) crashed"
    r"|has been closed|Protocol error|Connection closed"
)
_DOWN = re.compile(r"ERR_CONNECTION_REFUSED|httpx\.ConnectError|Connection refused")

_NO_FIXTURE = "_pytest.fixtures.FixtureLookupError"
_FIXTURE_NAME = re.compile(r"fixture '([^']+)' not found")

_GONOGO = "gonogo.model.errors.GonogoError"

_EXIT_CODES = {
    2: "pytest was interrupted, or could not load every test",
    3: "pytest failed internally",
    4: "pytest was given options it does not know",
    5: "pytest found no test to run",
}


def read_collected(collected: Collected, stage: str) -> StagePlan:
    """The plan of a pack: one check per test and parameter.

    A pack that holds nothing, cannot be loaded or names two tests alike is a problem: nothing is planned.
    """
    problem = collected.problem
    if not problem and not collected.checks:
        problem = "The pack holds no test, or the selection matches none of them."
    seen: dict[str, str] = {}
    for check in collected.checks:
        if not problem and check.key in seen:
            problem = f"Two tests are called {check.key!r}: in {seen[check.key]} and in {check.source}."
        seen[check.key] = check.source
    if problem:
        return StagePlan(stage=stage, problem=problem)
    return StagePlan(stage=stage, checks=tuple(sorted(collected.checks, key=lambda check: check.key)))


def read_results(data: bytes) -> PytestResults:
    """Read `results.jsonl`, possibly cut off in mid-line.

    A test that was replayed counts by its last attempt. `attempts` is more than 1 only when the attempts
    disagreed: a failure that a replay confirmed is no flake.
    """
    tests: dict[str, list[TestRecord]] = {}
    snapshots: dict[str, Snapshot] = {}
    findings: dict[str, Finding] = {}
    tools: tuple[ToolUsed, ...] = ()
    errors: list[str] = []
    exit_code: int | None = None
    unreadable = 0
    for line in data.splitlines():
        try:
            record = _LINE.decode(line)
        except msgspec.DecodeError:  # its subclass ValidationError as well
            unreadable += 1
            continue
        match record:
            case TestRecord():
                tests.setdefault(record.key, []).append(record)
            case Snapshot():
                snapshots[record.key] = record
            case Finding():
                findings[record.key] = record
            case SessionRecord(event="started"):
                tools = record.tools
            case SessionRecord(event="finished"):
                exit_code = record.exit_code
            case SessionRecord():
                errors.append(record.message)
    return PytestResults(
        results=tuple(_result(attempts) for _, attempts in sorted(tests.items())),
        snapshots=tuple(snapshots[key] for key in sorted(snapshots)),
        findings=tuple(findings[key] for key in sorted(findings)),
        tools=tools,
        errors=tuple(dict.fromkeys(errors)),
        exit_code=exit_code,
        unreadable=unreadable,
    )


def exit_meaning(code: int) -> str:
    """What an exit code of pytest says about the run; empty when the tests ran (0 and 1)."""
    if code in (0, 1):
        return ""
    if code < 0:
        return f"pytest was ended by signal {-code}"
    return _EXIT_CODES.get(code, f"pytest ended with the unknown code {code}")


def check_status(record: TestRecord) -> CheckStatus:
    """What one attempt of a test is as evidence."""
    call = record.phases.get("call")
    wrong = [(name, phase) for name, phase in record.phases.items() if phase.outcome == "failed"]
    if record.known_fault is not None and not _went_wrong_around(wrong):
        return _known_fault_status(call)
    if wrong:
        # An assertion outweighs what broke after it.
        statuses = [_blame(phase, is_call=name == "call") for name, phase in wrong]
        return CheckStatus.FAILED if CheckStatus.FAILED in statuses else statuses[0]
    if any(phase.outcome == "skipped" for phase in record.phases.values()):
        return CheckStatus.SKIPPED
    if call is None or call.outcome != "passed":
        return CheckStatus.BROKEN
    return CheckStatus.EMPTY if record.hollow else CheckStatus.PASSED


def _went_wrong_around(wrong: Iterable[tuple[str, PhaseRecord]]) -> bool:
    return any(name != "call" for name, _ in wrong)


def _known_fault_status(call: PhaseRecord | None) -> CheckStatus:
    """A fault marked as known: still there is FAILED, gone is PASSED, not tried is SKIPPED."""
    if call is None:
        return CheckStatus.SKIPPED
    if call.outcome == "skipped":
        return CheckStatus.FAILED
    # pytest calls a strict known fault that is gone "failed"; for us the system did what it should.
    is_strict_pass = call.outcome == "failed" and call.detail.startswith("[XPASS(strict)]")
    return CheckStatus.PASSED if call.outcome == "passed" or is_strict_pass else CheckStatus.BROKEN


def _blame(phase: PhaseRecord, *, is_call: bool) -> CheckStatus:
    """FAILED when the error says something about the system, BROKEN when about our means of looking."""
    if _NO_FIXTURE in phase.kinds:
        return CheckStatus.UNDEFINED
    if _PAGE in phase.kinds:
        return CheckStatus.BROKEN if _BROWSER_LOST.search(phase.message) else CheckStatus.FAILED
    if _ASSERTIONS & set(phase.kinds):
        return CheckStatus.FAILED
    if _OUR_MEANS & set(phase.kinds) or not is_call:
        return CheckStatus.BROKEN
    return CheckStatus.FAILED


def _result(attempts: list[TestRecord]) -> CheckResult:
    last = attempts[-1]
    status = check_status(last)
    is_flaky = any(check_status(record) is not status for record in attempts)
    message, detail = _words(last, status)
    if is_flaky:
        first_message, first_detail = _words(attempts[0], check_status(attempts[0]))
        message = message or f"It did not pass at the first attempt: {first_message}"
        detail = detail or first_detail
    artefacts = [path for record in attempts for path in record.artefacts]
    return CheckResult(
        key=last.key,
        status=status,
        title=last.title,
        message=message[:MESSAGE_LIMIT],
        detail=detail[:DETAIL_LIMIT],
        where=last.where or attempts[0].where if status is not CheckStatus.PASSED else "",
        duration_s=sum(record.duration_s for record in attempts),
        attempts=len(attempts) if is_flaky else 1,
        priority=last.priority,
        discipline=last.discipline,
        feature=last.feature,
        artefacts=tuple(dict.fromkeys(artefacts)),
    )


def _words(record: TestRecord, status: CheckStatus) -> tuple[str, str]:
    """What a person reads first, and the technical part."""
    match status:
        case CheckStatus.PASSED:
            gone = f"Marked as a known fault ({record.known_fault}), but it passed."
            return (gone, "") if record.known_fault is not None else ("", "")
        case CheckStatus.EMPTY:
            return record.hollow, ""
        case CheckStatus.SKIPPED:
            reasons = [phase.message for phase in record.phases.values() if phase.message]
            return record.known_fault or (reasons[0] if reasons else "Skipped."), ""
        case CheckStatus.FAILED | CheckStatus.BROKEN | CheckStatus.UNDEFINED:
            return _fault_words(record, status)


def _fault_words(record: TestRecord, status: CheckStatus) -> tuple[str, str]:
    faults = [
        (name, phase)
        for name, phase in record.phases.items()
        if phase.outcome == "failed" or (phase.outcome == "skipped" and record.known_fault is not None)
    ]
    telling = [
        (name, phase) for name, phase in faults if _blame(phase, is_call=name == "call") is status
    ] or faults
    if not telling:
        return "The test ended without having run.", ""
    name, phase = telling[0]
    if status is CheckStatus.UNDEFINED:
        fixture = _FIXTURE_NAME.search(phase.detail)
        return f"There is no fixture {fixture[1] if fixture else phase.message!r}.", phase.detail
    said = _sentence(phase)
    if record.known_fault is not None:
        said = f"Known fault ({record.known_fault}): {said}"
    elif status is CheckStatus.BROKEN and _DOWN.search(" ".join((*phase.kinds, phase.message))):
        said = f"The system did not answer: {said}"
    elif status is CheckStatus.BROKEN:
        said = f"The check could not be carried out ({name}): {said}"
    return said, phase.detail


def _sentence(phase: PhaseRecord) -> str:
    """What went wrong in one line: the words a person wrote, without pytest's account of the values."""
    lines = [line.strip() for line in phase.message.splitlines() if line.strip()]
    kind = phase.kinds[0].rpartition(".")[2] if phase.kinds else ""
    if not lines:
        return kind or "No reason given."
    first = lines[0].removeprefix("AssertionError: ")
    actual = next((line for line in lines[1:] if line.startswith("Actual value:")), "")
    if actual:
        return f"{first}, but it is {actual.removeprefix('Actual value:').strip()!r}"
    is_worded = bool(_ASSERTIONS & set(phase.kinds)) or _PAGE in phase.kinds or not kind
    return first if is_worded or _GONOGO in phase.kinds else f"{kind}: {first}"
