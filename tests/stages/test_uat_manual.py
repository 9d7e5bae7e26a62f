"""Manual tests as evidence of the UAT stage, with behave itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from tests.stages.uat_harness import Harness, by_key

from gonogo.manual.keeping import RESULTS, keep
from gonogo.manual.pictures import as_png
from gonogo.manual.records import Build, Mark, Script, StepMark, Walk, script_of
from gonogo.model import CheckStatus, Side, StageStatus

FEATURE = """
Feature: Letters
  Background:
    Given I am at the printer

  @manual @must @id:REN-012
  Scenario: Print a statement
    When I print it
    Then the logo is in colour
    And nothing is cut off
      | side |
      | left |

  Scenario: By machine
    Then it holds
"""
STEPS = """
from behave import step
@step("I am at the printer")
@step("it holds")
def passes(context): pass
"""
KEY = "uat:letters:Print a statement"
NOW = "2026-11-22T10:00:00Z"


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    features = tmp_path / "project" / "features"
    (features / "steps").mkdir(parents=True)
    (features / "letters.feature").write_text(FEATURE, encoding="utf-8")
    (features / "steps" / "all.py").write_text(STEPS, encoding="utf-8")
    return Harness(root=tmp_path / "project", out=tmp_path / "run")


def record(
    harness: Harness, script: Script, mark: Mark, *, version: str = "1.0", tester: str = "A. Tester"
) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    digest, data = as_png(buffer.getvalue()) or ("", b"")
    marks = tuple(
        StepMark(step=n, mark=mark if n == 1 else Mark.PASS, note="It was grey", pictures=(digest,))
        for n in range(1, len(script.steps) + 1)
    )
    walk = Walk(
        key=script.key, script_id=script.id, script_digest=script.digest, title=script.title,
        build=Build(system="Parish Ledger", version=version), tester=tester, walked_at="2026-11-20",
        taken_in_at=NOW, marks=marks,
    )  # fmt: skip
    keep(harness.root, (walk,), {digest: data})
    return digest


def planned_script(harness: Harness) -> Script:
    return script_of(next(check for check in harness.plan().checks if check.key == KEY))


def test_steps_pair_what_is_done_with_what_is_to_be_seen(harness: Harness) -> None:
    script = planned_script(harness)
    assert [(step.action, step.expected) for step in script.steps] == [
        ("I am at the printer", ""),
        ("I print it", "the logo is in colour\nnothing is cut off\nside\nleft"),
    ]
    assert script.own_ids == ("REN-012",)


def test_what_a_tester_recorded_for_this_build_is_evidence_with_name_and_picture(harness: Harness) -> None:
    digest = record(harness, planned_script(harness), Mark.PASS)
    _, outcomes = harness.run(Side.CANDIDATE)
    outcome = outcomes[Side.CANDIDATE]
    seen = by_key(outcome)[KEY]
    assert (outcome.status, seen.status, seen.testers) == (
        StageStatus.COMPLETED,
        CheckStatus.PASSED,
        ("A. Tester",),
    )
    assert seen.artefacts == (f"raw/manual/{digest}.png",)
    assert (harness.raw(Side.CANDIDATE) / "manual" / f"{digest}.png").is_file()
    assert (harness.raw(Side.CANDIDATE) / "manual" / "walks.jsonl").is_file()
    assert "1 of 1 manual tests have a result on Parish Ledger 1.0." in outcome.notes


def test_a_failure_says_first_what_the_tester_saw(harness: Harness) -> None:
    record(harness, planned_script(harness), Mark.FAIL)
    seen = by_key(harness.run(Side.CANDIDATE)[1][Side.CANDIDATE])[KEY]
    assert seen.status is CheckStatus.FAILED
    assert seen.message == "It was grey (step 1, A. Tester)"


def test_a_result_of_another_version_is_no_evidence_and_is_said(harness: Harness) -> None:
    record(harness, planned_script(harness), Mark.PASS, version="0.9")
    seen = by_key(harness.run(Side.CANDIDATE)[1][Side.CANDIDATE])[KEY]
    assert seen.status is CheckStatus.SKIPPED
    assert seen.message == "It was walked on Parish Ledger 0.9, not on Parish Ledger 1.0."


def test_the_baseline_is_not_asked_but_evidence_of_it_counts(harness: Harness) -> None:
    record(harness, planned_script(harness), Mark.PASS, version="0.9")
    plan, outcomes = harness.run(Side.BASELINE)
    assert KEY not in by_key(outcomes[Side.BASELINE])
    record(harness, planned_script(harness), Mark.FAIL)
    harness.out = harness.out / "again"
    _, outcomes = harness.run(Side.BASELINE, plan=plan)
    assert by_key(outcomes[Side.BASELINE])[KEY].status is CheckStatus.FAILED


def test_the_worst_of_two_testers_counts_and_the_stage_notes_it(harness: Harness) -> None:
    script = planned_script(harness)
    record(harness, script, Mark.PASS)
    record(harness, script, Mark.BLOCKED, tester="B. Tester")
    outcome = harness.run(Side.CANDIDATE)[1][Side.CANDIDATE]
    assert by_key(outcome)[KEY].status is CheckStatus.BROKEN
    assert any("Testers disagree about 1" in note for note in outcome.notes)


def test_a_damaged_result_makes_the_stage_an_error_and_never_vanishes(harness: Harness) -> None:
    record(harness, planned_script(harness), Mark.FAIL)
    (file,) = (harness.root / RESULTS).glob("*.jsonl")
    file.write_bytes(b"{}\n")
    outcome = harness.run(Side.CANDIDATE)[1][Side.CANDIDATE]
    assert outcome.status is StageStatus.ERRORED
    assert "cannot be read at line 1" in outcome.reason
