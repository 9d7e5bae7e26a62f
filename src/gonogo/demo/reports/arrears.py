"""The arrears report: a workbook with the accounts and a summary by arrears stage."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import TYPE_CHECKING

import xlsxwriter

from gonogo.demo.reports.catalogue import Document
from gonogo.demo.services.arrears import ArrearsRow, arrears
from gonogo.demo.uk_time import uk_long_date

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

STAGE_NAMES = ("No action", "First reminder", "Notice served", "Court")
_HEADINGS = (
    "Account",
    "Tenancy",
    "Tenant",
    "Address",
    "Stage",
    "Weekly charge",
    "Balance",
    "Weeks owed",
    "Last payment",
)
_WIDTHS = (10, 10, 36, 28, 16, 14, 14, 12, 14)
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def arrears_workbook(work: Work) -> Document:
    """Sheet "Arrears" has a row for each account in arrears, sheet "Summary" the totals by stage."""
    rows = arrears(work, per_page=None).rows
    if work.build.has("report-arrears-last-row"):
        rows = rows[:-1]
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    hour = 9 if work.build.varies("xlsx-properties") else 0
    book.set_properties(
        {
            "title": "Arrears",
            "author": "Meridian Housing",
            "created": datetime.combine(work.today, time(hour)),
        }
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "heading": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "£#,##0.00"}),
        "weeks": book.add_format({"num_format": "0.0"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
    }
    _accounts_sheet(book.add_worksheet("Arrears"), rows, formats)
    _summary_sheet(book.add_worksheet("Summary"), work, rows, formats)
    book.close()
    return Document(
        filename=f"arrears-{work.today.isoformat()}.xlsx", media_type=_MEDIA_TYPE, content=made.getvalue()
    )


def _accounts_sheet(
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: tuple[ArrearsRow, ...],
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    for column, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, formats["heading"])
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        sheet.write_string(number, 0, row.reference)
        sheet.write_string(number, 1, row.tenancy_reference)
        sheet.write_string(number, 2, row.tenant_name)
        sheet.write_string(number, 3, row.address)
        sheet.write_string(number, 4, STAGE_NAMES[row.arrears_stage])
        sheet.write_number(number, 5, row.weekly_charge_pence / 100, formats["money"])
        sheet.write_number(number, 6, row.balance_pence / 100, formats["money"])
        sheet.write_number(number, 7, row.weeks_tenths / 10, formats["weeks"])
        if row.last_payment_on is not None:
            sheet.write_datetime(number, 8, row.last_payment_on, formats["date"])


def _summary_sheet(
    sheet: xlsxwriter.worksheet.Worksheet,
    work: Work,
    rows: tuple[ArrearsRow, ...],
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 14)
    sheet.write_string(0, 0, f"Arrears on {uk_long_date(work.today)}", formats["title"])
    for column, heading in enumerate(("Stage", "Accounts", "Total")):
        sheet.write_string(2, column, heading, formats["heading"])
    total = 0
    for stage, name in enumerate(STAGE_NAMES):
        own = [row.balance_pence for row in rows if row.arrears_stage == stage]
        pence = _rounded_sum(own) if work.build.has("pre-arrears-summary-rounding") else sum(own)
        total += pence
        sheet.write_string(3 + stage, 0, name)
        sheet.write_number(3 + stage, 1, len(own))
        sheet.write_number(3 + stage, 2, pence / 100, formats["money"])
    end = 3 + len(STAGE_NAMES)
    sheet.write_string(end, 0, "Total", formats["heading"])
    sheet.write_number(end, 1, len(rows), formats["heading"])
    sheet.write_number(end, 2, total / 100, formats["money"])


def _rounded_sum(pence: list[int]) -> int:
    """The sum of balances each rounded to whole pounds."""
    return sum((amount + 50) // 100 * 100 for amount in pence)
