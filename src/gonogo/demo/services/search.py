"""The search over names, references, addresses and postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    raise NotImplementedError
