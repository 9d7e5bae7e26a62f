"""Workbooks as testers send them back."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest
import xlsxwriter
from tests.manual.samples import BUILD, HOSTILE, NOW, by_id, filled_workbook, script

from gonogo.manual.layout import Column
from gonogo.manual.merging import outcomes
from gonogo.manual.opening import open_workbook
from gonogo.manual.records import Mark, Script
from gonogo.manual.submissions import Submission, moment, read_workbook
from gonogo.manual.writing_ods import write_ods
from gonogo.manual.writing_xlsx import write_xlsx
from gonogo.model import CheckStatus
from gonogo.model.errors import UsageError

ONE, TWO = script(), script("Ring the supplier", 2)
WRITERS = [write_xlsx, write_ods]


def taken(data: bytes, *scripts: Script) -> Submission:
    return read_workbook(open_workbook(data, "sheet.xlsx"), by_id(*(scripts or (ONE, TWO))), NOW)


@pytest.mark.parametrize("write", WRITERS)
def test_a_workbook_nobody_filled_in_holds_no_result(write: Any) -> None:
    assert taken(write(BUILD, (ONE, TWO), NOW)).walks == ()


@pytest.mark.parametrize("write", WRITERS)
def test_every_text_and_id_is_read_as_it_was_written(write: Any) -> None:
    hostile = script("Hostile", words=HOSTILE)
    sheet = open_workbook(write(BUILD, (hostile,), NOW), "x").sheet("steps")
    assert sheet is not None
    assert [row[0] for row in sheet.rows[1:]] == [hostile.step_id(n) for n in range(1, len(HOSTILE) + 1)]
    for row, step in zip(sheet.rows[1:], hostile.steps, strict=True):
        assert row[5] == step.action.replace("\x1b[31m", "").replace("\x1b[0m", "").strip()


@pytest.mark.parametrize("write", WRITERS)
def test_no_cell_of_a_workbook_is_a_formula_or_begins_like_one(write: Any) -> None:
    data = write(BUILD, (script("=1+1", words=HOSTILE),), NOW)
    assert open_workbook(data, "x").formulas == 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    for beginning in "=+@":
        assert f"<t>{beginning}" not in text
        assert f"<text:p>{beginning}" not in text


def test_results_belong_to_the_build_and_tester_in_the_workbook() -> None:
    submission = taken(filled_workbook((ONE, TWO)))
    assert {walk.build for walk in submission.walks} == {BUILD}
    assert {(walk.tester, walk.walked_at) for walk in submission.walks} == {("A. Tester", "2026-11-20")}
    found = outcomes([ONE, TWO], submission.walks, BUILD)
    assert [outcome.status for outcome in found] == [CheckStatus.PASSED, CheckStatus.PASSED]


def test_a_row_may_name_another_tester_and_day() -> None:
    data = filled_workbook(
        (ONE,),
        lambda row: {**row, Column.RESULT: "fail", Column.TESTER: "B. Tester", Column.DATE: "19/11/2026"},
    )
    (walk,) = taken(data).walks
    assert (walk.tester, walk.walked_at) == ("B. Tester", "2026-11-19")


def test_renamed_columns_are_understood_by_synonym() -> None:
    names = {Column.RESULT: "Pass / Fail", Column.SEEN: "Actual Result", Column.STEP_ID: "STEP REF"}
    submission = taken(filled_workbook((ONE,), headings=names))
    assert submission.doubtful == ()
    assert len(submission.walks[0].marks) == 3


def test_a_column_that_only_looks_alike_is_doubtful() -> None:
    submission = taken(filled_workbook((ONE,), headings={Column.RESULT: "Resultat"}))
    assert [(column.heading, column.meaning) for column in submission.doubtful] == [
        ("Resultat", Column.RESULT)
    ]


def test_a_workbook_without_a_column_of_results_is_refused() -> None:
    with pytest.raises(UsageError, match="column of step ids and one of results"):
        taken(filled_workbook((ONE,), headings={Column.RESULT: "Something else"}))


def test_a_word_that_is_no_result_is_told_and_not_taken() -> None:
    submission = taken(filled_workbook((ONE,), lambda row: {**row, Column.RESULT: "probably"}))
    assert submission.walks == ()
    assert "“probably” is no result" in submission.remarks[0]


def test_a_result_without_a_name_is_told_and_not_taken() -> None:
    submission = taken(filled_workbook((ONE,), about={"Your name": ""}))
    assert submission.walks == ()
    assert "nobody's name" in submission.remarks[0]


def test_an_id_that_the_project_does_not_know_is_told_and_not_taken() -> None:
    submission = taken(filled_workbook((ONE, TWO)), ONE)
    assert [walk.script_id for walk in submission.walks] == [ONE.id]
    assert "there is no step “UAT-" in submission.remarks[0]


def test_edited_words_make_the_results_those_of_another_script() -> None:
    data = filled_workbook(
        (ONE,), lambda row: {**row, Column.RESULT: "Pass", Column.ACTION: "do something easier"}
    )
    (outcome,) = outcomes([ONE], taken(data).walks, BUILD)
    assert outcome.status is CheckStatus.SKIPPED
    assert "edited" in outcome.reason


def test_without_row_checks_the_words_themselves_say_which_script_it_was() -> None:
    data = filled_workbook((ONE,), lambda row: {**row, Column.RESULT: "Pass", Column.CHECK: ""})
    assert outcomes([ONE], taken(data).walks, BUILD)[0].status is CheckStatus.PASSED


def test_a_result_worked_out_by_a_formula_is_refused() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Steps").write_formula(0, 0, '=IF(TRUE,"Pass")', None, "Pass")
    with pytest.raises(UsageError, match="holds 1 formulas"):
        taken(buffer.getvalue())


def test_a_workbook_that_does_not_say_which_version_was_tested_is_refused() -> None:
    with pytest.raises(UsageError, match="does not say which version"):
        taken(filled_workbook((ONE,), about={"Version under test": ""}))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-20", "2026-11-20"),
        ("20/11/2026", "2026-11-20"),
        ("20 November 2026", "2026-11-20"),
        ("2026-11-20T09:30:00", "2026-11-20T09:30:00"),
        ("2099-01-01", NOW),
        ("2099-01-01T00:00:01Z", NOW),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_day_is_read_in_the_usual_forms_and_never_lies_in_the_future(text: str, read: str) -> None:
    assert moment(text, NOW) == read


def test_a_note_of_many_megabytes_is_cut() -> None:
    def change(row: dict[Column, str]) -> dict[Column, str]:
        return {**row, Column.RESULT: "Fail", Column.SEEN: "x" * 32_000}

    (walk,) = taken(filled_workbook((ONE,), change)).walks
    assert all(len(mark.note) <= 8_000 for mark in walk.marks)
    assert {mark.mark for mark in walk.marks} == {Mark.FAIL}


def test_five_thousand_steps_go_out_and_come_back_in_five_seconds() -> None:
    scripts = tuple(script(f"Test {number}", 5) for number in range(1000))
    started = time.process_time()
    workbooks = [write(BUILD, scripts, NOW) for write in WRITERS]
    submission = taken(filled_workbook(scripts), *scripts)
    assert all(open_workbook(data, "x").sheets for data in workbooks)
    assert sum(len(walk.marks) for walk in submission.walks) == 5000
    assert time.process_time() - started < 5


@pytest.mark.parametrize("write", WRITERS)
def test_same_scripts_and_moment_give_the_same_bytes(write: Any) -> None:
    assert write(BUILD, (ONE, TWO), NOW) == write(BUILD, (ONE, TWO), NOW)
