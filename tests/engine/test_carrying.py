"""Evidence of the version in use that an earlier run gathered serves again, where the test is the same."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engine.test_gate import KEY, Act, FakeStage, greets, make_gate, target

from gonogo.engine.definition import Earlier, Gate, Result
from gonogo.engine.gate import judge_folder, run_gate
from gonogo.model import (
    Change,
    CheckResult,
    CheckStatus,
    Decision,
    Side,
    StageSettings,
    StageStatus,
)
from gonogo.model.errors import EvidenceError
from gonogo.stages.base import Project, Services, SideContext, StageOutcome
from gonogo.store import RunFolder

pytestmark = pytest.mark.slow


def fails_on_the_candidate(context: SideContext, services: Services) -> StageOutcome:
    outcome = greets(context, services)
    if context.side is Side.BASELINE:
        return outcome
    result = CheckResult(key=KEY, status=CheckStatus.FAILED, title="It greets", message="no greeting")
    return changed_outcome(outcome, observations=(result,))


def changed_outcome(outcome: StageOutcome, **changes: Any) -> StageOutcome:
    return dataclasses.replace(outcome, **changes)


def first_run(tmp_path: Path) -> Result:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "greeting.feature").write_text("Feature: Greeting\n", encoding="utf-8")
    return run_gate(make_gate(FakeStage(), tmp_path), RunFolder.create(tmp_path / "reports", "first"))


def second_gate(tmp_path: Path, first: Result, stage: FakeStage, **changes: Any) -> Gate:
    gate = make_gate(stage, tmp_path, **changes)
    return dataclasses.replace(gate, earlier=Earlier(folder=first.folder, stages=frozenset({"uat"})))


def test_only_the_upgrade_is_exercised_and_the_verdict_counts_in_full(tmp_path: Path) -> None:
    first = first_run(tmp_path)
    stage = FakeStage(act=fails_on_the_candidate)
    folder = RunFolder.create(tmp_path / "reports", "second")
    result = run_gate(second_gate(tmp_path, first, stage), folder)
    assert stage.ran == [Side.CANDIDATE]
    assert result.verdict.decision is Decision.NO_GO
    changed = {d.key: d.change for d in result.dossier.comparison.differences}
    assert changed[KEY] is Change.REGRESSED
    assert result.dossier.comparison.problems == ()
    again, _ = judge_folder(RunFolder.open(folder.path), generated_at="2030-01-01T00:00:00Z")
    assert again == result.verdict


def test_a_stage_that_exercises_both_sides_finds_like_data(tmp_path: Path) -> None:
    """The upgrade's system was written to by the stage before, the one of the version in use was not."""
    used: dict[tuple[str, Side], str] = {}

    def both(earlier: Earlier | None, folder: str) -> Result:
        def acts(stage: str) -> Act:
            def act(context: SideContext, services: Services) -> StageOutcome:
                used[stage, context.side] = context.url
                return greets(context, services)

            return act

        later = FakeStage(act=acts("load"), name="load", is_exclusive=True, order=20)
        settings = (StageSettings(stage="uat"), StageSettings(stage="load"))
        gate = make_gate(FakeStage(act=acts("uat")), tmp_path, stages=settings)
        gate = dataclasses.replace(gate, stages={**gate.stages, "load": later}, earlier=earlier)
        return run_gate(gate, RunFolder.create(tmp_path / "reports", folder))

    (tmp_path / "features").mkdir()
    first = both(None, "first")
    assert used["load", Side.CANDIDATE] == used["uat", Side.CANDIDATE]
    used.clear()
    both(Earlier(folder=first.folder, stages=frozenset({"uat"})), "second")
    assert ("uat", Side.BASELINE) not in used
    assert used["load", Side.CANDIDATE] != used["uat", Side.CANDIDATE]
    assert used["load", Side.BASELINE] != used["load", Side.CANDIDATE]


def test_what_was_carried_over_names_the_run_and_its_digest(tmp_path: Path) -> None:
    first = first_run(tmp_path)
    folder = RunFolder.create(tmp_path / "reports", "second")
    run_gate(second_gate(tmp_path, first, FakeStage()), folder)
    header = next(
        run.header
        for run in folder.read_runs()
        if (run.header.stage, run.header.side) == ("uat", Side.BASELINE)
    )
    assert header.carried_from is not None
    assert header.carried_from.run_id == "first"
    sealed = first.folder.stage_folder("uat", Side.BASELINE) / "stage.json"
    assert header.carried_from.header_sha256 == hashlib.sha256(sealed.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"baseline": target(Side.BASELINE, "1.1")}, "baseline was defined otherwise"),
        ({"stages": (StageSettings(stage="uat", timeout_s=7),)}, "uat stage was set otherwise"),
    ],
    ids=["another version in use", "other settings"],
)
def test_evidence_of_another_test_is_refused_before_anything_starts(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    first = first_run(tmp_path)
    stage = FakeStage()
    with pytest.raises(EvidenceError, match=said):
        run_gate(
            second_gate(tmp_path, first, stage, **changes), RunFolder.create(tmp_path / "reports", "second")
        )
    assert stage.ran == []


def test_evidence_is_refused_when_a_pack_has_changed(tmp_path: Path) -> None:
    first = first_run(tmp_path)
    (tmp_path / "features" / "greeting.feature").write_text("Feature: Other\n", encoding="utf-8")
    with pytest.raises(EvidenceError, match="packs were others"):
        run_gate(second_gate(tmp_path, first, FakeStage()), RunFolder.create(tmp_path / "reports", "second"))


def test_damaged_evidence_is_not_carried_over(tmp_path: Path) -> None:
    first = first_run(tmp_path)
    page = first.folder.stage_folder("uat", Side.BASELINE) / "raw" / "page.txt"
    page.write_text("goodbye", encoding="utf-8")
    with pytest.raises(EvidenceError, match="missing or damaged"):
        run_gate(second_gate(tmp_path, first, FakeStage()), RunFolder.create(tmp_path / "reports", "second"))


def test_a_stage_that_did_not_complete_is_not_carried_over(tmp_path: Path) -> None:
    def gives_up(context: SideContext, services: Services) -> StageOutcome:
        return changed_outcome(greets(context, services), status=StageStatus.ERRORED)

    gate = make_gate(FakeStage(act=gives_up), tmp_path)
    first = run_gate(gate, RunFolder.create(tmp_path / "reports", "first"))
    with pytest.raises(EvidenceError, match="did not complete"):
        run_gate(second_gate(tmp_path, first, FakeStage()), RunFolder.create(tmp_path / "reports", "second"))


def test_packs_named_by_a_stage_count_wherever_they_are(tmp_path: Path) -> None:
    from gonogo.engine.packs import packs_digest

    (tmp_path / "elsewhere").mkdir()
    inside = tmp_path / "elsewhere" / "test_it.py"
    inside.write_text("1", encoding="utf-8")
    upgrade = make_gate(FakeStage(), tmp_path).upgrade
    settings = StageSettings(stage="uat", options={"paths": ["elsewhere"]})
    project = Project(
        root=tmp_path, upgrade=msgspec.structs.replace(upgrade, stages=(settings,)), python="python"
    )
    before = packs_digest(project)
    assert packs_digest(project) == before
    inside.write_text("2", encoding="utf-8")
    assert packs_digest(project) != before
