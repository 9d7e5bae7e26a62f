"""Letters to tenants, written from templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A kind of letter: key, subject, and a body with placeholders such as {balance}."""

    key: str
    name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A letter in a list."""

    reference: str
    tenancy_reference: str
    tenant_name: str
    template: str
    subject: str
    written_on: date
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """A letter as sent; `body` is plain text with paragraphs parted by empty lines."""

    row: LetterRow
    body: str
    address_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """One page of letters, newest first."""

    rows: tuple[LetterRow, ...]
    total: int
    page: int
    pages: int


def templates(work: Work) -> tuple[Template, ...]:
    """The letters that can be written, in menu order: arrears-1, arrears-2, repair-appointment, general."""
    raise NotImplementedError


def list_letters(
    work: Work, *, tenancy_reference: str | None = None, page: int = 1, page_size: int = 25
) -> LetterPage:
    """Letters of one tenancy or of all, newest first."""
    raise NotImplementedError


def get_letter(work: Work, reference: str) -> LetterView:
    """One letter. Raises NotFound."""
    raise NotImplementedError


def write_letter(work: Work, tenancy_reference: str, template: str, *, text: str = "") -> LetterView:
    """Writes a letter dated today; `text` is the middle of a 'general' letter. Raises NotFound, Invalid."""
    raise NotImplementedError
