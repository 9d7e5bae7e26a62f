"""The UAT stage with behave itself, on packs that need no browser."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest
from tests.stages.uat_harness import PACKS, Harness, by_key

from gonogo.model import CheckStatus, Discipline, ManualStep, Priority, ReasonCode, Side, StageStatus
from gonogo.model.errors import Interrupted
from gonogo.stages.behave_pool import can_fork

EXPECTED = {
    "uat:one:Passes": CheckStatus.PASSED,
    "uat:one:Fails": CheckStatus.FAILED,
    "uat:one:Breaks": CheckStatus.BROKEN,
    "uat:one:Has no steps": CheckStatus.EMPTY,
    "uat:one:Has a step that nothing defines": CheckStatus.UNDEFINED,
    "uat:one:Has a step that is not written yet": CheckStatus.UNDEFINED,
    "uat:one:Has a step that is not written yet but behave lets it pass": CheckStatus.UNDEFINED,
    "uat:one:Leaves itself out": CheckStatus.SKIPPED,
    "uat:one:Has a set-up that goes wrong": CheckStatus.BROKEN,
    "uat:one:Is refused by the system in its set-up": CheckStatus.FAILED,
    "uat:one:Has a clean-up that goes wrong": CheckStatus.BROKEN,
    "uat:one:Row of <word> #good": CheckStatus.PASSED,
    "uat:one:Row of <word> #bad": CheckStatus.FAILED,
    "uat:one:Has no examples": CheckStatus.EMPTY,
    "uat:two:Passes": CheckStatus.PASSED,
    "uat:two:Has only its background's steps": CheckStatus.EMPTY,
    "uat:deeper/one:Passes": CheckStatus.PASSED,
}


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    root = tmp_path / "project"
    shutil.copytree(PACKS / "statuses", root)
    return Harness(root=root, out=tmp_path / "run")


def feature(harness: Harness, text: str, name: str = "only") -> None:
    """Replace the pack's features by one."""
    for path in (harness.root / "features").rglob("*.feature"):
        path.unlink()
    (harness.root / "features" / f"{name}.feature").write_text(text, encoding="utf-8")


# --- the plan ----------------------------------------------------------------


def test_the_plan_lists_every_scenario_and_every_row_of_an_outline(harness: Harness) -> None:
    plan = harness.plan()
    assert plan.problem == ""
    assert {check.key for check in plan.checks} == {*EXPECTED, "uat:one:Is done by hand"}
    assert [check.key for check in plan.checks] == sorted(check.key for check in plan.checks)


def test_the_plan_takes_priority_discipline_and_area_from_the_pack(harness: Harness) -> None:
    checks = {check.key: check for check in harness.plan().checks}
    fails, passes = checks["uat:one:Fails"], checks["uat:two:Passes"]
    assert (fails.priority, fails.discipline, fails.feature) == (Priority.COULD, Discipline.MONEY, "One area")
    assert (passes.priority, passes.discipline) == (Priority.MUST, Discipline.FUNCTIONAL)
    assert checks["uat:one:Passes"].priority is Priority.SHOULD
    assert checks["uat:deeper/one:Passes"].priority is Priority.MUST
    assert fails.source == "features/one.feature:9"
    assert fails.tags == ("could", "discipline:money", "leaves-evidence", "should")


def test_the_plan_says_beforehand_what_will_be_no_evidence(harness: Harness) -> None:
    notes = {check.key: check.note for check in harness.plan().checks}
    assert notes["uat:one:Passes"] == ""
    assert "no steps" in notes["uat:one:Has no steps"]
    assert "'Then nobody knows what this means'" in notes["uat:one:Has a step that nothing defines"]
    assert notes["uat:one:Is done by hand"] == ""


def test_a_manual_scenario_is_planned_for_the_candidate_with_its_steps_and_not_run(harness: Harness) -> None:
    plan, outcomes = harness.run(Side.BASELINE, Side.CANDIDATE)
    manual = next(check for check in plan.checks if check.key == "uat:one:Is done by hand")
    assert manual.is_manual
    assert (manual.skip_reason, manual.sides) == ("", (Side.CANDIDATE,))
    assert manual.steps == (ManualStep(action="something"),)
    for side in outcomes:
        assert manual.key not in by_key(outcomes[side])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tags": "@no-such-tag"}, "No scenario is selected"),
        ({"tags": "@a and ("}, "behave could not load the scenarios"),
        ({"paths": ["elsewhere"]}, "There is no elsewhere in the project"),
    ],
)
def test_a_selection_of_nothing_is_a_problem_and_plans_nothing(
    harness: Harness, options: dict[str, object], said: str
) -> None:
    harness.options = dict(options)
    plan = harness.plan()
    assert said in plan.problem
    assert plan.checks == ()


def test_tags_select(harness: Harness) -> None:
    harness.options = {"tags": "@must and not @manual"}
    assert [check.key for check in harness.plan().checks] == ["uat:deeper/one:Passes"]


def test_a_feature_that_cannot_be_parsed_is_a_problem_that_names_the_file(harness: Harness) -> None:
    feature(harness, "Feature: X\n  Scenario: A\n    Then it holds\n  Nonsense: B\n")
    plan = harness.plan()
    assert "only.feature" in plan.problem
    assert plan.checks == ()


def test_steps_that_cannot_be_loaded_are_a_problem(harness: Harness) -> None:
    (harness.root / "features" / "steps" / "broken.py").write_text("import no_such_module_here\n")
    assert "no_such_module_here" in harness.plan().problem


def test_two_scenarios_of_one_name_are_a_problem(harness: Harness) -> None:
    feature(harness, "Feature: X\n" + "  Scenario: A\n    Then it holds\n" * 2)
    assert "Two scenarios have the same name" in harness.plan().problem


def test_an_unknown_discipline_is_a_problem_that_lists_those_there_are(harness: Harness) -> None:
    feature(harness, "Feature: X\n  @discipline:magic\n  Scenario: A\n    Then it holds\n")
    problem = harness.plan().problem
    assert "magic" in problem
    assert "money" in problem


def test_keys_name_no_line_so_that_moving_a_scenario_keeps_its_history(harness: Harness) -> None:
    text = "Feature: X\n  Scenario: A\n    Then it holds\n"
    feature(harness, text)
    before = harness.plan().checks[0]
    feature(harness, "# a remark\n\n" + text)
    after = harness.plan().checks[0]
    assert before.key == after.key
    assert before.source != after.source


# --- the run ----------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("share", ["features", "scenarios"])
def test_every_scenario_comes_to_what_it_really_was(harness: Harness, share: str, workers: int) -> None:
    harness.options = {"share": share, "workers": workers}
    _, outcomes = harness.run()
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.COMPLETED
    assert {key: result.status for key, result in by_key(outcome).items()} == EXPECTED


def test_allure_agrees_with_what_each_scenario_came_to(harness: Harness) -> None:
    harness.run()
    statuses = {}
    for path in (harness.raw() / "allure-results").glob("*-result.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        labels = {label["name"]: label["value"] for label in result["labels"]}
        statuses[labels["gonogo-key"]] = result["status"]
        assert labels["epic"] == "Parish Ledger 1.0"
        assert labels["parentSuite"] == "baseline: uat"
    broken = {CheckStatus.BROKEN, CheckStatus.EMPTY, CheckStatus.UNDEFINED}
    expected = {key: "broken" if status in broken else status.value for key, status in EXPECTED.items()}
    # allure-behave writes nothing for what was left out, or for an outline without examples
    for key in ("uat:one:Leaves itself out", "uat:one:Has no examples"):
        del expected[key]
    assert statuses == expected


def test_each_worker_runs_before_all_once_and_every_scenario_runs_once(harness: Harness) -> None:
    harness.options = {"workers": 2}
    harness.run()
    lines = (harness.raw() / "before_all.txt").read_text().splitlines()
    assert len(lines) == (2 if can_fork() else 1)
    keys = [
        json.loads(line).get("key") for line in (harness.raw() / "results.jsonl").read_text().splitlines()
    ]
    scenarios = [key for key in keys if key]
    assert len(scenarios) == len(set(scenarios)) == len(EXPECTED)


def test_a_failure_says_what_was_seen_and_where(harness: Harness) -> None:
    _, outcomes = harness.run()
    failed = by_key(outcomes[Side.BASELINE])["uat:one:Fails"]
    assert failed.message == "expected 2, saw 1"
    assert "Then it does not hold" in failed.detail
    assert failed.where == "GET /rents/17"
    assert failed.artefacts == ("raw/evidence/x/page.png",)
    assert (failed.priority, failed.discipline, failed.feature) == (
        Priority.COULD,
        Discipline.MONEY,
        "One area",
    )


def test_our_own_trouble_is_told_apart_from_the_systems(harness: Harness) -> None:
    _, outcomes = harness.run()
    results = by_key(outcomes[Side.BASELINE])
    assert results["uat:one:Breaks"].message == "The check could not be carried out: no such thing"
    assert "Expected to be let in, but the page refused" in (
        results["uat:one:Is refused by the system in its set-up"].message
    )
    assert results["uat:one:Has no steps"].message == "The scenario has no steps: nothing was checked."


def test_both_sides_run_at_once_when_there_are_workers_for_it(harness: Harness) -> None:
    harness.workers = 2
    feature(
        harness, "Feature: X\n" + "".join(f"  Scenario: S{n}\n    Given something slow\n" for n in range(5))
    )
    plan = harness.plan()
    started = time.monotonic()
    _, outcomes = harness.run(Side.BASELINE, Side.CANDIDATE, plan=plan)
    spans = {}
    for side in (Side.BASELINE, Side.CANDIDATE):
        assert len(by_key(outcomes[side])) == 5
        spans[side] = (harness.raw(side) / "job.json").stat().st_mtime
    assert abs(spans[Side.BASELINE] - spans[Side.CANDIDATE]) < 1.0 <= time.monotonic() - started


def test_progress_is_told_with_how_many_there_are(harness: Harness) -> None:
    feature(
        harness, "Feature: X\n" + "".join(f"  Scenario: S{n}\n    Given something slow\n" for n in range(4))
    )
    harness.run()
    told = [(event.done, event.total) for event in harness.events if event.kind == "progress"]
    assert told
    assert told == sorted(told)
    assert {total for _, total in told} == {4}


def test_a_tool_version_is_stated(harness: Harness) -> None:
    _, outcomes = harness.run()
    assert {tool.name for tool in outcomes[Side.BASELINE].tools} == {"behave", "playwright", "allure-behave"}


# --- when things go wrong ----------------------------------------------------------------


def test_a_run_that_takes_too_long_is_timed_out_and_keeps_what_had_ended(harness: Harness) -> None:
    feature(
        harness,
        "Feature: X\n  Scenario: A\n    Then it holds\n  Scenario: B\n    Given something that never ends\n",
    )
    harness.timeout_s = 2.5
    _, outcomes = harness.run()
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.TIMED_OUT
    assert outcome.reason_code is ReasonCode.STAGE_TIMED_OUT
    assert "2 s allowed" in outcome.reason
    assert list(by_key(outcome)) == ["uat:only:A"]


@pytest.mark.skipif(not can_fork(), reason="one worker only")
def test_a_worker_that_dies_makes_the_stage_errored_and_keeps_what_had_ended(harness: Harness) -> None:
    feature(
        harness,
        "Feature: X\n  Scenario: A\n    Then it holds\n  Scenario: B\n    Given the worker is killed\n",
    )
    (harness.root / "features" / "other.feature").write_text("Feature: Y\n  Scenario: C\n    Then it holds\n")
    harness.options = {"workers": 2}
    _, outcomes = harness.run()
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.ERRORED
    assert "ended by signal 9" in outcome.reason
    assert set(by_key(outcome)) == {"uat:only:A", "uat:other:C"}


def test_behave_killed_outright_is_errored_not_completed(harness: Harness) -> None:
    feature(
        harness,
        "Feature: X\n  Scenario: A\n    Then it holds\n  Scenario: B\n    Given the worker is killed\n",
    )
    _, outcomes = harness.run()
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.ERRORED
    assert list(by_key(outcome)) == ["uat:only:A"]


def test_a_pack_that_breaks_after_planning_is_errored_with_its_message(harness: Harness) -> None:
    plan = harness.plan()
    (harness.root / "features" / "steps" / "broken.py").write_text("import no_such_module_here\n")
    _, outcomes = harness.run(plan=plan)
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.ERRORED
    assert "no_such_module_here" in outcome.reason
    assert outcome.observations == ()


def test_a_before_all_that_fails_is_errored_and_nothing_counts(harness: Harness) -> None:
    (harness.root / "features" / "environment.py").write_text(
        "def before_all(context):\n    raise RuntimeError('no system to test')\n"
    )
    _, outcomes = harness.run()
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.ERRORED
    assert outcome.reason == "before_all failed: no system to test"
    assert outcome.observations == ()


def test_a_feature_whose_own_hook_fails_leaves_its_scenarios_broken(harness: Harness) -> None:
    (harness.root / "features" / "environment.py").write_text(
        "def before_feature(context, feature):\n    raise RuntimeError('no data')\n"
    )
    feature(harness, "Feature: X\n  Scenario: A\n    Then it holds\n")
    _, outcomes = harness.run()
    result = by_key(outcomes[Side.BASELINE])["uat:only:A"]
    assert result.status is CheckStatus.BROKEN
    assert "no data" in result.message


def test_a_project_that_tells_behave_to_do_nothing_yields_no_evidence(harness: Harness) -> None:
    plan = harness.plan()
    (harness.root / "behave.ini").write_text("[behave]\ndry_run = true\n")
    _, outcomes = harness.run(plan=plan)
    assert not [r for r in by_key(outcomes[Side.BASELINE]).values() if r.status.is_evidence]


def test_stopping_ends_behave_and_its_workers_and_keeps_the_record(harness: Harness) -> None:
    feature(
        harness,
        "Feature: X\n  Scenario: A\n    Then it holds\n  Scenario: B\n    Given something that never ends\n",
    )
    (harness.root / "features" / "other.feature").write_text(
        "Feature: Y\n  Scenario: C\n    Given something that never ends\n"
    )
    harness.options = {"workers": 2}
    plan = harness.plan()
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    results = harness.raw() / "results.jsonl"

    def stop_soon() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and not (results.exists() and results.stat().st_size):
            time.sleep(0.05)
        harness.stop.request()

    threading.Thread(target=stop_soon).start()
    with pytest.raises(Interrupted):
        harness.run(plan=plan)
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert '"uat:only:A"' in results.read_text()


@pytest.mark.parametrize("key", ["uat:two:Passes", "uat:one:Row of <word> #bad", "uat:one:Has no examples"])
def test_a_part_of_the_plan_runs_that_part_alone(harness: Harness, key: str) -> None:
    whole = harness.plan()
    chosen = tuple(check for check in whole.checks if check.key == key)
    _, outcomes = harness.run(plan=msgspec.structs.replace(whole, checks=chosen))
    outcome = outcomes[Side.BASELINE]
    assert outcome.status is StageStatus.COMPLETED
    assert {key: result.status for key, result in by_key(outcome).items()} == {key: EXPECTED[key]}
