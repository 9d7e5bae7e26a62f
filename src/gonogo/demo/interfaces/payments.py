"""The payments interface: payments arrive as XML, and each is acknowledged in XML."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.demo.services.work import Work


class BadPaymentFileError(ValueError):
    """The document cannot be used at all: not XML, forbidden constructs (DTD, entities), or not to the schema.

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
    """Reads a payment file, posts what can be posted and answers the acknowledgement.

    Raises BadPaymentFileError when nothing could be read; then nothing was posted. The request's schema is
    `schemas/payments.xsd`, the acknowledgement's `schemas/acknowledgement.xsd`.
    """
    raise NotImplementedError


def schema_bytes(name: str) -> bytes:
    """The XML schema 'payments' or 'acknowledgement' as shipped. Raises KeyError."""
    raise NotImplementedError
