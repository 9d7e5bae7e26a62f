"""Rent accounts: reading them, posting to them, and the list of those in arrears.

A `reference` is that of an account (A000017, G000003) or of a tenancy (T000017), which means its dwelling's
account.
"""

from __future__ import annotations

from gonogo.demo.services.arrears import ArrearsPage, ArrearsRow, arrears
from gonogo.demo.services.charges import ChargeLine
from gonogo.demo.services.ledgers import KIND_NAMES, AccountView, LedgerPage, LedgerRow, get_account, ledger
from gonogo.demo.services.postings import (
    MAX_AMOUNT_PENCE,
    PAYMENT_METHODS,
    post_adjustment,
    take_payment,
    write_off,
)

__all__ = [
    "KIND_NAMES",
    "MAX_AMOUNT_PENCE",
    "PAYMENT_METHODS",
    "AccountView",
    "ArrearsPage",
    "ArrearsRow",
    "ChargeLine",
    "LedgerPage",
    "LedgerRow",
    "arrears",
    "get_account",
    "ledger",
    "post_adjustment",
    "take_payment",
    "write_off",
]
