"""Every run in one file: decisions, measurements, reliability and causes, run after run."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from tests.bundles import Bundle, failed, passed

from gonogo.cli.history import history_text
from gonogo.cli.main import run
from gonogo.history.database import FILE, rebuild
from gonogo.history.reading import HistoryAnswer, read_history
from gonogo.model import CheckStatus, ExitCode, Plan, Side, StagePlan
from gonogo.planning.assemble import assemble_plan

KEY = "uat:rents:See a balance"


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))


def judged(reports: Path, name: str, at: str, bundle: Bundle | None = None) -> None:
    """A run folder, judged on the command line as users do it."""
    made = bundle or Bundle()
    for stage, side in list(made.observations):
        made.header(stage, side, started_at=at)
    folder = made.write(reports, name)
    assert run(["judge", str(folder.path)]) in (ExitCode.GO, ExitCode.NO_GO, ExitCode.INCONCLUSIVE)


def with_failure(side: Side = Side.CANDIDATE, message: str = "The page shows £1.00") -> Bundle:
    bundle = Bundle()
    bundle.set("uat", side, failed(KEY, message))
    return bundle


def test_decisions_are_listed_in_the_order_of_time(tmp_path: Path) -> None:
    judged(tmp_path, "b-late", "2026-11-21T10:00:00Z", with_failure())
    judged(tmp_path, "c-early", "2026-11-20T10:00:00Z")
    found = read_history(tmp_path)
    assert [(r.run_id, r.decision, r.worse) for r in found.runs] == [
        ("c-early", "GO", 0),
        ("b-late", "NO_GO", 1),
    ]


def test_a_run_that_is_judged_again_is_there_once(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    run(["judge", str(tmp_path / "one")])
    assert len(read_history(tmp_path).runs) == 1


def test_a_check_that_flips_without_a_change_is_unreliable(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    judged(tmp_path, "two", "2026-11-21T10:00:00Z", with_failure())
    judged(tmp_path, "three", "2026-11-22T10:00:00Z")
    (flaky,) = read_history(tmp_path).unreliable
    assert (flaky.key, flaky.version, flaky.passed, flaky.failed, flaky.flips) == (KEY, "8.2", 2, 1, 2)
    assert "passed 2, failed 1, changed 2 times" in history_text(read_history(tmp_path))


@pytest.mark.parametrize("changed", ["version", "installation", "settings", "packs"])
def test_a_check_that_changes_with_the_version_or_the_definition_is_not_unreliable(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    other = with_failure()
    candidate = other.upgrade.candidate
    match changed:
        case "version":
            candidate = msgspec.structs.replace(candidate, version="8.3")
        case "installation":
            candidate = msgspec.structs.replace(candidate, prepare=(("install", "--fault", "x"),))
        case "settings":
            stages = tuple(msgspec.structs.replace(s, timeout_s=9.0) for s in other.upgrade.stages)
            other.upgrade = msgspec.structs.replace(other.upgrade, stages=stages)
        case "packs":
            monkeypatch.setattr("tests.bundles.assemble_plan", _with_packs)
    other.upgrade = msgspec.structs.replace(other.upgrade, candidate=candidate)
    judged(tmp_path, "two", "2026-11-21T10:00:00Z", other)
    assert read_history(tmp_path).unreliable == ()


def _with_packs(plans: tuple[StagePlan, ...], sides: tuple[Side, ...]) -> Plan:
    return assemble_plan(plans, sides, "sha256:other")


def test_what_did_not_run_is_counted_and_is_no_flip(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    bundle = Bundle()
    bundle.set("uat", Side.CANDIDATE, passed(KEY, status=CheckStatus.BROKEN))
    judged(tmp_path, "two", "2026-11-21T10:00:00Z", bundle)
    found = next(r for r in read_history(tmp_path).reliability if (r.key, r.version) == (KEY, "8.2"))
    assert (found.passed, found.not_run, found.flips) == (1, 1, 0)


def test_each_measurement_has_its_values_run_by_run(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    judged(tmp_path, "two", "2026-11-21T10:00:00Z")
    trend = next(t for t in read_history(tmp_path).trends if t.key == "load:Rent search:p95_ms")
    assert (trend.runs, trend.baseline, trend.candidate) == (("one", "two"), (60.0, 60.0), (60.0, 60.0))
    assert "Rent search p95_ms: 60 ms → 60 ms, 60 ms → 60 ms" in history_text(read_history(tmp_path))


def test_a_cause_met_in_two_runs_is_recognised(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z", with_failure())
    judged(tmp_path, "two", "2026-11-21T10:00:00Z", with_failure(message="The page shows £7.00"))
    judged(tmp_path, "three", "2026-11-22T10:00:00Z")
    (cause,) = read_history(tmp_path).causes
    assert (cause.runs, cause.is_in_latest, cause.blames) == (("one", "two"), False, ("candidate",))


def test_the_history_can_be_made_again_from_the_run_folders(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    judged(tmp_path, "two", "2026-11-21T10:00:00Z", with_failure())
    before = read_history(tmp_path)
    (tmp_path / FILE).unlink()
    assert read_history(tmp_path) == before
    (tmp_path / FILE).write_bytes(b"")
    assert read_history(tmp_path) == before
    (tmp_path / "two" / "verdict.json").write_text("{", encoding="utf-8")
    assert rebuild(tmp_path) == ("two",)
    assert [r.run_id for r in read_history(tmp_path).runs] == ["one"]


def test_runs_from_before_there_was_a_history_are_in_it(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    (tmp_path / FILE).unlink()
    judged(tmp_path, "two", "2026-11-21T10:00:00Z")
    assert [r.run_id for r in read_history(tmp_path).runs] == ["one", "two"]


def test_a_history_of_another_version_is_made_again(tmp_path: Path) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("pragma user_version = 99")
    judged(tmp_path, "two", "2026-11-21T10:00:00Z")
    assert [r.run_id for r in read_history(tmp_path).runs] == ["one", "two"]


def test_a_damaged_history_is_said_and_costs_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Bundle().write(tmp_path)
    (tmp_path / FILE).write_text("this is no database", encoding="utf-8")
    assert run(["judge", str(folder.path)]) == ExitCode.GO
    assert "the history does not have this run" in capsys.readouterr().err
    assert run(["history", "--reports", str(tmp_path)]) == ExitCode.INCONCLUSIVE
    assert run(["history", "--reports", str(tmp_path), "--rebuild"]) == ExitCode.GO


def test_the_answer_is_given_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged(tmp_path, "one", "2026-11-20T10:00:00Z")
    capsys.readouterr()
    assert run(["history", "--reports", str(tmp_path), "--format", "json"]) == ExitCode.GO
    data = capsys.readouterr().out
    assert json.loads(data)["schema"] == "gonogo.history/1"
    assert msgspec.json.decode(data, type=HistoryAnswer).runs[0].run_id == "one"


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run(["history", "--reports", str(tmp_path / "nothing")]) == ExitCode.USAGE
