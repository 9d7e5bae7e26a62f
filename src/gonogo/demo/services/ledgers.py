"""Rent accounts and their ledgers, read only.

A `reference` is that of an account (A000017, G000003) or of a tenancy (T000017), which means its dwelling's
account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from gonogo.demo.db.models import LedgerEntry, Property, RentAccount, Tenancy
from gonogo.demo.services.charges import ChargeLine, charges_of, tenancy_weekly_pence, weekly_pence
from gonogo.demo.services.work import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.listing import Found
    from gonogo.demo.services.work import Work

KIND_NAMES = {
    "rent": "Rent charge",
    "payment": "Payment",
    "benefit": "Housing benefit",
    "adjustment": "Adjustment",
    "writeoff": "Write-off",
    "refund": "Refund",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of the ledger with the balance after it; a positive amount is a debit."""

    id: int
    posted_on: date
    kind: str  # a key of KIND_NAMES
    description: str
    amount_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """A rent account; a positive balance is owed by the tenant.

    `tenancy_weekly_total_pence` is the weekly charge over all active accounts of the tenancy.
    """

    reference: str
    kind: str
    status: str
    tenancy_reference: str
    tenant_name: str
    address: str
    postcode: str
    opened_on: date
    closed_on: date | None
    payment_method: str
    arrears_stage: int
    charges: tuple[ChargeLine, ...]
    weekly_charge_pence: int
    tenancy_weekly_total_pence: int
    balance_pence: int
    last_payment_on: date | None
    last_payment_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Part of a ledger, newest first; `total` counts all lines that fit the filter."""

    rows: tuple[LedgerRow, ...]
    total: int


def find_account(work: Work, reference: str) -> RentAccount:
    """The account that a reference means. Raises NotFoundError."""
    query = select(RentAccount)
    if reference.startswith("T"):
        query = query.join(Tenancy, Tenancy.id == RentAccount.tenancy_id).where(
            Tenancy.reference == reference, RentAccount.kind == "dwelling"
        )
    else:
        query = query.where(RentAccount.reference == reference)
    account = work.session.scalar(query)
    if account is None:
        raise NotFoundError(f"There is no rent account {reference}")
    return account


def get_account(work: Work, reference: str) -> AccountView:
    """The account. Raises NotFoundError."""
    account = find_account(work, reference)
    query = (
        select(Tenancy.reference, Tenancy.tenant_name, Property.address, Property.postcode)
        .join(Property, Property.id == account.property_id)
        .where(Tenancy.id == account.tenancy_id)
    )
    tenancy_reference, tenant_name, address, postcode = work.session.execute(query).one()
    siblings = work.session.execute(
        select(RentAccount.id, RentAccount.status)
        .where(RentAccount.tenancy_id == account.tenancy_id)
        .order_by(RentAccount.kind, RentAccount.id)
    ).all()
    charges = charges_of(work, [row.id for row in siblings])
    active = [charges.get(row.id, ()) for row in siblings if row.status == "active"]
    own = charges.get(account.id, ())
    last = _last_payment(work, account.id)
    return AccountView(
        reference=account.reference,
        kind=account.kind,
        status=account.status,
        tenancy_reference=tenancy_reference,
        tenant_name=tenant_name,
        address=address,
        postcode=postcode,
        opened_on=account.opened_on,
        closed_on=account.closed_on,
        payment_method=account.payment_method,
        arrears_stage=account.arrears_stage,
        charges=own,
        weekly_charge_pence=weekly_pence(own),
        tenancy_weekly_total_pence=tenancy_weekly_pence(work.build, active),
        balance_pence=account.balance_pence,
        last_payment_on=None if last is None else last.posted_on,
        last_payment_pence=0 if last is None else -last.amount_pence,
    )


def _last_payment(work: Work, account_id: int) -> Found | None:
    query = (
        select(LedgerEntry.posted_on, LedgerEntry.amount_pence)
        .where(LedgerEntry.account_id == account_id, LedgerEntry.kind == "payment")
        .order_by(LedgerEntry.posted_on.desc(), LedgerEntry.id.desc())
        .limit(1)
    )
    return work.session.execute(query).first()


def ledger(
    work: Work,
    reference: str,
    *,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    per_page: int = 25,
) -> LedgerPage:
    """One page of the account's ledger, newest first. Balances are of the whole ledger, filtered or not.

    Both dates are included. Raises NotFoundError.
    """
    account = find_account(work, reference)
    sequence: list[ColumnElement[Any]] = [LedgerEntry.posted_on.expression, LedgerEntry.id.expression]
    if work.build.has("money-running-balance"):
        sequence.pop()
    running = func.sum(LedgerEntry.amount_pence).over(order_by=sequence)
    whole = (
        select(
            LedgerEntry.id,
            LedgerEntry.posted_on,
            LedgerEntry.kind,
            LedgerEntry.description,
            LedgerEntry.amount_pence,
            running.label("balance_pence"),
        )
        .where(LedgerEntry.account_id == account.id)
        .subquery()
    )
    query = select(whole, func.count().over().label("total"))
    if kind:
        query = query.where(whole.c.kind == kind)
    if since is not None:
        query = query.where(whole.c.posted_on >= since)
    if until is not None:
        query = query.where(whole.c.posted_on <= until)
    query = query.order_by(whole.c.posted_on.desc(), whole.c.id.desc())
    found = work.session.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
    if not found and page > 1:
        first = ledger(work, reference, kind=kind, since=since, until=until, per_page=1)
        return LedgerPage(rows=(), total=first.total)
    if work.build.has("performance-ledger-row-by-row"):
        for row in found:
            _balance_after(work, account.id, row)
    return LedgerPage(rows=tuple(ledger_row(row) for row in found), total=found[0].total if found else 0)


def _balance_after(work: Work, account_id: int, row: Found) -> int:
    """The balance after one line, asked of the database by itself."""
    before = (LedgerEntry.posted_on < row.posted_on) | (
        (LedgerEntry.posted_on == row.posted_on) & (LedgerEntry.id <= row.id)
    )
    query = select(func.sum(LedgerEntry.amount_pence)).where(LedgerEntry.account_id == account_id, before)
    return work.session.scalar(query) or 0


def ledger_row(row: Found) -> LedgerRow:
    """A line of the ledger out of a row of the database."""
    return LedgerRow(
        id=row.id,
        posted_on=row.posted_on,
        kind=row.kind,
        description=row.description,
        amount_pence=row.amount_pence,
        balance_pence=row.balance_pence,
    )
