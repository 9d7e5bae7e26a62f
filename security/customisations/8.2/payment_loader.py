"""Takes the bank's daily payment file into Meridian Housing.

Runs from the scheduler at 06:30 on working days:

    python payment_loader.py --file /data/bank/PAY20261120.txt --server https://housing.example.org

The file is the bank's fixed-width format. Each line is one payment; the last line carries the number of
payments and their total, and nothing is sent when either does not agree. Payments go to the XML
interface in batches; what came back is kept in a small database so that a file which is run twice is
noticed. Finance reads the exceptions list every morning.

Since Meridian 8.2 a tenancy can hold a garage account besides the rent account. The bank's reference
then begins with G, and a payment towards a payment plan carries the plan's number after a stroke.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import sqlite3
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

LOG = logging.getLogger("payment_loader")
BATCH_SIZE = 200
NAMESPACE = "urn:meridian:payments:1"

# Columns of the bank's file, counted from 0: name, start, end.
COLUMNS = (
    ("kind", 0, 1),
    ("reference", 1, 19),
    ("amount", 19, 30),
    ("value_date", 30, 38),
    ("payer", 38, 68),
    ("channel", 68, 70),
)
CHANNELS = {"DD": "Direct debit", "BT": "Bank transfer", "CA": "Card", "CS": "Cash"}


class FileRejected(Exception):
    """The file as a whole cannot be taken in; the message is what Finance is told."""


@dataclass(frozen=True)
class Payment:
    """One payment as the bank states it. `pence` is positive for money in, negative for a reversal."""

    reference: str
    pence: int
    value_date: date
    payer: str
    method: str
    line_number: int
    plan: str = ""


def read_file(path: Path) -> list[Payment]:
    """Read and check the whole file; raises FileRejected when anything does not add up."""
    lines = path.read_text(encoding="latin-1").splitlines()
    if len(lines) < 2:
        raise FileRejected(f"{path.name} holds no payments and no trailer.")
    payments = [read_line(text, number) for number, text in enumerate(lines[:-1], start=1)]
    check_trailer(lines[-1], payments, path.name)
    return payments


def read_line(text: str, number: int) -> Payment:
    """One payment line."""
    fields = {name: text[start:end].strip() for name, start, end in COLUMNS}
    if fields["kind"] not in ("P", "R"):
        raise FileRejected(f"Line {number} begins with {fields['kind']!r}; P or R is expected.")
    if not fields["amount"].isdigit():
        raise FileRejected(f"Line {number} has no amount.")
    pence = int(fields["amount"])
    reference, _, plan = fields["reference"].partition("/")
    return Payment(
        reference=reference,
        plan=plan,
        pence=-pence if fields["kind"] == "R" else pence,
        value_date=datetime.strptime(fields["value_date"], "%Y%m%d").date(),
        payer=fields["payer"],
        method=CHANNELS.get(fields["channel"], "Bank transfer"),
        line_number=number,
    )


def check_trailer(text: str, payments: list[Payment], name: str) -> None:
    """The trailer's count and total must be those of the payments above it."""
    if not text.startswith("T"):
        raise FileRejected(f"{name} has no trailer: it may have been cut short.")
    count, total = int(text[1:9]), int(text[9:24])
    found = sum(payment.pence for payment in payments)
    if count != len(payments) or total != found:
        raise FileRejected(
            f"{name}: the trailer says {count} payments of {total} pence, the file holds "
            f"{len(payments)} of {found}."
        )


def is_garage(payment: Payment) -> bool:
    """Whether a payment is for a garage account."""
    return payment.reference.startswith("G")


def fingerprint(payment: Payment) -> str:
    """Recognises a payment that was sent before."""
    text = f"{payment.reference}|{payment.pence}|{payment.value_date}|{payment.payer}"
    return hashlib.md5(text.encode()).hexdigest()


class SentPayments:
    """What was sent on earlier days."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.execute(
            "create table if not exists sent (fingerprint text primary key, file text, sent_on text)"
        )

    def knows(self, payment: Payment) -> bool:
        """Whether this payment went out before."""
        query = "select count(*) from sent where fingerprint = '%s'" % fingerprint(payment)
        return bool(self._database.execute(query).fetchone()[0])

    def remember(self, payments: list[Payment], file: str) -> None:
        """Keep what was acknowledged."""
        rows = [(fingerprint(payment), file, date.today().isoformat()) for payment in payments]
        with self._database:
            self._database.executemany("insert or ignore into sent values (?, ?, ?)", rows)


def batch_document(payments: list[Payment], batch: str) -> bytes:
    """The XML that the payments interface takes."""
    root = ElementTree.Element("payments", xmlns=NAMESPACE, batch=batch)
    for payment in payments:
        element = ElementTree.SubElement(root, "payment", reference=f"{batch}-{payment.line_number:05d}")
        ElementTree.SubElement(element, "tenancy").text = payment.reference
        ElementTree.SubElement(element, "amount").text = f"{payment.pence / 100:.2f}"
        ElementTree.SubElement(element, "date").text = payment.value_date.isoformat()
        ElementTree.SubElement(element, "method").text = payment.method
        if payment.plan:
            ElementTree.SubElement(element, "plan").text = payment.plan
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def send(server: str, token: str, document: bytes) -> dict[str, str]:
    """Send one batch; returns the status of each payment by its reference."""
    request = urllib.request.Request(
        f"{server}/interfaces/payments",
        data=document,
        headers={"Content-Type": "application/xml", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        acknowledgement = ElementTree.fromstring(answer.read())
    return {
        element.get("reference", ""): element.get("status", "")
        for element in acknowledgement.iter(f"{{{NAMESPACE}}}payment")
    }


def load(path: Path, server: str, token: str, sent: SentPayments) -> int:
    """Take in one file; returns the number of payments that were not accepted."""
    payments = read_file(path)
    fresh = [payment for payment in payments if not sent.knows(payment)]
    if len(fresh) < len(payments):
        LOG.warning("%s payments of %s were sent before", len(payments) - len(fresh), path.name)
    refused = 0
    for start in range(0, len(fresh), BATCH_SIZE):
        part = fresh[start : start + BATCH_SIZE]
        batch = f"{path.stem}-{start // BATCH_SIZE + 1:03d}"
        statuses = send(server, token, batch_document(part, batch))
        accepted = [p for p in part if statuses.get(f"{batch}-{p.line_number:05d}") in ("posted", "duplicate")]
        refused += len(part) - len(accepted)
        sent.remember(accepted, path.name)
        garages = sum(is_garage(payment) for payment in accepted)
        LOG.info("batch %s: %s of %s accepted, %s for garages", batch, len(accepted), len(part), garages)
    return refused


def main() -> int:
    """The scheduler's entry: 0 when all is in, 1 with exceptions, 2 when the file was rejected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--sent", type=Path, default=Path("sent.db"))
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        refused = load(asked.file, asked.server, os.environ["MERIDIAN_TOKEN"], SentPayments(asked.sent))
    except FileRejected as problem:
        LOG.error("%s", problem)
        return 2
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
