"""The search over names, references, addresses and postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ColumnElement, func, literal_column, or_, select

from gonogo.demo.db.models import Property, RentAccount, Tenancy
from gonogo.demo.services.charges import ChargeLine, charges_of, tenancy_weekly_pence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from gonogo.demo.releases import Build
    from gonogo.demo.services.listing import Found, Query
    from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One tenancy found. The weekly charge and the balance are sums over its active accounts."""

    reference: str
    tenant_name: str
    address: str
    postcode: str
    status: str  # current, ended
    started_on: date
    ended_on: date | None
    account_references: tuple[str, ...]
    weekly_charge_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results: page 1 is the first; `total` counts the tenancies on all pages."""

    rows: tuple[SearchRow, ...]
    total: int


def search(work: Work, term: str = "", *, status: str = "", page: int = 1, per_page: int = 25) -> SearchPage:
    """Tenancies whose tenant, tenancy or payment reference, address or postcode contains the term.

    Case and surplus blanks do not matter. An empty term finds every tenancy. `status` is '', 'current' or
    'ended'. Ordered by surname, then forename, then reference. A page beyond the last has no rows.
    """
    conditions = _conditions(work.build, " ".join(term.upper().split()), status)
    query = _columns().where(*conditions).limit(per_page).offset((page - 1) * per_page)
    found = work.session.execute(query).all()
    total = found[0].total if found else _count(work, conditions)
    if work.build.has("performance-search-n-plus-one"):
        details = [_details(work, [row.id]) for row in found]
        rows = tuple(_row(work, row, own) for row, own in zip(found, details, strict=True))
    else:
        together = _details(work, [row.id for row in found])
        rows = tuple(_row(work, row, together) for row in found)
    if work.build.varies("equal-rows-order"):
        rows = _equal_rows_reversed(found, rows)
    return SearchPage(rows=rows, total=total)


def _columns() -> Query:
    return (
        select(
            Tenancy.id,
            Tenancy.reference,
            Tenancy.tenant_name,
            Tenancy.sort_name,
            Tenancy.started_on,
            Tenancy.ended_on,
            Property.address,
            Property.postcode,
            func.count().over().label("total"),
        )
        .join(Property, Property.id == Tenancy.property_id)
        .order_by(Tenancy.sort_name, Tenancy.id)
    )


def _conditions(build: Build, term: str, status: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if status and not build.has("functional-status-filter"):
        conditions.append(
            Tenancy.ended_on.is_(None) if status == "current" else Tenancy.ended_on.is_not(None)
        )
    if term:
        accounts = select(RentAccount.tenancy_id).where(RentAccount.reference.contains(term, autoescape=True))
        ways: list[ColumnElement[bool]] = [
            Tenancy.sort_name.contains(term, autoescape=True),
            Tenancy.tenant_name.contains(term, autoescape=True),
            Tenancy.reference.contains(term, autoescape=True),
            Property.address.contains(term, autoescape=True),
            Tenancy.id.in_(accounts),
        ]
        if not build.has("functional-postcode-search"):
            ways.append(Property.postcode.contains(term, autoescape=True))
            ways.append(func.replace(Property.postcode, " ", "") == term)
        if build.has("security-search-sql"):
            ways[0] = literal_column(f"tenancy.sort_name LIKE '%{term}%'", Boolean)
        conditions.append(or_(*ways))
    return conditions


def _count(work: Work, conditions: list[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(Tenancy).join(Property, Property.id == Tenancy.property_id)
    return work.session.scalar(query.where(*conditions)) or 0


_Details = dict[int, list[tuple[str, bool, int, tuple[ChargeLine, ...]]]]


def _details(work: Work, tenancy_ids: list[int]) -> _Details:
    """For each tenancy its accounts: reference, whether active, balance and charges."""
    query = (
        select(
            RentAccount.id,
            RentAccount.tenancy_id,
            RentAccount.reference,
            RentAccount.status,
            RentAccount.balance_pence,
        )
        .where(RentAccount.tenancy_id.in_(tenancy_ids))
        .order_by(RentAccount.tenancy_id, RentAccount.kind, RentAccount.id)
    )
    rows = work.session.execute(query).all()
    charges = charges_of(work, [row.id for row in rows])
    found: _Details = {}
    for row in rows:
        line = (row.reference, row.status == "active", row.balance_pence, charges.get(row.id, ()))
        found.setdefault(row.tenancy_id, []).append(line)
    return found


def _row(work: Work, row: Found, details: _Details) -> SearchRow:
    accounts = details.get(row.id, [])
    return SearchRow(
        reference=row.reference,
        tenant_name=row.tenant_name,
        address=row.address,
        postcode=row.postcode,
        status="current" if row.ended_on is None else "ended",
        started_on=row.started_on,
        ended_on=row.ended_on,
        account_references=tuple(reference for reference, *_ in accounts),
        weekly_charge_pence=tenancy_weekly_pence(
            work.build, [charges for _, active, _, charges in accounts if active]
        ),
        balance_pence=sum(balance for _, active, balance, _ in accounts if active),
    )


def _equal_rows_reversed(found: Sequence[Found], rows: tuple[SearchRow, ...]) -> tuple[SearchRow, ...]:
    """The same rows, those with one and the same name in the opposite order."""
    pairs = zip([row.sort_name for row in found], rows, strict=True)
    groups = groupby(pairs, key=lambda pair: pair[0])
    return tuple(row for _, group in groups for _, row in reversed(list(group)))
