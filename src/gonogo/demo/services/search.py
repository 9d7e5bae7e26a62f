"""The search over names, references, addresses and postcodes."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.demo.services.work import Work

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One tenancy found, with the sum of its active accounts."""

    tenancy_reference: str
    tenant_name: str
    address: str
    postcode: str
    account_references: tuple[str, ...]
    weekly_charge_pence: int
    balance_pence: int
    status: str  # current, former


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results: page 1 is the first; `total` counts the tenancies on all pages."""

    rows: tuple[SearchRow, ...]
    total: int
    page: int
    pages: int


def search(work: Work, term: str, *, page: int = 1) -> SearchPage:
    """Tenancies whose tenant, tenancy or payment reference, address or postcode contains the term.

    Case and surplus blanks do not matter. An empty term finds every tenancy. Ordered by surname, then reference.
    """
    raise NotImplementedError
