"""The nightly rent debit: charges every active account for the week that begins on the business date.

The job leaves two files. `rent-debit-DATE.csv` has one line for each account posted and then each account
rejected. `rent-debit-DATE.ctl` has the control totals: how many were posted, their sum in pence, and how
many were rejected. Finance compares the control totals with its own figures before it accepts the file.
"""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from gonogo.demo.applog import log_line
from gonogo.demo.db.models import BatchRun, LedgerEntry, RentAccount
from gonogo.demo.money import plain_pounds, pounds
from gonogo.demo.services import audit
from gonogo.demo.services.charges import charges_of, weekly_pence
from gonogo.demo.services.work import MeridianError
from gonogo.demo.uk_time import uk_date

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from gonogo.demo.db.session import Database
    from gonogo.demo.services.work import Work

JOB = "rent-debit"
_MONDAY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One account in the output file; `reject_reason` is empty when it was charged."""

    account_id: int
    reference: str
    amount_pence: int
    balance_pence: int
    reject_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitRun:
    """What the job did. `repeated` says that the date had been charged before and nothing was posted now."""

    business_date: date
    postings: tuple[Posting, ...]
    repeated: bool

    @property
    def posted(self) -> tuple[Posting, ...]:
        """The accounts that were charged."""
        return tuple(posting for posting in self.postings if not posting.reject_reason)

    @property
    def reject_count(self) -> int:
        """How many accounts could not be charged."""
        return len(self.postings) - len(self.posted)

    @property
    def total_pence(self) -> int:
        """The sum of all charges."""
        return sum(posting.amount_pence for posting in self.posted)


def run(database: Database, home: Path, business_date: date, out: Path) -> DebitRun:
    """Charges the week, writes the two files into `out` and adds to `logs/batch.log`.

    A date that was charged before is not charged again; its files are written anew from the ledger.

    Raises:
        MeridianError: the date is not a Monday.
        OSError: the files cannot be written; then nothing was posted.
    """
    if business_date.weekday() != _MONDAY:
        raise MeridianError(
            f"rent is charged from Mondays; {business_date.isoformat()} is a {business_date:%A}"
        )
    run_id = secrets.token_hex(4) if database.build.varies("batch-run-id") else business_date.isoformat()
    log_line(home, "batch", f"{JOB} {run_id} started for business date {business_date.isoformat()}")
    out.mkdir(parents=True, exist_ok=True)
    with database.work("batch") as work:
        done = _repeat(work, business_date) or _charge(work, business_date)
        name = f"{JOB}-{business_date.isoformat()}"
        (out / f"{name}.csv").write_bytes(_output_file(done))
        if not work.build.has("batch-no-control-file"):
            (out / f"{name}.ctl").write_bytes(_control_file(work, done))
    verb = "had been charged before" if done.repeated else "posted"
    log_line(
        home,
        "batch",
        f"{JOB} {run_id} finished: {len(done.posted)} accounts {verb}, {pounds(done.total_pence)}, "
        f"{done.reject_count} rejected",
    )
    return done


def _repeat(work: Work, business_date: date) -> DebitRun | None:
    """The run as it stands in the ledger, if this date was charged before."""
    if not _is_charged(work, business_date) or work.build.has("batch-charges-twice"):
        return None
    query = (
        select(RentAccount.id, RentAccount.reference, LedgerEntry.amount_pence, RentAccount.balance_pence)
        .join(RentAccount, RentAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.source == _source(business_date))
        .order_by(RentAccount.reference)
    )
    postings = [
        Posting(
            account_id=row[0], reference=row[1], amount_pence=row[2], balance_pence=row[3], reject_reason=""
        )
        for row in work.session.execute(query)
    ]
    charged = {posting.account_id for posting in postings}
    rejects = [posting for posting in _due(work, business_date) if posting.reject_reason]
    postings += [posting for posting in rejects if posting.account_id not in charged]
    return DebitRun(business_date=business_date, postings=tuple(postings), repeated=True)


def _is_charged(work: Work, business_date: date) -> bool:
    known = select(BatchRun.id).where(BatchRun.job == JOB, BatchRun.business_date == business_date)
    return work.session.scalar(known) is not None


def _charge(work: Work, business_date: date) -> DebitRun:
    due = _due(work, business_date)
    charged = [posting for posting in due if not posting.reject_reason]
    for posting in charged:
        work.session.execute(
            update(RentAccount)
            .where(RentAccount.id == posting.account_id)
            .values(balance_pence=RentAccount.balance_pence + posting.amount_pence)
            .execution_options(synchronize_session=False)
        )
    if charged:
        work.session.execute(insert(LedgerEntry), [_entry(posting, business_date) for posting in charged])
    done = DebitRun(business_date=business_date, postings=tuple(due), repeated=False)
    if not _is_charged(work, business_date):
        work.session.execute(insert(BatchRun).values(**_history(work, done)))
    audit.record(work, "batch.rent-debit", business_date.isoformat(), str(done.total_pence))
    return done


def _history(work: Work, done: DebitRun) -> dict[str, object]:
    return {
        "job": JOB,
        "business_date": done.business_date,
        "started_at": work.now(),
        "posted_count": len(done.posted),
        "total_pence": done.total_pence,
        "reject_count": done.reject_count,
        "status": "Completed",
    }


def _due(work: Work, business_date: date) -> list[Posting]:
    """Every active account with its charge, by reference, and after them those that cannot be charged."""
    query = (
        select(RentAccount.id, RentAccount.reference, RentAccount.balance_pence)
        .where(RentAccount.opened_on <= business_date)
        .order_by(RentAccount.reference)
    )
    if not work.build.has("batch-charges-closed"):
        query = query.where(RentAccount.status == "active")
    accounts = work.session.execute(query).all()
    charges = charges_of(work)
    postings = []
    for account_id, reference, balance in accounts:
        amount = weekly_pence(charges.get(account_id, ()))
        postings.append(
            Posting(
                account_id=account_id,
                reference=reference,
                amount_pence=amount,
                balance_pence=balance + amount,
                reject_reason="" if amount else "no weekly charge is set",
            )
        )
    postings.sort(key=lambda posting: bool(posting.reject_reason))
    if work.build.has("batch-drops-row"):
        return _in_blocks(postings)
    return postings


def _in_blocks(postings: list[Posting], size: int = 500) -> list[Posting]:
    """The postings read in blocks, as 8.2.0 reads them to save memory."""
    blocks = [postings[start : start + size] for start in range(0, len(postings), size + 1)]
    return [posting for block in blocks for posting in block]


def _source(business_date: date) -> str:
    return f"{JOB} {business_date.isoformat()}"


def _entry(posting: Posting, business_date: date) -> dict[str, object]:
    return {
        "account_id": posting.account_id,
        "posted_on": business_date,
        "kind": "rent",
        "description": f"Weekly charge from {uk_date(business_date)}",
        "amount_pence": posting.amount_pence,
        "source": _source(business_date),
    }


def _output_file(done: DebitRun) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Account", "Business date", "Amount", "Balance", "Result"])
    for posting in done.postings:
        writer.writerow(
            [
                posting.reference,
                uk_date(done.business_date),
                plain_pounds(posting.amount_pence),
                plain_pounds(posting.balance_pence),
                f"Rejected: {posting.reject_reason}" if posting.reject_reason else "Posted",
            ]
        )
    return text.getvalue().encode("utf-8")


def _control_file(work: Work, done: DebitRun) -> bytes:
    counted = done.postings if work.build.has("batch-control-counts-rejects") else done.posted
    lines = (
        f"job={JOB}",
        f"business_date={done.business_date.isoformat()}",
        f"count={len(counted)}",
        f"total_pence={done.total_pence}",
        f"rejects={done.reject_count}",
    )
    return ("\n".join(lines) + "\n").encode("ascii")
