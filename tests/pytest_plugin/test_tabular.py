"""Files are what they say they are: no web page in a CSV, no line cut short."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from gonogo.pytest_plugin.tabular import Table, read_pdf_text

PAGE = b"<!DOCTYPE html><html><body>Sorry, there is a problem</body></html>"


def workbook(**sheets: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def test_a_csv_is_read_with_or_without_a_byte_order_mark() -> None:
    for content in (b"a,b\r\n1,2\r\n", "\ufeffa,b\n1,2\n".encode()):
        assert Table.of(content).records() == [{"a": "1", "b": "2"}]


def test_a_csv_of_an_older_system_is_read_too() -> None:
    assert Table.of("name\nRenée £5\n".encode("cp1252")).column("name") == ["Renée £5"]


@pytest.mark.parametrize(
    "page", [PAGE, b"\n  <html>", b"Ref,Rent\n<html><body>x</body></html>", PAGE.lower()]
)
def test_a_web_page_instead_of_a_file_is_found(page: bytes) -> None:
    with pytest.raises(AssertionError, match="is a web page"):
        Table.of(page)
    with pytest.raises(AssertionError, match=r"web page|not a PDF"):
        read_pdf_text(page)


def test_a_csv_with_a_line_of_another_length_is_refused_with_its_number() -> None:
    with pytest.raises(AssertionError, match="Line 3 of the CSV file has 1 values for 2 columns"):
        Table.of(b"a,b\n1,2\ncut\n")


def test_an_empty_file_is_no_table() -> None:
    with pytest.raises(AssertionError, match="empty"):
        Table.of(b"")


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    content = workbook(
        Arrears=[["Ref", "Balance", "Since"], ["A1", 12.5, date(2026, 11, 9)], ["A2", 3, ""]],
        Summary=[["Arrears report"], [], ["Stage", "Accounts"], ["One", 2]],
    )
    assert Table.of(content).records() == [
        {"Ref": "A1", "Balance": "12.5", "Since": "2026-11-09"},
        {"Ref": "A2", "Balance": "3", "Since": ""},
    ]
    assert Table.read_xlsx(content, "Summary").records() == [{"Stage": "One", "Accounts": "2"}]
    with pytest.raises(AssertionError, match="cannot be read"):
        Table.read_xlsx(content, "Nowhere")


def test_rows_of_a_query_become_a_table() -> None:
    assert Table.of([{"a": 1, "b": None}, {"a": 2.5}]).rows == (("1", ""), ("2.5", ""))


def test_a_table_of_a_page_is_found_by_its_caption() -> None:
    page = (
        "<table><caption> My  rents </caption><tr><th>Ref<th>Rent<tr><td>A1<td>£1.00"
        "<tr><td colspan=2>none</table>"
        "<table aria-label=Other><tr><th>X</table>"
    )
    table = Table.read_html(page, "My rents")
    assert table.columns == ("Ref", "Rent")
    assert table.rows == (("A1", "£1.00"), ("none", ""))
    with pytest.raises(AssertionError, match="no table 'Rents'; it has My rents, Other"):
        Table.read_html(page, "Rents")
    with pytest.raises(AssertionError, match="2 tables"):
        Table.read_html(page)


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(AssertionError, match="no column 'Rent'; there are Ref"):
        Table.of(b"Ref\nA\n").column("Rent")


def test_a_broken_pdf_is_a_failure_not_a_crash() -> None:
    with pytest.raises(AssertionError, match=r"cannot be read|no pages"):
        read_pdf_text(b"%PDF-1.4 and then nothing that makes sense")
