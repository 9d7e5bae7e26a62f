"""Rent accounts: the ledger, payments, adjustments, write-offs and the list of arrears.

A `reference` is that of an account (A000017, G000003) or of a tenancy (T000017), which means its dwelling's account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.charges import ChargeLine
from gonogo.demo.services.work import Work

KIND_NAMES = {
    "rent": "Rent charge",
    "payment": "Payment",
    "benefit": "Housing benefit",
    "adjustment": "Adjustment",
    "writeoff": "Write-off",
    "refund": "Refund",
}
PAYMENT_METHODS = ("Cash", "Card", "Direct debit", "Bank transfer")
MAX_PAYMENT_PENCE = 1_000_000


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrearsRow:
    """An account in arrears; `weeks_tenths` is arrears over weekly charge in tenths of a week, rounded down."""

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


def get_account(work: Work, reference: str) -> AccountView:
    """The account. Raises NotFoundError."""
    raise NotImplementedError


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
    """One page of the account's ledger, newest first. Balances are those of the whole ledger, filtered or not.

    Both dates are included. Raises NotFoundError.
    """
    raise NotImplementedError


def take_payment(work: Work, reference: str, amount_pence: int, *, method: str, note: str = "") -> LedgerRow:
    """Posts a payment dated today.

    Raises NotFoundError; InvalidError with field 'amount' or 'method' and the sentence of the screen.
    """
    raise NotImplementedError


def post_adjustment(work: Work, reference: str, amount_pence: int, *, note: str) -> LedgerRow:
    """Posts an adjustment dated today; a positive amount charges the account. Raises NotFoundError, InvalidError."""
    raise NotImplementedError


def write_off(work: Work, reference: str, amount_pence: int, *, note: str) -> LedgerRow:
    """Takes a debt off the account.

    Raises NotFoundError; InvalidError: "You cannot write off more than is owed (£x.xx)".
    """
    raise NotImplementedError


def arrears(work: Work, *, minimum_pence: int = 1, page: int = 1, per_page: int = 25) -> ArrearsPage:
    """Active accounts that owe at least so much, the highest balance first, then by reference."""
    raise NotImplementedError
