"""The list of arrears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gonogo.demo.db.models import LedgerEntry, Property, RentAccount, Tenancy
from gonogo.demo.services.charges import weekly_charges_of

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrearsRow:
    """An account in arrears; `weeks_tenths` is how many weeks are owed, in tenths, rounded down."""

    reference: str
    tenancy_reference: str
    tenant_name: str
    address: str
    arrears_stage: int
    weekly_charge_pence: int
    balance_pence: int
    weeks_tenths: int
    last_payment_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrearsPage:
    """One page of arrears, the highest balance first; the totals are over all pages."""

    rows: tuple[ArrearsRow, ...]
    total: int
    total_pence: int


def arrears(work: Work, *, minimum_pence: int = 1, page: int = 1, per_page: int | None = 25) -> ArrearsPage:
    """Active accounts that owe at least so much, the highest balance first, then by reference.

    `per_page=None` gives all of them.
    """
    owing = (RentAccount.status == "active", RentAccount.balance_pence >= max(1, minimum_pence))
    total, total_pence = work.session.execute(
        select(func.count(), func.coalesce(func.sum(RentAccount.balance_pence), 0)).where(*owing)
    ).one()
    paid_on = (
        select(func.max(LedgerEntry.posted_on))
        .where(LedgerEntry.account_id == RentAccount.id, LedgerEntry.kind == "payment")
        .scalar_subquery()
    )
    query = (
        select(
            RentAccount.id,
            RentAccount.reference,
            Tenancy.reference.label("tenancy_reference"),
            Tenancy.tenant_name,
            Property.address,
            RentAccount.arrears_stage,
            RentAccount.balance_pence,
            paid_on.label("paid_on"),
        )
        .join(Tenancy, Tenancy.id == RentAccount.tenancy_id)
        .join(Property, Property.id == RentAccount.property_id)
        .where(*owing)
        .order_by(RentAccount.balance_pence.desc(), RentAccount.reference)
    )
    if per_page is not None:
        query = query.limit(per_page).offset((page - 1) * per_page)
    found = work.session.execute(query).all()
    charges = weekly_charges_of(work, [row.id for row in found])
    rows = []
    for row in found:
        weekly = charges.get(row.id, 0)
        rows.append(
            ArrearsRow(
                reference=row.reference,
                tenancy_reference=row.tenancy_reference,
                tenant_name=row.tenant_name,
                address=row.address,
                arrears_stage=row.arrears_stage,
                weekly_charge_pence=weekly,
                balance_pence=row.balance_pence,
                weeks_tenths=row.balance_pence * 10 // weekly if weekly else 0,
                last_payment_on=row.paid_on,
            )
        )
    if work.build.has("money-arrears-total-page"):
        total_pence = sum(row.balance_pence for row in rows)
    return ArrearsPage(rows=tuple(rows), total=total, total_pence=total_pence)
