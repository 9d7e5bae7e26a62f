"""Reports: what they say, and that they say it in the same bytes every time."""

from __future__ import annotations

import csv
import io

import pypdf
import pytest
import python_calamine
from tests.demo.data.conftest import Open

from gonogo.demo.money import parse_pounds
from gonogo.demo.reports import REPORTS, build_report
from gonogo.demo.services import rent_accounts
from gonogo.demo.services.work import InvalidError, NotFoundError, Work

BOTH = pytest.mark.parametrize("version", ["8.1", "8.2.1"])


def table(work: Work, filename: str) -> list[list[str]]:
    """A CSV report as rows, headings first."""
    return list(csv.reader(io.StringIO(build_report(work, filename).content.decode("utf-8-sig"))))


def sheet(work: Work, name: str) -> list[list[object]]:
    """A sheet of the arrears workbook as rows, headings first."""
    content = build_report(work, "arrears.xlsx").content
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [list(row) for row in book.get_sheet_by_name(name).to_python()]


def statement_text(work: Work, reference: str) -> str:
    """The text of a rent statement."""
    content = build_report(work, "statement.pdf", reference).content
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@BOTH
def test_the_rent_roll_lists_each_current_tenancy_and_its_totals_are_the_sums(
    open_build: Open, version: str
) -> None:
    with open_build(version).work() as work:
        headings, *rows, totals = table(work, "rent-roll.csv")
    assert headings[0] == "Tenancy"
    assert headings[6:] == ["Weekly rent", "Service charges", "Weekly total", "Balance"]
    assert len(rows) == 512
    for column in range(6, 10):
        assert sum(parse_pounds(row[column]) for row in rows) == parse_pounds(totals[column])
    assert all(parse_pounds(r[6]) + parse_pounds(r[7]) == parse_pounds(r[8]) for r in rows)


@BOTH
def test_the_arrears_workbook_has_each_account_in_arrears(open_build: Open, version: str) -> None:
    with open_build(version).work() as work:
        _, *rows = sheet(work, "Arrears")
        expected = rent_accounts.arrears(work, per_page=None)
    assert [row[0] for row in rows] == [row.reference for row in expected.rows]
    assert [round(float(str(row[6])) * 100) for row in rows] == [row.balance_pence for row in expected.rows]


def test_the_arrears_summary_has_carried_its_rounding_since_8_1(open_build: Open) -> None:
    with open_build("8.1").work() as old, open_build("8.2.1").work() as new:
        before, after = (round(float(str(sheet(work, "Summary")[-1][2])) * 100) for work in (old, new))
        exact = rent_accounts.arrears(new).total_pence
    assert before == after != exact


def test_the_repairs_report_lists_every_repair(open_build: Open) -> None:
    with open_build().work() as work:
        _, *rows = table(work, "repairs.csv")
    assert len(rows) == 420
    assert {row[6] for row in rows} == {"Emergency", "Urgent", "Routine"}


@BOTH
def test_a_statement_shows_the_ledger_and_the_balance(open_build: Open, version: str) -> None:
    with open_build(version).work() as work:
        text = statement_text(work, "T000050")
        account = rent_accounts.get_account(work, "T000050")
        entries = rent_accounts.ledger(work, "T000050", per_page=100).rows
    assert account.tenant_name in text
    assert text.count("Weekly charge from") == sum(entry.kind == "rent" for entry in entries)
    assert "15/11/2026\nDirect debit payment\n£451.62\n£101.22 CR" in text.replace(
        " Direct", "\nDirect"
    ).replace(" £", "\n£")
    assert "Balance on 20 November 2026" in text


def test_a_statement_of_8_2_adds_to_that_of_8_1_and_changes_none_of_it(open_build: Open) -> None:
    texts = []
    for version in ("8.1", "8.2.1"):
        with open_build(version).work() as work:
            texts.append(statement_text(work, "T000050").splitlines())
    assert [line for line in texts[1] if line in texts[0]] == texts[0]
    assert any("Grounds maintenance £2.50" in line for line in texts[1])


@BOTH
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: str(report.filename))
def test_a_report_has_the_same_bytes_each_time(open_build: Open, version: str, report: object) -> None:
    filename = report.filename  # type: ignore[attr-defined]
    made = []
    for _ in range(2):
        with open_build(version).work() as work:
            made.append(build_report(work, filename, "T000050").content)
    assert made[0] == made[1]


def test_8_2_1_reports_what_8_1_reported(open_build: Open) -> None:
    with open_build("8.1").work() as old, open_build("8.2.1").work() as new:
        for filename in ("rent-roll.csv", "repairs.csv", "arrears.xlsx"):
            assert build_report(new, filename).content == build_report(old, filename).content


def test_a_report_that_does_not_exist_or_lacks_its_reference_is_refused(open_build: Open) -> None:
    with open_build().work() as work:
        with pytest.raises(NotFoundError):
            build_report(work, "salaries.csv")
        with pytest.raises(InvalidError, match="Enter a tenancy reference"):
            build_report(work, "statement.pdf")
        with pytest.raises(NotFoundError):
            build_report(work, "statement.pdf", "T999999")


def test_text_that_a_spreadsheet_would_run_is_made_harmless(open_build: Open) -> None:
    database = open_build()
    with database.work() as work:
        work.session.connection().exec_driver_sql("UPDATE repair SET description = '=1+1' WHERE id = 1")
        assert table(work, "repairs.csv")[1][5] == "'=1+1"
