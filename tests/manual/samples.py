"""Scripts, builds and filled-in workbooks for the tests of manual testing."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter

from gonogo.manual.defusing import to_cell
from gonogo.manual.layout import COLUMNS, READ_ME, STEPS, Column, read_me, step_rows
from gonogo.manual.records import Build, Mark, Script, StepMark, Walk, script_of
from gonogo.model import ManualStep, PlannedCheck, Priority

NOW = "2026-11-22T10:00:00Z"
BUILD = Build(system="Parish Ledger", version="2.0")
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1",
    "'=already quoted",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "../../etc/passwd",
    "ordinary text with £ and ünïcode",
)


def script(name: str = "Print a statement", steps: int = 3, **fields: Any) -> Script:
    words = fields.pop("words", None) or tuple(
        f"do thing {number} of {name}" for number in range(1, steps + 1)
    )
    return script_of(
        PlannedCheck(
            key=f"uat:by_hand:{name}",
            stage="uat",
            title=name,
            feature="Letters",
            priority=Priority.MUST,
            is_manual=True,
            steps=tuple(ManualStep(action=text, expected=f"see {text}") for text in words),
            **fields,
        )
    )


def by_id(*scripts: Script) -> dict[str, Script]:
    return {each.id: each for each in scripts}


def walk(
    of: Script, marks: Mapping[int, Mark], *, tester: str = "A. Tester", at: str = "2026-11-20", **fields: Any
) -> Walk:
    values: dict[str, Any] = {
        "key": of.key,
        "script_id": of.id,
        "script_digest": of.digest,
        "title": of.title,
        "build": BUILD,
        "taken_in_at": NOW,
        "marks": tuple(StepMark(step=step, mark=mark) for step, mark in marks.items()),
    }
    return Walk(**{**values, "tester": tester, "walked_at": at, **fields})


Change = Callable[[dict[Column, str]], dict[Column, str]]


def filled_workbook(
    scripts: tuple[Script, ...],
    change: Change = lambda row: {**row, Column.RESULT: "Pass"},
    *,
    build: Build = BUILD,
    headings: Mapping[Column, str] | None = None,
    about: Mapping[str, str] | None = None,
    finish: Callable[[Any, Any], object] = lambda _first, _steps: None,
) -> bytes:
    """A workbook as a tester sends it back: our sheets, each row changed, headings perhaps renamed.

    `finish` is given both sheets of xlsxwriter, to paste something.
    """
    names = {column: column.value for column in COLUMNS} | dict(headings or {})
    values = {"Your name": "A. Tester", "Date of testing": "2026-11-20"} | dict(about or {})
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        first, steps = book.add_worksheet(READ_ME), book.add_worksheet(STEPS)
        for row, note in enumerate(read_me(build, scripts, NOW)):
            first.write_string(row, 0, note.text)
            first.write_string(row, 1, values.get(note.text, note.value))
        for place, column in enumerate(COLUMNS):
            steps.write_string(0, place, names[column])
        for row, cells in enumerate(step_rows(scripts), start=1):
            changed = change(dict(zip(COLUMNS, cells, strict=True)))
            for place, column in enumerate(COLUMNS):
                steps.write_string(row, place, to_cell(changed[column]))
        finish(first, steps)
    return buffer.getvalue()
