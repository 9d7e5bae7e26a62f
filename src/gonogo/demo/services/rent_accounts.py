"""Rent accounts: the ledger, taking payments, adjustments and the list of arrears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One part of the weekly charge: net rent, or a service charge."""

    code: str
    name: str
    weekly_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of the ledger with the balance after it. One of debit and credit is zero; both are never negative."""

    id: int
    posted_on: date
    kind: str
    description: str
    debit_pence: int
    credit_pence: int
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
    """Part of a ledger, newest first; `total` counts all its lines."""

    rows: tuple[LedgerRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrearsRow:
    """An account in arrears; `weeks` is arrears divided by the weekly charge, rounded down to tenths, as tenths."""

    account_reference: str
    tenancy_reference: str
    tenant_name: str
    address: str
    arrears_stage: int
    weekly_charge_pence: int
    balance_pence: int
    weeks_tenths: int


def get_account(work: Work, reference: str) -> AccountView:
    """The account with that payment reference. Raises NotFound."""
    raise NotImplementedError


def ledger(work: Work, reference: str, *, page: int = 1, page_size: int = 20) -> LedgerPage:
    """One page of the account's ledger, newest first, with running balances. Raises NotFound."""
    raise NotImplementedError


def take_payment(work: Work, reference: str, amount_pence: int, *, method: str = "Counter") -> LedgerRow:
    """Posts a payment dated today. Raises NotFound, Invalid (amount not above 0 or above £10,000; closed account)."""
    raise NotImplementedError


def post_adjustment(work: Work, reference: str, amount_pence: int, *, reason: str) -> LedgerRow:
    """Posts an adjustment dated today; positive adds to the debt. Raises NotFound, Invalid (zero; no reason)."""
    raise NotImplementedError


def arrears(work: Work, *, minimum_pence: int = 1, limit: int = 100) -> list[ArrearsRow]:
    """Active accounts that owe at least so much, the highest balance first."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class RentSummary:
    """Totals for the first page: all active accounts."""

    active_accounts: int
    weekly_charge_pence: int
    accounts_in_arrears: int
    arrears_pence: int
    credit_pence: int  # what tenants are ahead, as a positive figure


def rent_summary(work: Work) -> RentSummary:
    """Totals over all active accounts."""
    raise NotImplementedError
