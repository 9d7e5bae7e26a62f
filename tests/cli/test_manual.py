"""`gonogo uat out`, `gonogo uat in` and `gonogo import` from outside."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from tests.manual.samples import filled_workbook
from tests.manual.test_importing import ROWS, workbook

from gonogo.cli.main import run
from gonogo.manual.keeping import RESULTS, read_walks
from gonogo.manual.layout import Column
from gonogo.manual.records import Build, Script, script_of
from gonogo.model import ExitCode, ManualStep, PlannedCheck

TOML = """
[system]
name = "Parish Ledger"
[identity]
path = "/"
pattern = 'Version (\\S+)'
[baseline]
version = "1.0"
url = "http://127.0.0.1:9"
[candidate]
version = "2.0"
url = "http://127.0.0.1:9"
[stages.uat]
"""
FEATURE = """
@manual
Feature: Letters
  Scenario: Print a statement
    When I print it
    Then the logo is in colour
    When I fold it
    Then the address shows
"""
STEPS = """
from behave import step
@step('I open "{page}"')
@step('I press "{name}"')
@step('I see "{text}"')
@step('I see the message "{text}"')
def passes(context, **_): pass
"""
BUILD = Build(system="Parish Ledger", version="2.0")
SCRIPT: Script = script_of(
    PlannedCheck(
        key="uat:letters:Print a statement",
        stage="uat",
        title="Print a statement",
        feature="Letters",
        is_manual=True,
        steps=(
            ManualStep(action="I print it", expected="the logo is in colour"),
            ManualStep(action="I fold it", expected="the address shows"),
        ),
    )
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    features = tmp_path / "project" / "features"
    (features / "steps").mkdir(parents=True)
    (features / "letters.feature").write_text(FEATURE, encoding="utf-8")
    (features / "steps" / "all.py").write_text(STEPS, encoding="utf-8")
    (tmp_path / "project" / "gonogo.toml").write_text(TOML, encoding="utf-8")
    return tmp_path / "project"


def hand_in(root: Path, name: str = "back.xlsx", **fields: object) -> Path:
    path = root / name
    path.write_bytes(filled_workbook((SCRIPT,), **{"build": BUILD, **fields}))  # type: ignore[arg-type]
    return path


def test_out_writes_both_workbooks_and_the_kit(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [root / "t.xlsx", root / "t.ods", root / "kit" / "manual-tests-2.0.html"]
    code = run(
        [
            "uat",
            "out",
            "-C",
            str(root),
            "--to",
            str(wanted[0]),
            "--to",
            str(wanted[1]),
            "--kit",
            str(root / "kit"),
        ]
    )
    assert code == ExitCode.GO
    assert all(path.stat().st_size > 1000 for path in wanted)
    assert [Path(line).name for line in capsys.readouterr().out.split()] == [path.name for path in wanted]


@pytest.mark.parametrize("arguments", [[], ["--to", "tests.docx"]])
def test_out_says_what_it_can_write(root: Path, arguments: list[str]) -> None:
    assert run(["uat", "out", "-C", str(root), *arguments]) == ExitCode.USAGE


def test_out_without_a_manual_scenario_says_how_to_get_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "features" / "letters.feature"
    file.write_text(FEATURE.replace("@manual", "@must"), encoding="utf-8")
    assert run(["uat", "out", "-C", str(root), "--to", str(root / "t.xlsx")]) == ExitCode.USAGE
    assert "No scenario is tagged @manual" in capsys.readouterr().err


def test_in_takes_results_once_and_says_what_they_come_to(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(root)
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    told = capsys.readouterr()
    assert "back.xlsx: 2 results by A. Tester on Parish Ledger 2.0" in told.out
    assert "passed       Print a statement  (A. Tester)" in told.out
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    assert "0 results taken in; 2 were there already." in capsys.readouterr().err
    assert len(read_walks(root)) == 1


def test_in_says_how_many_pictures_it_took_from_a_workbook(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
    path = hand_in(root, finish=lambda _, steps: steps.insert_image(1, 7, "a.png", {"image_data": buffer}))
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    assert "back.xlsx: 2 results and 1 picture by A. Tester on Parish Ledger 2.0" in capsys.readouterr().out
    (mark, _) = read_walks(root)[0].marks
    assert [file.stem for file in (root / RESULTS / "pictures").iterdir()] == list(mark.pictures)


def test_testers_who_disagree_are_shown_and_the_worst_counts(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = hand_in(root)
    bad = hand_in(
        root,
        "other.xlsx",
        about={"Your name": "B. Tester"},
        change=lambda row: {**row, Column.RESULT: "Fail"},
    )
    assert run(["uat", "in", str(good), str(bad), "-C", str(root)]) == ExitCode.GO
    out = capsys.readouterr().out
    assert "failed       Print a statement  (A. Tester, B. Tester)" in out
    assert "step 1: testers disagree (A. Tester: pass; B. Tester: fail); fail counts" in out


def test_results_of_another_version_are_kept_but_said_not_to_count(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(root, build=Build(system="Parish Ledger", version="1.9"))
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    out = capsys.readouterr().out
    assert (
        "no evidence  Print a statement  It was walked on Parish Ledger 1.9, not on Parish Ledger 2.0." in out
    )


def test_preview_shows_the_columns_and_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(root, headings={Column.RESULT: "Pass/Fail"})
    assert run(["uat", "in", str(path), "-C", str(root), "--preview"]) == ExitCode.GO
    told = capsys.readouterr()
    assert "column “Pass/Fail” is read as “Result”" in told.out
    assert "Nothing was changed" in told.err
    assert not (root / RESULTS).exists()


def test_a_doubtful_column_is_taken_only_when_a_person_says_so(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(root, headings={Column.RESULT: "Resultat"})
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.USAGE
    assert not (root / RESULTS).exists()
    assert "doubtful" in capsys.readouterr().out
    assert run(["uat", "in", str(path), "-C", str(root), "--accept-columns"]) == ExitCode.GO
    assert len(read_walks(root)) == 1


def test_a_results_file_of_the_kit_is_taken_in(root: Path) -> None:
    kit = {
        "schema": "gonogo.manual-kit/1",
        "build": {"system": "Parish Ledger", "version": "2.0", "build": ""},
        "tester": "A. Tester",
        "walked_at": "2026-11-20T10:00:00.000Z",
        "marks": [
            {"script_id": SCRIPT.id, "script_digest": SCRIPT.digest, "step": n, "mark": "pass"}
            for n in (1, 2)
        ],
    }
    path = root / "back.json"
    path.write_text(json.dumps(kit), encoding="utf-8")
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    (walk,) = read_walks(root)
    assert walk.walked_at == "2026-11-20T10:00:00Z"


def test_import_writes_scenarios_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "team.xlsx"
    path.write_bytes(workbook(ROWS))
    assert run(["import", str(path), "-C", str(root)]) == ExitCode.GO
    assert "3 scenarios: 1 automatic, 2 by hand (@manual)." in capsys.readouterr().out
    written = (root / "features" / "rents.feature").read_text(encoding="utf-8")
    assert "@must @id:REN-012\n  Scenario: Take a payment" in written
    assert "@manual @could @id:REN-013" in written
    assert run(["import", str(path), "-C", str(root)]) == ExitCode.GO
    told = capsys.readouterr()
    assert "0 scenarios" in told.out
    assert "3 were there already" in told.err
    assert (root / "features" / "rents.feature").read_text(encoding="utf-8") == written


def test_import_stays_inside_the_project(root: Path) -> None:
    path = root / "team.xlsx"
    path.write_bytes(workbook(ROWS))
    assert run(["import", str(path), "-C", str(root), "--to", "../elsewhere"]) == ExitCode.USAGE
    assert not (root.parent / "elsewhere").exists()


def test_import_preview_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "team.xlsx"
    path.write_bytes(workbook(ROWS))
    assert run(["import", str(path), "-C", str(root), "--preview"]) == ExitCode.GO
    assert "would write features/rents.feature" in capsys.readouterr().out
    assert not (root / "features" / "rents.feature").exists()


def test_in_answers_in_json_as_well(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["uat", "in", str(hand_in(root)), "-C", str(root), "--format", "json"]) == ExitCode.GO
    standing = json.loads(capsys.readouterr().out)
    assert standing["schema"] == "gonogo.manual-standing/1"
    assert standing["build"]["version"] == "2.0"
    assert [(test["status"], test["testers"]) for test in standing["tests"]] == [("passed", ["A. Tester"])]


def test_a_build_number_makes_it_another_build(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = hand_in(root)
    settings = ["--set", "candidate.build=4711"]
    assert run(["uat", "in", str(path), "-C", str(root), *settings]) == ExitCode.GO
    assert "not on Parish Ledger 2.0 (build 4711)." in capsys.readouterr().out


def test_hostile_texts_do_nothing_to_the_terminal(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = hand_in(
        root,
        about={"Your name": "\x1b[31m<b>Ann</b>\x07"},
        change=lambda row: {**row, Column.RESULT: "\x1b]0;owned\x07maybe"},
    )
    assert run(["uat", "in", str(path), "-C", str(root)]) == ExitCode.GO
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "\x07" not in told.out + told.err
