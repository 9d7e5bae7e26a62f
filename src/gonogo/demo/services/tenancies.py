"""Tenancies: the people, the home, and which accounts belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


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
    kind: str
    status: str
    address: str
    weekly_charge_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyView:
    """Everything the tenancy page shows. The totals are over the active accounts."""

    reference: str
    tenant_name: str
    parties: tuple[Party, ...]
    kind: str
    status: str  # current, former
    started_on: date
    ended_on: date | None
    phone: str
    email: str
    property_reference: str
    property_kind: str
    address: str
    town: str
    postcode: str
    bedrooms: int
    estate: str
    accounts: tuple[AccountLine, ...]
    weekly_total_pence: int
    balance_total_pence: int
    open_repairs: int
    letters: int


def get_tenancy(work: Work, reference: str) -> TenancyView:
    """The tenancy with that reference. Raises NotFound."""
    raise NotImplementedError


def update_contact(work: Work, reference: str, *, phone: str, email: str) -> None:
    """Changes phone and e-mail. Raises NotFound, Invalid."""
    raise NotImplementedError
