"""The payments interface: payments arrive as XML, and each is acknowledged in XML.

The request's schema is `schemas/payments.xsd`, the acknowledgement's `schemas/acknowledgement.xsd`. A
document is either read as a whole or refused as a whole; inside a document that was read, each payment
stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from lxml import etree
from sqlalchemy import select

from gonogo.demo.db.models import PaymentMessage
from gonogo.demo.money import parse_pounds, plain_pounds
from gonogo.demo.services import audit
from gonogo.demo.services.ledgers import find_account
from gonogo.demo.services.postings import post
from gonogo.demo.services.work import NotFoundError

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

NAMESPACE = "urn:meridian:housing:payments:1"
MAX_BYTES = 4_000_000
_NAMES = {"payments": "payments.xsd", "acknowledgement": "acknowledgement.xsd"}


class BadPaymentFileError(ValueError):
    """The document cannot be used at all: not XML, a DTD or entities, or not to the schema.

    `xml` is the acknowledgement that says why; the web answers it with status 400.
    """

    def __init__(self, reason: str, xml: bytes) -> None:
        super().__init__(reason)
        self.xml = xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one payment: status is 'posted', 'duplicate' or 'rejected' (then `reason` says why)."""

    reference: str  # the sender's reference of the payment; each is posted once
    account_reference: str
    amount_pence: int
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The outcomes of one file, and the XML document that is sent back."""

    file_id: str
    outcomes: tuple[Outcome, ...]
    xml: bytes


def receive(work: Work, document: bytes) -> Acknowledgement:
    """Reads a payment file, posts what can be posted and answers the acknowledgement. The caller commits.

    Raises:
        BadPaymentFileError: nothing could be read; then nothing was posted.
    """
    root = _read(work, document)
    file_id = root.get("file")
    outcomes = tuple(_take(work, payment) for payment in root)
    posted = sum(outcome.amount_pence for outcome in outcomes if outcome.status == "posted")
    audit.record(work, "payments.received", file_id, f"{len(outcomes)} payments, {posted} pence posted")
    return Acknowledgement(file_id=file_id, outcomes=outcomes, xml=_acknowledge(work, file_id, outcomes))


def schema_bytes(name: str) -> bytes:
    """The XML schema 'payments' or 'acknowledgement' as shipped. Raises KeyError."""
    return resources.files("gonogo.demo.interfaces").joinpath("schemas", _NAMES[name]).read_bytes()


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_bytes("payments")))


def _read(work: Work, document: bytes) -> etree._Element:
    """The document's root, checked against the schema.

    Entities are what makes XML dangerous (files read, servers called, memory filled), and a payment file
    needs none: a document with a DTD is refused before anything in it is expanded.
    """
    if len(document) > MAX_BYTES:
        raise _refused(work, f"the document has more than {MAX_BYTES:,} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(work, f"the document is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise _refused(work, "a document type declaration is not allowed")
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise _refused(work, f"line {first.line}: {first.message}")
    return root


def _take(work: Work, payment: etree._Element) -> Outcome:
    reference = payment.get("reference")
    account_reference, amount, method = (child.text or "" for child in payment)
    pence = parse_pounds(_two_places(amount))
    known = select(PaymentMessage.id).where(PaymentMessage.reference == reference)
    status, reason = "posted", ""
    is_known = work.session.scalar(known) is not None
    if is_known and not work.build.has("interface-duplicate-posted"):
        status = "duplicate"
    else:
        try:
            account = find_account(work, account_reference)
        except NotFoundError as error:
            status, reason = "rejected", str(error)
        else:
            if not is_known:
                _remember(work, reference, account_reference, pence)
            post(
                work,
                account,
                "payment",
                -pence,
                f"{method} payment: {reference}",
                source="payments interface",
            )
    return Outcome(
        reference=reference,
        account_reference=account_reference,
        amount_pence=pence,
        status=status,
        reason=reason,
    )


def _remember(work: Work, reference: str, account_reference: str, pence: int) -> None:
    """Keeps the sender's reference, so that the payment is known when it comes again."""
    message = PaymentMessage(
        reference=reference,
        account_reference=account_reference,
        amount_pence=pence,
        received_on=work.today,
        status="posted",
    )
    work.session.add(message)
    work.session.flush()


def _two_places(amount: str) -> str:
    """The schema allows 50, 50.5, 050.50 and +50.00 as well; money is read in one form."""
    whole, _, part = amount.strip().lstrip("+").partition(".")
    return f"{whole.lstrip('0') or '0'}.{part:0<2}"


def _refused(work: Work, reason: str) -> BadPaymentFileError:
    return BadPaymentFileError(reason, _acknowledge(work, "", (), error=reason))


def _acknowledge(work: Work, file_id: str, outcomes: tuple[Outcome, ...], error: str = "") -> bytes:
    root = etree.Element(
        f"{{{NAMESPACE}}}acknowledgement",
        {"file": file_id, "result": "refused" if error else "accepted"},
        nsmap={None: NAMESPACE},
    )
    if error:
        _child(root, "error", error)
    for outcome in outcomes:
        line = _child(root, "payment", reference=outcome.reference)
        _child(line, "account", outcome.account_reference)
        _child(line, "amount", plain_pounds(outcome.amount_pence))
        is_ok = outcome.status == "posted" and work.build.has("interface-ack-status-word")
        _child(line, "status", "ok" if is_ok else outcome.status)
        if outcome.reason:
            _child(line, "reason", outcome.reason)
    counts = {
        status: str(sum(outcome.status == status for outcome in outcomes))
        for status in ("posted", "duplicate", "rejected")
    }
    posted = sum(outcome.amount_pence for outcome in outcomes if outcome.status == "posted")
    in_pence = work.build.has("interface-ack-pence")
    _child(root, "totals", **counts, amount=str(posted) if in_pence else plain_pounds(posted))
    indent = work.build.varies("xml-layout")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=indent)
    return made


def _child(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    child.text = text
    return child
