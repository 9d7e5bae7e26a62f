"""Every outcome pytest can have is given its meaning, and nothing it did not see is evidence."""

from __future__ import annotations

import pytest

from gonogo.model import (
    CheckStatus,
    Finding,
    PlannedCheck,
    Priority,
    Severity,
    Snapshot,
    SnapshotForm,
    to_line,
)
from gonogo.readers.pytest_records import Collected, PhaseRecord, SessionRecord, TestRecord
from gonogo.readers.pytest_results import check_status, exit_meaning, read_collected, read_results

PASSED = PhaseRecord(outcome="passed")
ASSERTION = ("builtins.AssertionError", "builtins.Exception")
PAGE = ("playwright._impl._errors.TimeoutError", "playwright._impl._errors.Error", "builtins.Exception")


def failed(kinds: tuple[str, ...], message: str = "wrong", detail: str = "trace") -> PhaseRecord:
    return PhaseRecord(outcome="failed", kinds=kinds, message=message, detail=detail)


def record(*, test: str = "regression:test_a:test_b", **phases: PhaseRecord) -> TestRecord:
    return phased(phases or {"setup": PASSED, "call": PASSED, "teardown": PASSED}, test)


def phased(phases: dict[str, PhaseRecord], test: str = "regression:test_a:test_b") -> TestRecord:
    return TestRecord(key=test, title="b", phases=phases)


def lines(*records: TestRecord | SessionRecord | Snapshot | Finding) -> bytes:
    return b"".join(to_line(one) for one in records)


OURS = [
    ("gonogo.model.errors.ConfigError", "gonogo.model.errors.GonogoError"),
    ("gonogo.pytest_plugin.errors.CannotCheckError",),
    ("builtins.NameError",),
    ("builtins.ModuleNotFoundError", "builtins.ImportError"),
    ("httpx.ConnectError", "httpx.NetworkError"),
    ("sqlalchemy.exc.OperationalError", "sqlalchemy.exc.DBAPIError", "sqlalchemy.exc.SQLAlchemyError"),
]
LOST = [
    "Page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:9/",
    "BrowserType.launch: Executable doesn't exist",
    "Page.click: Target page, context or browser has been closed",
    "Page.goto: Page crashed",
]


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_an_assertion_in_any_phase_is_a_failure(phase: str) -> None:
    assert (
        check_status(phased({"setup": PASSED, "call": PASSED, phase: failed(ASSERTION)}))
        is CheckStatus.FAILED
    )


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_what_the_page_did_wrong_in_any_phase_is_a_failure(phase: str) -> None:
    wrong = failed(PAGE, "Locator.click: Timeout 10000ms exceeded.")
    assert check_status(phased({"setup": PASSED, "call": PASSED, phase: wrong})) is CheckStatus.FAILED


@pytest.mark.parametrize("message", LOST)
def test_a_browser_or_a_target_that_is_gone_is_broken(message: str) -> None:
    assert check_status(record(setup=PASSED, call=failed(PAGE, message))) is CheckStatus.BROKEN


@pytest.mark.parametrize("kinds", OURS, ids=lambda kinds: kinds[0])
@pytest.mark.parametrize("phase", ["setup", "call"])
def test_what_our_means_did_wrong_is_broken(phase: str, kinds: tuple[str, ...]) -> None:
    assert check_status(phased({"setup": PASSED, phase: failed(kinds)})) is CheckStatus.BROKEN


def test_an_error_that_an_answer_caused_in_the_test_is_a_failure() -> None:
    assert check_status(record(setup=PASSED, call=failed(("builtins.KeyError",)))) is CheckStatus.FAILED


@pytest.mark.parametrize("phase", ["setup", "teardown"])
def test_any_other_error_around_the_test_is_broken(phase: str) -> None:
    around = {"setup": PASSED, "call": PASSED, phase: failed(("builtins.KeyError",))}
    assert check_status(phased(around)) is CheckStatus.BROKEN


def test_a_failure_outweighs_what_broke_after_it() -> None:
    both = record(setup=PASSED, call=failed(ASSERTION), teardown=failed(("builtins.KeyError",)))
    assert check_status(both) is CheckStatus.FAILED


def test_a_missing_fixture_is_undefined_and_named() -> None:
    missing = failed(
        ("_pytest.fixtures.FixtureLookupError",), "('nosuch', <…>)", "E  fixture 'nosuch' not found"
    )
    found = read_results(lines(record(setup=missing))).results[0]
    assert found.status is CheckStatus.UNDEFINED
    assert found.message == "There is no fixture 'nosuch'."


def test_a_skip_is_a_skip_with_its_reason() -> None:
    skipped = PhaseRecord(outcome="skipped", message="Skipped: not on this site")
    found = read_results(lines(record(setup=skipped))).results[0]
    assert found.status is CheckStatus.SKIPPED
    assert "not on this site" in found.message


def test_a_test_that_never_ran_is_broken() -> None:
    assert check_status(record(setup=PASSED)) is CheckStatus.BROKEN
    assert check_status(TestRecord(key="k", title="t", phases={})) is CheckStatus.BROKEN


def test_an_unknown_outcome_is_never_a_pass() -> None:
    assert (
        check_status(record(setup=PASSED, call=PhaseRecord(outcome="new-in-pytest-10"))) is CheckStatus.BROKEN
    )


def test_a_test_that_looks_at_nothing_is_empty() -> None:
    hollow = TestRecord(key="k", title="t", phases={"setup": PASSED, "call": PASSED}, hollow="nothing in it")
    assert check_status(hollow) is CheckStatus.EMPTY


class TestKnownFault:
    """A test marked `xfail`."""

    def known(self, call: PhaseRecord | None) -> TestRecord:
        phases = {"setup": PASSED} | ({"call": call} if call else {})
        return TestRecord(key="k", title="t", phases=phases, known_fault="DEF-12")

    def test_that_is_still_there_is_a_failure_that_says_so(self) -> None:
        call = PhaseRecord(outcome="skipped", kinds=ASSERTION, message="assert 1 == 2")
        found = read_results(lines(self.known(call))).results[0]
        assert found.status is CheckStatus.FAILED
        assert found.message == "Known fault (DEF-12): assert 1 == 2"

    def test_that_is_gone_is_a_pass_that_says_so(self) -> None:
        found = read_results(lines(self.known(PASSED))).results[0]
        assert found.status is CheckStatus.PASSED
        assert found.message == "Marked as a known fault (DEF-12), but it passed."

    def test_that_is_gone_and_strict_is_a_pass_too(self) -> None:
        strict = PhaseRecord(outcome="failed", detail="[XPASS(strict)] DEF-12")
        assert check_status(self.known(strict)) is CheckStatus.PASSED

    def test_that_was_not_tried_is_a_skip(self) -> None:
        assert check_status(self.known(None)) is CheckStatus.SKIPPED

    def test_does_not_excuse_a_broken_set_up(self) -> None:
        broken = TestRecord(
            key="k", title="t", phases={"setup": failed(("builtins.KeyError",))}, known_fault="DEF-12"
        )
        assert check_status(broken) is CheckStatus.BROKEN


class TestReplay:
    """A failure that was tried again."""

    def attempts(self, *calls: PhaseRecord) -> bytes:
        return lines(
            *(
                TestRecord(
                    key="k",
                    title="t",
                    attempt=n,
                    phases={"setup": PASSED, "call": call},
                    artefacts=(f"raw/{n}",),
                )
                for n, call in enumerate(calls, start=1)
            )
        )

    def test_that_failed_again_counts_once_and_is_no_flake(self) -> None:
        found = read_results(self.attempts(failed(ASSERTION), failed(ASSERTION))).results
        assert [result.status for result in found] == [CheckStatus.FAILED]
        assert found[0].attempts == 1
        assert found[0].artefacts == ("raw/1", "raw/2")

    def test_that_passed_is_shown_as_a_possible_flake_with_what_it_said_first(self) -> None:
        found = read_results(self.attempts(failed(ASSERTION, "the total is wrong"), PASSED)).results[0]
        assert found.status is CheckStatus.PASSED
        assert found.attempts == 2
        assert found.message == "It did not pass at the first attempt: the total is wrong"


def test_messages_are_the_words_of_the_pack_first() -> None:
    said = "the total is £1 too high\nassert Decimal('1') == Decimal('2')"
    found = read_results(lines(record(setup=PASSED, call=failed(ASSERTION, said, "the trace")))).results[0]
    assert (found.message, found.detail) == ("the total is £1 too high", "the trace")


def test_messages_of_the_page_say_what_was_there_instead() -> None:
    said = "Locator expected to have text 'Home'\nActual value: Sign in\nCall log:\n - waiting"
    found = read_results(lines(record(setup=PASSED, call=failed(PAGE, said)))).results[0]
    assert found.message == "Locator expected to have text 'Home', but it is 'Sign in'"


def test_a_target_that_does_not_answer_is_said_to_be_down() -> None:
    down = failed(("httpx.ConnectError",), "[Errno 111] Connection refused")
    found = read_results(lines(record(setup=PASSED, call=down))).results[0]
    assert found.message.startswith("The system did not answer:")


def test_very_long_messages_are_cut() -> None:
    found = read_results(
        lines(record(setup=PASSED, call=failed(ASSERTION, "x" * 10_000, "y" * 50_000)))
    ).results[0]
    assert len(found.message) <= 600
    assert len(found.detail) <= 8000


SNAPSHOT = Snapshot(
    key="regression:snapshot:Home", title="Home", form=SnapshotForm.IMAGE, artefact="raw/x.png", sha256="a"
)
FINDING = Finding(
    key="regression:axe:Home:label", rule="axe:label", severity=Severity.CRITICAL, title="label", where="/"
)


def test_snapshots_and_findings_are_read_and_the_last_of_each_counts() -> None:
    again = Snapshot(
        key=SNAPSHOT.key, title="Home", form=SnapshotForm.IMAGE, artefact="raw/x.png", sha256="b"
    )
    found = read_results(lines(SNAPSHOT, FINDING, again))
    assert found.snapshots == (again,)
    assert found.findings == (FINDING,)


def test_a_file_cut_off_in_mid_line_keeps_what_is_whole_and_says_so() -> None:
    data = lines(SessionRecord(event="started"), record(test="k1"), record(test="k2"))
    found = read_results(data[:-20])
    assert [result.key for result in found.results] == ["k1"]
    assert found.unreadable == 1
    assert found.exit_code is None


def test_an_empty_file_is_no_evidence() -> None:
    found = read_results(b"")
    assert found.results == ()
    assert found.exit_code is None


def test_rubbish_and_unknown_records_are_counted_and_not_believed() -> None:
    found = read_results(b'\x00\xff\n{"kind":"test"}\n{"kind":"other"}\n[]\n' + lines(record(test="k")))
    assert found.unreadable == 4
    assert len(found.results) == 1


def test_the_session_tells_its_end_and_its_errors_once() -> None:
    error = SessionRecord(event="error", message="suites/test_x.py cannot be loaded")
    found = read_results(lines(error, error, SessionRecord(event="finished", exit_code=2)))
    assert found.errors == ("suites/test_x.py cannot be loaded",)
    assert found.exit_code == 2


@pytest.mark.parametrize("code", [0, 1])
def test_exit_codes_of_a_run_that_ran_mean_nothing_more(code: int) -> None:
    assert exit_meaning(code) == ""


@pytest.mark.parametrize(
    ("code", "meaning"),
    [(2, "interrupted"), (3, "internally"), (4, "options"), (5, "no test"), (-9, "signal 9"), (77, "77")],
)
def test_every_other_exit_code_is_a_reason(code: int, meaning: str) -> None:
    assert meaning in exit_meaning(code)


def planned(key: str, source: str = "suites/test_a.py:1") -> PlannedCheck:
    return PlannedCheck(key=key, stage="regression", title="t", priority=Priority.MUST, source=source)


def test_a_plan_is_sorted_by_key() -> None:
    plan = read_collected(Collected(checks=(planned("b"), planned("a"))), "regression")
    assert [check.key for check in plan.checks] == ["a", "b"]
    assert plan.problem == ""


@pytest.mark.parametrize(
    ("collected", "problem"),
    [
        (Collected(), "no test"),
        (Collected(problem="cannot be loaded"), "cannot be loaded"),
        (Collected(checks=(planned("a"), planned("a", "suites/b/test_a.py:7"))), "suites/b/test_a.py:7"),
    ],
)
def test_a_pack_that_cannot_be_planned_plans_nothing_and_says_why(collected: Collected, problem: str) -> None:
    plan = read_collected(collected, "regression")
    assert plan.checks == ()
    assert problem in plan.problem
