"""The workbook as XLSX, for Excel and whatever reads its files."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from gonogo.manual.defusing import to_cell
from gonogo.manual.layout import (
    COLUMNS,
    FILLED_IN,
    HIDDEN,
    READ_ME,
    RESULT_WORDS,
    STEPS,
    WIDTHS,
    Column,
    Note,
    read_me,
    step_rows,
)
from gonogo.manual.records import Build, Script

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BORDER = {"border": 1, "border_color": "#767676"}


def write_xlsx(build: Build, scripts: tuple[Script, ...], prepared_at: str) -> bytes:
    """The whole file. Same scripts and moment, same bytes.

    Args:
        prepared_at: ISO moment; it stands in the workbook and is its creation date.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **_OPTIONS})
    book.set_properties(
        {
            "title": to_cell(f"Manual tests of {build.name}"),
            "author": "gonogo",
            "created": datetime.fromisoformat(prepared_at).replace(tzinfo=None),
        }
    )
    formats = _formats(book)
    _read_me(book, formats, read_me(build, scripts, prepared_at))
    _steps(book, formats, scripts)
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "text_wrap": True, "font_size": 12, "num_format": "@"}
    return {
        "text": book.add_format({**top, **_BORDER}),
        "plain": book.add_format(top),
        "heading": book.add_format({**top, "bold": True, "font_size": 16, "text_wrap": False}),
        "label": book.add_format({**top, "bold": True}),
        "filled": book.add_format({**top, **_BORDER, "locked": False, "bg_color": "#FFFDE7"}),
        "head": book.add_format(
            {**top, **_BORDER, "bold": True, "bg_color": "#1D3557", "font_color": "#FFFFFF"}
        ),
    }


def _read_me(book: Any, formats: dict[str, Any], notes: tuple[Note, ...]) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 46)
    for row, note in enumerate(notes):
        is_pair = bool(note.value) or note.is_filled_in
        kind = "heading" if note.is_heading else ("label" if is_pair else "plain")
        if not note.is_heading and not is_pair:
            # a sentence runs on over the empty cell beside it: merged cells trouble screen readers
            sheet.write_string(row, 0, to_cell(note.text))
            continue
        sheet.write_string(row, 0, to_cell(note.text), formats[kind])
        if note.is_filled_in:
            sheet.write_blank(row, 1, None, formats["filled"])
        elif note.value:
            sheet.write_string(row, 1, to_cell(note.value), formats["text"])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _steps(book: Any, formats: dict[str, Any], scripts: tuple[Script, ...]) -> None:
    sheet = book.add_worksheet(STEPS)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.value, formats["head"])
        hidden = {"hidden": True} if column in HIDDEN else {}
        sheet.set_column(place, place, WIDTHS[column], None, hidden)
    count = 0
    for count, cells in enumerate(step_rows(scripts), start=1):
        for place, (column, text) in enumerate(zip(COLUMNS, cells, strict=True)):
            if column in FILLED_IN:
                sheet.write_blank(count, place, None, formats["filled"])
            else:
                sheet.write_string(count, place, to_cell(text), formats["text"])
    last = max(count, 1)
    result = COLUMNS.index(Column.RESULT)
    sheet.data_validation(
        1, result, last, result,
        {
            "validate": "list",
            "source": list(RESULT_WORDS.values()),
            "ignore_blank": True,
            "input_title": "Result",
            "input_message": "Pass, Fail or Blocked. Leave empty what you did not do.",
            "error_title": "Not a result",
            "error_message": "Choose Pass, Fail or Blocked, or leave the cell empty.",
        },
    )  # fmt: skip
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    # "objects" lets people paste screenshots.
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "objects": True})
    book.define_name("Steps_table", f"='{STEPS}'!$A$1:${chr(ord('A') + len(COLUMNS) - 1)}${last + 1}")
