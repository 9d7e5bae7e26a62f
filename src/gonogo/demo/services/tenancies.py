"""Tenancies: the people, the home, the charges, and which accounts belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from gonogo.demo.db.models import Property, RentAccount, Tenancy, TenancyParty
from gonogo.demo.services.charges import ChargeLine, charges_of, tenancy_weekly_pence, weekly_pence
from gonogo.demo.services.work import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.work import Work

_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Rev")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One tenant of a tenancy."""

    title: str
    forenames: str
    surname: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account as the tenancy page lists it. `weekly_charge_pence` includes service charges."""

    reference: str
    kind: str  # dwelling, garage
    status: str  # active, closed
    address: str
    charges: tuple[ChargeLine, ...]
    weekly_charge_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyView:
    """Everything the tenancy page shows; the weekly total and the balance total are over active accounts.

    The first of `accounts` is the dwelling's.
    """

    reference: str
    tenant_name: str
    parties: tuple[Party, ...]
    kind: str  # Secure, Introductory, Assured
    status: str  # current, ended
    started_on: date
    ended_on: date | None
    phone: str
    email: str
    property_reference: str
    property_kind: str  # House, Flat, Bungalow
    address: str
    town: str
    postcode: str
    bedrooms: int
    estate: str
    accounts: tuple[AccountLine, ...]
    weekly_total_pence: int
    balance_total_pence: int


def split_name(tenant_name: str) -> tuple[Party, ...]:
    """The people in a name as letters have it: `Mrs Ann Smith & Mr Raj Smith`."""
    parties = []
    for person in re.split(r"\s*&\s*", tenant_name.strip()):
        words = person.split()
        title = words.pop(0) if words and words[0] in _TITLES else ""
        surname = words.pop() if words else ""
        parties.append(Party(title=title, forenames=" ".join(words), surname=surname))
    return tuple(parties)


def join_names(parties: tuple[Party, ...]) -> str:
    """The reverse of `split_name`."""
    return " & ".join(" ".join(filter(None, (p.title, p.forenames, p.surname))) for p in parties)


def sort_name(parties: tuple[Party, ...]) -> str:
    """The name by which a tenancy is sorted and found: `SMITH ANN/SMITH RAJ`."""
    return "/".join(f"{p.surname} {p.forenames}".strip().upper() for p in parties)


def get_tenancy(work: Work, reference: str) -> TenancyView:
    """The tenancy with that reference, e.g. T000017. Raises NotFoundError."""
    query = (
        select(Tenancy, Property)
        .join(Property, Property.id == Tenancy.property_id)
        .where(Tenancy.reference == reference)
    )
    found = work.session.execute(query).first()
    if found is None:
        raise NotFoundError(f"There is no tenancy {reference}")
    tenancy, home = found
    accounts = _accounts_of(work, tenancy.id)
    active = [account for account in accounts if account.status == "active"]
    return TenancyView(
        reference=tenancy.reference,
        tenant_name=tenancy.tenant_name,
        parties=_parties_of(work, tenancy),
        kind=tenancy.kind,
        status="current" if tenancy.ended_on is None else "ended",
        started_on=tenancy.started_on,
        ended_on=tenancy.ended_on,
        phone=tenancy.phone,
        email=tenancy.email,
        property_reference=home.reference,
        property_kind=home.kind,
        address=home.address,
        town=home.town,
        postcode=home.postcode,
        bedrooms=home.bedrooms,
        estate=home.estate,
        accounts=accounts,
        weekly_total_pence=tenancy_weekly_pence(work.build, [account.charges for account in active]),
        balance_total_pence=sum(account.balance_pence for account in active),
    )


def _accounts_of(work: Work, tenancy_id: int) -> tuple[AccountLine, ...]:
    query = (
        select(
            RentAccount.id,
            RentAccount.reference,
            RentAccount.kind,
            RentAccount.status,
            RentAccount.balance_pence,
            Property.address,
        )
        .join(Property, Property.id == RentAccount.property_id)
        .where(RentAccount.tenancy_id == tenancy_id)
        .order_by(RentAccount.kind, RentAccount.id)  # dwelling before garage
    )
    rows = work.session.execute(query).all()
    charges = charges_of(work, [row.id for row in rows])
    return tuple(
        AccountLine(
            reference=row.reference,
            kind=row.kind,
            status=row.status,
            address=row.address,
            charges=charges.get(row.id, ()),
            weekly_charge_pence=weekly_pence(charges.get(row.id, ())),
            balance_pence=row.balance_pence,
        )
        for row in rows
    )


def _parties_of(work: Work, tenancy: Tenancy) -> tuple[Party, ...]:
    if not work.build.release.has_payment_plans:
        return split_name(tenancy.tenant_name)
    query = select(TenancyParty).where(TenancyParty.tenancy_id == tenancy.id).order_by(TenancyParty.position)
    return tuple(
        Party(title=party.title, forenames=party.forenames, surname=party.surname)
        for party in work.session.scalars(query)
    )
