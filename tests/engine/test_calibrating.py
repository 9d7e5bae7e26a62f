"""The version in use compared with itself: the gate's own false alarms, counted and named."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engine.test_gate import KEY, FakeStage, greets, make_gate, target

from gonogo.engine import calibration_file
from gonogo.engine.calibrating import against_itself, calibrate
from gonogo.engine.gate import run_gate
from gonogo.model import (
    Calibration,
    CheckResult,
    CheckStatus,
    Decision,
    ExpectedChange,
    Side,
    StageSettings,
    StageStatus,
    Target,
)
from gonogo.model.errors import UsageError
from gonogo.stages.base import Services, SideContext, StageOutcome
from gonogo.store import RunFolder


def calibration(**changes: Any) -> Calibration:
    made = Calibration(
        system="Tiny",
        version="1.0",
        at="2026-11-20T10:00:00Z",
        decisions=(Decision.GO,) * 5,
        no_go_low=0.0,
        no_go_high=0.52,
        packs="sha256:aa",
        policy="sha256:bb",
    )
    return msgspec.structs.replace(made, **changes)


def test_the_candidate_is_a_second_installation_of_the_version_in_use(tmp_path: Path) -> None:
    options = {"code": {"baseline": "old", "candidate": "new", "config": "c"}, "paths": ["features"]}
    upgrade = make_gate(
        FakeStage(),
        tmp_path,
        stages=(StageSettings(stage="uat", options=options),),
        expected_changes=(ExpectedChange(key="*", reason="any", accepted_by="A"),),
    ).upgrade
    same = against_itself(upgrade)
    assert same.candidate == msgspec.structs.replace(upgrade.baseline, side=Side.CANDIDATE)
    assert same.stages[0].options == {
        "code": {"baseline": "old", "candidate": "old", "config": "c"},
        "paths": ["features"],
    }
    assert same.expected_changes == ()


def test_a_system_that_is_up_already_cannot_be_compared_with_itself(tmp_path: Path) -> None:
    up = Target(side=Side.BASELINE, version="1.0", url="http://127.0.0.1:9")
    with pytest.raises(UsageError, match="cannot be compared with itself"):
        against_itself(make_gate(FakeStage(), tmp_path, baseline=up).upgrade)


def test_no_comparison_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one"):
        calibrate(make_gate(FakeStage(), tmp_path), 0, tmp_path / "reports", lambda _: None)


def test_a_calibration_of_another_system_is_not_quoted(tmp_path: Path) -> None:
    calibration_file.keep(calibration(), tmp_path)
    assert calibration_file.latest(tmp_path, "Tiny") == calibration()
    assert calibration_file.latest(tmp_path, "Other") is None


@pytest.mark.slow
def test_false_alarms_are_counted_with_their_interval_and_named(tmp_path: Path) -> None:
    turn = itertools.count()

    def fails_the_fourth_time(context: SideContext, services: Services) -> StageOutcome:
        if next(turn) != 3:
            return greets(context, services)
        result = CheckResult(key=KEY, status=CheckStatus.FAILED, title="It greets", message="no greeting")
        return StageOutcome(status=StageStatus.COMPLETED, observations=(result,))

    said: list[str] = []
    gate = make_gate(FakeStage(act=fails_the_fourth_time), tmp_path)
    found = calibrate(gate, 3, tmp_path / "reports", said.append)
    assert found.decisions == (Decision.GO, Decision.NO_GO, Decision.GO)
    assert (found.false_no_go, found.version, found.stages) == (1, "1.0", ("uat",))
    assert found.no_go_low == pytest.approx(0.0084, abs=1e-4)
    assert found.no_go_high == pytest.approx(0.9057, abs=1e-4)
    assert found.unreliable[0].times == 1
    assert KEY in {check.key for check in found.unreliable}
    assert said == ["1 of 3: GO", "2 of 3: NO_GO", "3 of 3: GO"]


@pytest.mark.slow
def test_a_later_run_quotes_the_calibration_it_was_judged_beside(tmp_path: Path) -> None:
    calibration_file.keep(calibration(), tmp_path / "reports")
    gate = make_gate(FakeStage(), tmp_path, candidate=target(Side.CANDIDATE, "2.0"))
    result = run_gate(gate, RunFolder.create(tmp_path / "reports", "run"))
    assert result.dossier.calibration == calibration()
    calibration_file.keep(calibration(at="2027-01-01T00:00:00Z"), tmp_path / "reports")
    assert calibration_file.quoted(result.folder, "Tiny") == calibration()
