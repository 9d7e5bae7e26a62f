"""The rent statement: the accounts of one tenancy as they are sent to the tenant."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from gonogo.demo.db.models import RentAccount, Tenancy
from gonogo.demo.money import pounds
from gonogo.demo.reports.catalogue import Document
from gonogo.demo.reports.pdf import Sheet, pdf_bytes
from gonogo.demo.services.ledgers import find_account, ledger
from gonogo.demo.services.payment_plans import PlanRow, active_plan
from gonogo.demo.services.tenancies import AccountLine, TenancyView, get_tenancy
from gonogo.demo.uk_time import uk_date, uk_long_date

if TYPE_CHECKING:
    from gonogo.demo.services.ledgers import LedgerRow
    from gonogo.demo.services.work import Work

_LEFT = 50
_RIGHT = 545
_LINES_A_PAGE = 40
_LINE_HEIGHT = 14
_DEBIT, _CREDIT, _BALANCE = 390, 465, 545


def statement(work: Work, reference: str) -> Document:
    """The statement as PDF, for a tenancy or for one of its accounts; the newest transactions come last.

    Raises:
        NotFoundError: no such tenancy or account.
    """
    tenancy = get_tenancy(work, _tenancy_reference(work, reference))
    wanted = [a for a in tenancy.accounts if reference.startswith("T") or a.reference == reference]
    sheets: list[Sheet] = []
    for account in wanted:
        sheets += _account_sheets(work, tenancy, account)
    for number, sheet in enumerate(sheets, 1):
        sheet.text(_LEFT, 812, f"Page {number} of {len(sheets)}", size=8)
    varied = work.build.varies("pdf-metadata")
    # what the statement is of, and when, so that printing it again gives the same file
    what = f"{reference} {work.today.isoformat()} {'again' if varied else ''}"
    return Document(
        filename=f"statement-{reference}-{work.today.isoformat()}.pdf",
        media_type="application/pdf",
        content=pdf_bytes(
            sheets,
            title=f"Rent statement {reference}",
            producer="Meridian Statement Writer 2" if varied else "Meridian Housing",
            identifier=hashlib.sha256(what.encode()).hexdigest()[:32],
        ),
    )


def _tenancy_reference(work: Work, reference: str) -> str:
    account = find_account(work, reference)
    query = select(Tenancy.reference).join(RentAccount, RentAccount.tenancy_id == Tenancy.id)
    return work.session.execute(query.where(RentAccount.id == account.id)).scalar_one()


def _account_sheets(work: Work, tenancy: TenancyView, account: AccountLine) -> list[Sheet]:
    entries = ledger(work, account.reference, per_page=100_000).rows[::-1]
    sheets: list[Sheet] = []
    pages = [entries[start : start + _LINES_A_PAGE] for start in range(0, len(entries), _LINES_A_PAGE)] or [
        ()
    ]
    y = 0
    for page in pages:
        sheet = Sheet()
        y = _heading(sheet, work, tenancy, account) if not sheets else 60
        y = _entries(sheet, y, page)
        sheets.append(sheet)
    _ending(sheets[-1], y, work, account)
    return sheets


def _heading(sheet: Sheet, work: Work, tenancy: TenancyView, account: AccountLine) -> int:
    sheet.text(_LEFT, 60, "Eastmere Homes", size=16, bold=True)
    sheet.text(_LEFT, 82, "Rent statement", size=13, bold=True)
    for number, line in enumerate((tenancy.tenant_name, tenancy.address, tenancy.town, tenancy.postcode)):
        sheet.text(_LEFT, 108 + 12 * number, line)
    facts = (
        ("Statement date", uk_long_date(work.today)),
        ("Account", account.reference),
        ("Property", account.address),
        ("Weekly charge", pounds(account.weekly_charge_pence)),
        ("Balance", balance_text(account.balance_pence)),
    )
    for number, (name, value) in enumerate(facts):
        sheet.text(330, 108 + 12 * number, f"{name}:", bold=True)
        sheet.text(420, 108 + 12 * number, value)
    return 190


def _entries(sheet: Sheet, y: int, entries: tuple[LedgerRow, ...]) -> int:
    sheet.text(_LEFT, y, "Date", bold=True)
    sheet.text(115, y, "Transaction", bold=True)
    for right, name in ((_DEBIT, "Debit"), (_CREDIT, "Credit"), (_BALANCE, "Balance")):
        sheet.figures(right, y, name, bold=True)
    sheet.line(_LEFT, y + 4, _RIGHT)
    for entry in entries:
        y += _LINE_HEIGHT
        sheet.text(_LEFT, y, uk_date(entry.posted_on))
        sheet.text(115, y, entry.description[:45])
        if entry.amount_pence >= 0:
            sheet.figures(_DEBIT, y, pounds(entry.amount_pence))
        else:
            sheet.figures(_CREDIT, y, pounds(-entry.amount_pence))
        sheet.figures(_BALANCE, y, balance_text(entry.balance_pence))
    sheet.line(_LEFT, y + 4, _RIGHT)
    return y + 2 * _LINE_HEIGHT


def _ending(sheet: Sheet, y: int, work: Work, account: AccountLine) -> None:
    if not work.build.has("report-statement-no-balance"):
        sheet.text(_LEFT, y, f"Balance on {uk_long_date(work.today)}", bold=True)
        sheet.figures(_BALANCE, y, balance_text(account.balance_pence), bold=True)
    if not work.build.release.has_payment_plans:
        return
    # 8.2 says more, below all that 8.1 said
    y += 2 * _LINE_HEIGHT
    if account.charges:
        parts = ", ".join(f"{line.name} {pounds(line.weekly_pence)}" for line in account.charges)
        sheet.text(_LEFT, y, f"Weekly charge: {parts}", size=8)
    plan = active_plan(work, account.reference)
    if plan is not None:
        sheet.text(_LEFT, y + 12, _plan_text(plan), size=8)


def _plan_text(plan: PlanRow) -> str:
    return (
        f"Payment plan {plan.reference}: {pounds(plan.instalment_pence)} {plan.frequency.lower()} from "
        f"{uk_long_date(plan.starts_on)}"
    )


def balance_text(pence: int) -> str:
    """A balance; what the landlord owes is marked CR."""
    return f"{pounds(-pence)} CR" if pence < 0 else pounds(pence)
