"""Letters to tenants, written from templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work

MAX_BODY = 2000
TEMPLATE_NAMES = {
    "blank": "Blank letter",
    "arrears-1": "Rent arrears: first reminder",
    "arrears-2": "Rent arrears: second reminder",
    "repair-appointment": "Repair appointment",
    "rent-increase": "Rent increase notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A template filled in for one tenancy; the user may change it before it is sent."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A letter in a list."""

    reference: str  # L000001
    tenancy_reference: str
    tenant_name: str
    subject: str
    written_on: date
    author: str  # full name


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """A letter as sent; `body` is plain text with paragraphs parted by empty lines."""

    row: LetterRow
    template: str
    body: str
    address_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """One page of letters, newest first."""

    rows: tuple[LetterRow, ...]
    total: int


def draft(work: Work, tenancy_reference: str, template: str) -> Draft:
    """The template, a key of TEMPLATE_NAMES, filled in for the tenancy. Raises NotFoundError, InvalidError ('template')."""
    raise NotImplementedError


def list_letters(work: Work, *, tenancy_reference: str = "", page: int = 1, per_page: int = 25) -> LetterPage:
    """Letters of one tenancy or of all, newest first."""
    raise NotImplementedError


def get_letter(work: Work, reference: str) -> LetterView:
    """One letter. Raises NotFoundError."""
    raise NotImplementedError


def send_letter(work: Work, tenancy_reference: str, *, template: str, subject: str, body: str) -> LetterView:
    """Sends a letter dated today.

    Raises InvalidError: field 'tenancy' "There is no tenancy with this reference"; 'template', 'subject', 'body' with
    the sentences of the screen.
    """
    raise NotImplementedError
