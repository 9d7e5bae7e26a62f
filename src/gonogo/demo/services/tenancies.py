"""Tenancies: the people, the home, the charges, and which accounts belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.charges import ChargeLine
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
    kind: str  # dwelling, garage
    status: str  # active, closed
    address: str
    charges: tuple[ChargeLine, ...]
    weekly_charge_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyView:
    """Everything the tenancy page shows. `weekly_total_pence` and `balance_total_pence` are over active accounts.

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


def get_tenancy(work: Work, reference: str) -> TenancyView:
    """The tenancy with that reference, e.g. T000017. Raises NotFoundError."""
    raise NotImplementedError
