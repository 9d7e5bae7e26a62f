"""What behave was seen to do is given its meaning; nothing but a scenario that really passed is a pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from behave.model_type import Status
from hypothesis import given
from hypothesis import strategies as st

from gonogo.model import CheckStatus, Discipline, PlannedCheck, Priority, StagePlan, from_json, to_line
from gonogo.readers.behave import check_status, discipline_of, priority_of, read_results, read_selection
from gonogo.readers.behave_records import (
    FaultRecord,
    ScenarioRecord,
    SelectedScenario,
    Selection,
    StepRecord,
    WorkerRecord,
)

RECORDED = Path(__file__).parents[1] / "recorded" / "behave" / "1.3.3"
ASSERTION = FaultRecord(step="Then it holds", kinds=("builtins.AssertionError",), message="saw 1")


def scenario(status: str = "passed", *steps: str, **more: object) -> ScenarioRecord:
    values: dict[str, object] = {
        "key": "uat:rents:A",
        "title": "A",
        "feature": "Rents",
        "own_steps": len(steps),
        "steps": tuple(StepRecord(text=f"Then step {n}", status=s) for n, s in enumerate(steps)),
        **more,
    }
    return ScenarioRecord(status=status, **values)  # type: ignore[arg-type]


def lines(*records: ScenarioRecord | WorkerRecord) -> bytes:
    return b"".join(to_line(record) for record in records)


def plan(*checks: PlannedCheck) -> StagePlan:
    return StagePlan(stage="uat", checks=checks)


FINISHED = WorkerRecord(worker=0, event="finished")
WORDS = st.sampled_from([status.name for status in Status])

# --- every word behave has ----------------------------------------------------------------

OF_A_SCENARIO = {
    "unknown": CheckStatus.BROKEN,
    "untested": CheckStatus.BROKEN,
    "executing": CheckStatus.BROKEN,
    "skipped": CheckStatus.SKIPPED,
    "passed": CheckStatus.PASSED,
    "xfailed": CheckStatus.BROKEN,
    "xpassed": CheckStatus.BROKEN,
    "failed": CheckStatus.FAILED,
    "error": CheckStatus.FAILED,  # with an assertion, as below
    "hook_error": CheckStatus.BROKEN,
    "cleanup_error": CheckStatus.BROKEN,
    "undefined": CheckStatus.BROKEN,
    "pending": CheckStatus.BROKEN,
    "pending_warn": CheckStatus.BROKEN,
    "untested_pending": CheckStatus.BROKEN,
    "untested_undefined": CheckStatus.BROKEN,
}
OF_A_STEP = {
    "unknown": CheckStatus.BROKEN,
    "untested": CheckStatus.SKIPPED,
    "executing": CheckStatus.BROKEN,
    "skipped": CheckStatus.SKIPPED,
    "passed": CheckStatus.PASSED,
    "xfailed": CheckStatus.BROKEN,
    "xpassed": CheckStatus.BROKEN,
    "failed": CheckStatus.BROKEN,
    "error": CheckStatus.BROKEN,
    "hook_error": CheckStatus.BROKEN,
    "cleanup_error": CheckStatus.BROKEN,
    "undefined": CheckStatus.UNDEFINED,
    "pending": CheckStatus.UNDEFINED,
    "pending_warn": CheckStatus.UNDEFINED,
    "untested_pending": CheckStatus.UNDEFINED,
    "untested_undefined": CheckStatus.UNDEFINED,
}


def test_no_word_of_behave_is_left_without_a_meaning() -> None:
    words = {status.name for status in Status}
    assert words == set(OF_A_SCENARIO) == set(OF_A_STEP)


@pytest.mark.parametrize(("word", "meaning"), OF_A_SCENARIO.items())
def test_every_status_of_a_scenario_means_one_thing(word: str, meaning: CheckStatus) -> None:
    assert check_status(scenario(word, "passed", fault=ASSERTION)) is meaning


@pytest.mark.parametrize(("word", "meaning"), OF_A_STEP.items())
def test_a_scenario_called_passed_is_one_only_if_every_step_passed(word: str, meaning: CheckStatus) -> None:
    assert check_status(scenario("passed", "passed", word)) is meaning


@given(
    st.sampled_from([s.name for s in Status]),
    st.lists(st.sampled_from([s.name for s in Status])),
    st.integers(0, 3),
)
def test_nothing_but_steps_that_all_passed_is_ever_a_pass(status: str, steps: list[str], own: int) -> None:
    record = scenario(status, *steps, own_steps=own, fault=ASSERTION)
    if check_status(record) is CheckStatus.PASSED:
        assert status == "passed"
        assert own > 0
        assert set(steps) == {"passed"}


def test_a_scenario_with_only_background_steps_checks_nothing() -> None:
    assert check_status(scenario("passed", "passed", own_steps=0)) is CheckStatus.EMPTY


# --- whose fault it was ----------------------------------------------------------------

PLAYWRIGHT = "playwright._impl._errors."
REFUSED = "gonogo.browsing.signing_in.SignInError"


@pytest.mark.parametrize(
    ("kinds", "message", "meaning"),
    [
        (("builtins.AssertionError",), "saw 1", CheckStatus.FAILED),
        (("gonogo.steps.errors.NotAsExpected", "builtins.AssertionError"), "Expected …", CheckStatus.FAILED),
        (("gonogo.steps.errors.CannotCheck",), "Nothing was noted", CheckStatus.BROKEN),
        (("gonogo.model.errors.ConfigError",), "no such role", CheckStatus.BROKEN),
        ((PLAYWRIGHT + "TimeoutError", PLAYWRIGHT + "Error"), "Locator.click: Timeout", CheckStatus.FAILED),
        ((PLAYWRIGHT + "Error",), "strict mode violation: 2 elements", CheckStatus.FAILED),
        ((PLAYWRIGHT + "Error",), "Page.goto: net::ERR_EMPTY_RESPONSE at …", CheckStatus.FAILED),
        ((PLAYWRIGHT + "Error",), "Page.goto: net::ERR_CONNECTION_REFUSED at …", CheckStatus.BROKEN),
        ((PLAYWRIGHT + "Error",), "Page.goto: net::ERR_CERT_AUTHORITY_INVALID", CheckStatus.BROKEN),
        ((PLAYWRIGHT + "Error",), "BrowserType.launch: Executable doesn't exist", CheckStatus.BROKEN),
        (
            (PLAYWRIGHT + "TargetClosedError", PLAYWRIGHT + "Error"),
            "browser has been closed",
            CheckStatus.BROKEN,
        ),
        (("builtins.KeyError", "builtins.LookupError"), "'x'", CheckStatus.BROKEN),
        ((), "", CheckStatus.BROKEN),
    ],
)
def test_an_exception_in_a_step_is_blamed_on_the_system_or_on_our_means(
    kinds: tuple[str, ...], message: str, meaning: CheckStatus
) -> None:
    fault = FaultRecord(step="Then x", kinds=kinds, message=message)
    assert check_status(scenario("error", "error", fault=fault)) is meaning


@pytest.mark.parametrize(
    ("hook", "kinds", "meaning"),
    [
        (
            "before_scenario",
            (REFUSED, "builtins.AssertionError"),
            CheckStatus.FAILED,
        ),
        ("before_scenario", ("gonogo.steps.errors.NotAsExpected",), CheckStatus.FAILED),
        ("before_scenario", ("builtins.AssertionError",), CheckStatus.BROKEN),
        ("after_scenario", ("gonogo.steps.errors.NotAsExpected",), CheckStatus.BROKEN),
        ("before_tag", ("builtins.RuntimeError",), CheckStatus.BROKEN),
    ],
)
def test_a_hook_that_fails_is_evidence_only_when_the_system_refused_the_set_up(
    hook: str, kinds: tuple[str, ...], meaning: CheckStatus
) -> None:
    fault = FaultRecord(hook=hook, kinds=kinds, message="no")
    assert check_status(scenario("hook_error", "untested", fault=fault)) is meaning


def test_an_assertion_in_a_hook_of_a_step_is_not_the_steps_own() -> None:
    fault = FaultRecord(step="Then x", hook="after_step", kinds=ASSERTION.kinds, message="no")
    assert check_status(scenario("error", "hook_error", fault=fault)) is CheckStatus.BROKEN


# --- reading a run ----------------------------------------------------------------


def test_the_recorded_run_reads_as_it_was() -> None:
    selection = from_json((RECORDED / "statuses.selection.json").read_bytes(), Selection, source="recording")
    planned = read_selection(selection, "uat")
    results = read_results((RECORDED / "statuses.results.jsonl").read_bytes(), planned)
    assert results.is_finished
    assert results.unreadable == 0
    assert {r.key for r in results.results} == {c.key for c in planned.checks if not c.is_manual}
    assert sum(r.status is CheckStatus.PASSED for r in results.results) == 4


def test_results_come_in_order_of_key_whatever_the_order_of_the_lines() -> None:
    records = [scenario("passed", "passed", key=f"uat:x:{n}") for n in (3, 1, 2)]
    keys = [r.key for r in read_results(lines(*records, FINISHED), plan()).results]
    assert keys == ["uat:x:1", "uat:x:2", "uat:x:3"]


def test_a_line_cut_off_in_the_middle_is_counted_and_the_others_are_kept() -> None:
    data = lines(scenario("passed", "passed"), scenario("passed", "passed", key="uat:x:2"))
    results = read_results(data[:-40], plan())
    assert [r.key for r in results.results] == ["uat:rents:A"]
    assert results.unreadable == 1
    assert not results.is_finished


@pytest.mark.parametrize("damage", [b"{}", b'{"kind":"scenario"}', b"\xff\xfe", b"null", b'{"kind":"other"}'])
def test_a_line_that_is_no_record_never_becomes_a_result(damage: bytes) -> None:
    results = read_results(damage + b"\n", plan())
    assert results.results == ()
    assert results.unreadable == 1


def test_no_lines_at_all_is_not_a_finished_run() -> None:
    assert not read_results(b"", plan()).is_finished


def test_a_run_is_finished_only_when_every_worker_says_so() -> None:
    failed = WorkerRecord(worker=1, event="failed", message="Worker 2 of 2 ended by signal 9.")
    assert read_results(lines(FINISHED), plan()).is_finished
    results = read_results(lines(FINISHED, failed), plan())
    assert not results.is_finished
    assert results.failures == ("Worker 2 of 2 ended by signal 9.",)


def test_a_scenario_that_ran_twice_counts_by_its_last_run_and_says_so() -> None:
    data = lines(scenario("failed", "failed", fault=ASSERTION), scenario("passed", "passed"), FINISHED)
    (result,) = read_results(data, plan()).results
    assert (result.status, result.attempts) == (CheckStatus.PASSED, 2)


def test_a_result_is_called_and_weighed_as_it_was_planned() -> None:
    check = PlannedCheck(
        key="uat:rents:A", stage="uat", title="Planned", priority=Priority.COULD, discipline=Discipline.MONEY
    )
    (result,) = read_results(lines(scenario("passed", "passed")), plan(check)).results
    assert (result.title, result.priority, result.discipline) == ("Planned", Priority.COULD, Discipline.MONEY)


def test_long_messages_are_cut() -> None:
    fault = FaultRecord(
        step="Then x", kinds=("builtins.AssertionError",), message="m" * 50_000, trace="t" * 50_000
    )
    (result,) = read_results(lines(scenario("failed", "failed", fault=fault)), plan()).results
    assert len(result.message) <= 600
    assert len(result.detail) <= 6000


# --- tags ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "inherited", "priority"),
    [
        ((), (), Priority.MUST),
        (("could",), ("must",), Priority.COULD),
        ((), ("should",), Priority.SHOULD),
        (("could", "must"), (), Priority.MUST),
        (("slow",), ("could",), Priority.COULD),
    ],
)
def test_a_scenarios_own_priority_wins_and_the_strictest_of_several(
    own: tuple[str, ...], inherited: tuple[str, ...], priority: Priority
) -> None:
    assert priority_of(own, inherited) is priority


def test_a_scenarios_own_discipline_wins() -> None:
    assert discipline_of(("discipline:money",), ("discipline:access",)) is Discipline.MONEY
    assert discipline_of((), ("discipline:access",)) is Discipline.ACCESS
    assert discipline_of(("must",), ()) is Discipline.FUNCTIONAL


def test_a_misspelt_discipline_is_refused() -> None:
    with pytest.raises(ValueError, match=r"mony.*money"):
        discipline_of(("discipline:mony",), ())


def test_a_selection_with_a_problem_plans_nothing() -> None:
    one = SelectedScenario(key="uat:x:A", title="A", feature="X", source="features/x.feature:3", own_steps=1)
    assert read_selection(Selection(scenarios=(one,)), "uat").checks
    assert read_selection(Selection(scenarios=(one,), problem="no"), "uat") == StagePlan(
        stage="uat", problem="no"
    )
