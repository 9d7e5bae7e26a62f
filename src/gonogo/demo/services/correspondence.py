"""Letters to tenants: filling in templates, sending, and reading what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from gonogo.demo.db.models import Letter, Property, Tenancy, User
from gonogo.demo.money import pounds
from gonogo.demo.services import audit
from gonogo.demo.services.letter_templates import BODIES, SUBJECTS, TEMPLATE_NAMES
from gonogo.demo.services.listing import read_page
from gonogo.demo.services.tenancies import TenancyView, get_tenancy
from gonogo.demo.services.work import InvalidError, NotFoundError
from gonogo.demo.uk_time import uk_long_date

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.listing import Found, Query
    from gonogo.demo.services.work import Work

__all__ = [
    "MAX_BODY",
    "MAX_SUBJECT",
    "TEMPLATE_NAMES",
    "Draft",
    "LetterPage",
    "LetterRow",
    "LetterView",
    "draft",
    "get_letter",
    "list_letters",
    "send_letter",
]
MAX_BODY = 2000
MAX_SUBJECT = 100


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
    """The template, a key of TEMPLATE_NAMES, filled in for the tenancy.

    Raises:
        NotFoundError: no such tenancy.
        InvalidError: field 'template'.
    """
    if template not in TEMPLATE_NAMES:
        raise InvalidError("template", "Select a template")
    values = placeholders(get_tenancy(work, tenancy_reference), work.today)
    if work.build.has("language-letter-placeholder"):
        values["balance"] = "{balance}"
    if work.build.has("language-letter-pound-sign"):
        values = {name: text.replace("£", "Â£") for name, text in values.items()}
    if work.build.has("functional-second-reminder-text") and template == "arrears-2":
        template = "arrears-1"
    return Draft(subject=SUBJECTS[template].format_map(values), body=BODIES[template].format_map(values))


def placeholders(tenancy: TenancyView, today: date) -> dict[str, str]:
    """What each placeholder of a template stands for."""
    return {
        "tenants": tenancy.tenant_name,
        "account": tenancy.accounts[0].reference if tenancy.accounts else "",
        "address": tenancy.address,
        "balance": pounds(max(0, tenancy.balance_total_pence)),
        "weekly": pounds(tenancy.weekly_total_pence),
        "date": uk_long_date(today),
    }


def list_letters(work: Work, *, tenancy_reference: str = "", page: int = 1, per_page: int = 25) -> LetterPage:
    """Letters of one tenancy or of all, newest first."""
    query = _rows().order_by(Letter.written_on.desc(), Letter.id.desc())
    if tenancy_reference:
        query = query.where(Tenancy.reference == tenancy_reference)
    found, total = read_page(work, query, page=page, per_page=per_page)
    rows = [_row(row) for row in found]
    if work.build.varies("equal-rows-order"):
        days = groupby(rows, key=lambda row: row.written_on)
        rows = [row for _, same_day in days for row in reversed(list(same_day))]
    return LetterPage(rows=tuple(rows), total=total)


def get_letter(work: Work, reference: str) -> LetterView:
    """One letter. Raises NotFoundError."""
    query = (
        _rows()
        .join(Property, Property.id == Tenancy.property_id)
        .add_columns(Letter.template, Letter.body, Property.address, Property.town, Property.postcode)
        .where(Letter.reference == reference)
    )
    found = work.session.execute(query).first()
    if found is None:
        raise NotFoundError(f"There is no letter {reference}")
    return LetterView(
        row=_row(found),
        template=found.template,
        body=found.body,
        address_lines=(found.tenant_name, found.address, found.town, found.postcode),
    )


def send_letter(work: Work, tenancy_reference: str, *, template: str, subject: str, body: str) -> LetterView:
    """Sends a letter dated today.

    Raises:
        InvalidError: field 'tenancy', 'template', 'subject' or 'body', with the sentence of the screen.
    """
    tenancy_id = work.session.scalar(select(Tenancy.id).where(Tenancy.reference == tenancy_reference))
    if tenancy_id is None:
        raise InvalidError("tenancy", "There is no tenancy with this reference")
    _check(template, subject.strip(), body.strip())
    author = work.session.scalar(select(User.full_name).where(User.username == work.actor))
    number = select(func.coalesce(func.max(Letter.id), 0) + 1).scalar_subquery()
    added = work.session.execute(
        insert(Letter)
        .values(
            id=number,
            reference=func.printf("L%06d", number),
            tenancy_id=tenancy_id,
            template=template,
            subject=subject.strip(),
            body=body.strip(),
            written_on=work.today,
            author=author or work.actor,
        )
        .returning(Letter.reference)
    )
    reference = added.scalar_one()
    audit.record(work, "letter.sent", reference, tenancy_reference)
    return get_letter(work, reference)


def _check(template: str, subject: str, body: str) -> None:
    if template not in TEMPLATE_NAMES:
        raise InvalidError("template", "Select a template")
    if not subject:
        raise InvalidError("subject", "Enter a subject")
    if len(subject) > MAX_SUBJECT:
        raise InvalidError("subject", f"Subject must be {MAX_SUBJECT} characters or fewer")
    if not body:
        raise InvalidError("body", "Enter the text of the letter")
    if len(body) > MAX_BODY:
        raise InvalidError("body", f"Letter text must be {MAX_BODY:,} characters or fewer")


def _rows() -> Query:
    return select(
        Letter.reference,
        Tenancy.reference.label("tenancy_reference"),
        Tenancy.tenant_name,
        Letter.subject,
        Letter.written_on,
        Letter.author,
    ).join(Tenancy, Tenancy.id == Letter.tenancy_id)


def _row(row: Found) -> LetterRow:
    return LetterRow(
        reference=row.reference,
        tenancy_reference=row.tenancy_reference,
        tenant_name=row.tenant_name,
        subject=row.subject,
        written_on=row.written_on,
        author=row.author,
    )
