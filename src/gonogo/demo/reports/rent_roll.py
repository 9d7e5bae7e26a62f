"""The rent roll: one line for each current tenancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from gonogo.demo.db.models import Property, RentAccount, Tenancy
from gonogo.demo.money import plain_pounds
from gonogo.demo.reports.catalogue import Document
from gonogo.demo.reports.tables import csv_bytes
from gonogo.demo.services.charges import RENT_CODES, ChargeLine, charges_of, tenancy_weekly_pence
from gonogo.demo.uk_time import uk_date

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

_HEADINGS = (
    "Tenancy",
    "Tenant",
    "Address",
    "Postcode",
    "Start date",
    "Accounts",
    "Weekly rent",
    "Service charges",
    "Weekly total",
    "Balance",
)


def rent_roll(work: Work) -> Document:
    """The rent roll as CSV, by tenancy reference; the last line has the totals."""
    accounts = _active_accounts(work)
    query = (
        select(
            Tenancy.id,
            Tenancy.reference,
            Tenancy.tenant_name,
            Property.address,
            Property.postcode,
            Tenancy.started_on,
        )
        .join(Property, Property.id == Tenancy.property_id)
        .where(Tenancy.ended_on.is_(None))
        .order_by(Tenancy.reference)
    )
    rows: list[list[str]] = []
    sums = [0, 0, 0, 0]
    for tenancy_id, reference, tenant_name, address, postcode, started_on in work.session.execute(query):
        own = accounts.get(tenancy_id, [])
        figures = _figures(work, own)
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        rows.append(
            [reference, tenant_name, address, postcode, uk_date(started_on), str(len(own))]
            + [plain_pounds(figure) for figure in figures]
        )
    rows.append(["Total", "", "", "", "", "", *(plain_pounds(total) for total in sums)])
    headings = list(_HEADINGS)
    if work.build.has("report-rent-roll-column"):
        headings[headings.index("Weekly rent")] = "Weekly charge"
    return Document(
        filename=f"rent-roll-{work.today.isoformat()}.csv",
        media_type="text/csv; charset=utf-8",
        content=csv_bytes(headings, rows, ";" if work.build.has("report-rent-roll-semicolons") else ","),
    )


_Account = tuple[int, tuple[ChargeLine, ...]]


def _active_accounts(work: Work) -> dict[int, list[_Account]]:
    """Balance and charges of each active account, by tenancy, the dwelling's first."""
    charges = charges_of(work)
    query = (
        select(RentAccount.tenancy_id, RentAccount.id, RentAccount.balance_pence)
        .where(RentAccount.status == "active")
        .order_by(RentAccount.tenancy_id, RentAccount.kind, RentAccount.id)
    )
    found: dict[int, list[_Account]] = {}
    for tenancy_id, account_id, balance in work.session.execute(query):
        found.setdefault(tenancy_id, []).append((balance, charges.get(account_id, ())))
    return found


def _figures(work: Work, accounts: list[_Account]) -> list[int]:
    """Rent, service charges, both together, and the balance, over the accounts of one tenancy."""
    lines = [line for _, charges in accounts for line in charges]
    return [
        sum(line.weekly_pence for line in lines if line.code in RENT_CODES),
        sum(line.weekly_pence for line in lines if line.code not in RENT_CODES),
        tenancy_weekly_pence(work.build, [charges for _, charges in accounts]),
        sum(balance for balance, _ in accounts),
    ]
