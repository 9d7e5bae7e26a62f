"""Everything that is posted to a rent account by a person or an interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from gonogo.demo.db.models import LedgerEntry, RentAccount
from gonogo.demo.money import pounds
from gonogo.demo.services import audit
from gonogo.demo.services.ledgers import LedgerRow, find_account
from gonogo.demo.services.work import InvalidError

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

PAYMENT_METHODS = ("Cash", "Card", "Direct debit", "Bank transfer")
MAX_AMOUNT_PENCE = 1_000_000
MAX_NOTE = 60


def take_payment(work: Work, reference: str, amount_pence: int, *, method: str, note: str = "") -> LedgerRow:
    """Posts a payment dated today; former tenants may pay too.

    Raises:
        NotFoundError: no such account.
        InvalidError: field 'amount', 'method' or 'note', with the sentence of the screen.
    """
    account = find_account(work, reference)
    _check_amount(amount_pence)
    if method not in PAYMENT_METHODS:
        raise InvalidError("method", "Select a payment method")
    _check_note("Reference", note)
    description = f"{method} payment: {note.strip()}" if note.strip() else f"{method} payment"
    if work.build.has("functional-transfer-not-posted") and method == "Bank transfer":
        return _unposted(work, account, -amount_pence, description)
    if work.build.has("money-odd-pence-lost"):
        amount_pence -= amount_pence % 10
    row = post(work, account, "payment", -amount_pence, description, source=work.actor)
    audit.record(work, "payment.taken", account.reference, str(amount_pence))
    return row


def post_adjustment(work: Work, reference: str, amount_pence: int, *, note: str) -> LedgerRow:
    """Posts an adjustment dated today; a positive amount charges the account. Raises as `take_payment`."""
    account = find_account(work, reference)
    _check_amount(abs(amount_pence))
    _check_reason(note)
    if work.build.has("money-credit-charges"):
        amount_pence = abs(amount_pence)
    row = post(work, account, "adjustment", amount_pence, note.strip(), source=work.actor)
    audit.record(work, "adjustment.posted", account.reference, str(amount_pence))
    return row


def write_off(work: Work, reference: str, amount_pence: int, *, note: str) -> LedgerRow:
    """Takes a debt off the account. Raises as `take_payment`; no more than the balance can be written off."""
    account = find_account(work, reference)
    _check_amount(amount_pence)
    _check_reason(note)
    owed = max(0, account.balance_pence)
    if amount_pence > owed:
        raise InvalidError("amount", f"You cannot write off more than is owed ({pounds(owed)})")
    row = post(work, account, "writeoff", -amount_pence, note.strip(), source=work.actor)
    audit.record(work, "writeoff.posted", account.reference, str(amount_pence))
    return row


def post(
    work: Work, account: RentAccount, kind: str, amount_pence: int, description: str, *, source: str
) -> LedgerRow:
    """Adds a line dated today to the ledger and keeps the balance equal to its sum.

    The balance is changed first and by a difference, so that two postings at the same moment cannot lose one.
    """
    work.session.execute(
        update(RentAccount)
        .where(RentAccount.id == account.id)
        .values(balance_pence=RentAccount.balance_pence + amount_pence)
        .execution_options(synchronize_session=False)
    )
    added = work.session.execute(
        insert(LedgerEntry)
        .values(
            account_id=account.id,
            posted_on=work.today,
            kind=kind,
            description=description,
            amount_pence=amount_pence,
            source=source,
        )
        .returning(LedgerEntry.id)
    )
    balance = work.session.scalar(select(RentAccount.balance_pence).where(RentAccount.id == account.id))
    work.session.expire(account)
    return LedgerRow(
        id=added.scalar_one(),
        posted_on=work.today,
        kind=kind,
        description=description,
        amount_pence=amount_pence,
        balance_pence=balance or 0,
    )


def _unposted(work: Work, account: RentAccount, amount_pence: int, description: str) -> LedgerRow:
    """A line as it would be, for payments that an import is expected to bring in later."""
    return LedgerRow(
        id=0,
        posted_on=work.today,
        kind="payment",
        description=description,
        amount_pence=amount_pence,
        balance_pence=account.balance_pence + amount_pence,
    )


def _check_amount(amount_pence: int) -> None:
    if amount_pence <= 0:
        raise InvalidError("amount", "Amount must be more than zero")
    if amount_pence > MAX_AMOUNT_PENCE:
        raise InvalidError("amount", f"Amount must be {pounds(MAX_AMOUNT_PENCE)} or less")


def _check_reason(note: str) -> None:
    if not note.strip():
        raise InvalidError("note", "Enter a reason")
    _check_note("Reason", note)


def _check_note(name: str, note: str) -> None:
    if len(note.strip()) > MAX_NOTE:
        raise InvalidError("note", f"{name} must be {MAX_NOTE} characters or fewer")
