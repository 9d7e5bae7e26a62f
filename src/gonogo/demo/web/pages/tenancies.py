"""Tenancies: the search and the record."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import correspondence, repairs, tenancies
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.search import search
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("tenancies", __name__)

STATUSES = (("", "All"), ("current", "Current"), ("ended", "Ended"))
_LONGEST_TERM = 120


@blueprint.get("/tenancies")
@needs(Permission.TENANCY_VIEW)
def find() -> Response:
    """The search and what it found."""
    term = request.args.get("q", "").strip()[:_LONGEST_TERM]
    status = request.args.get("status", "")
    if status not in {value for value, _ in STATUSES}:
        status = ""
    number = page_number(request.args.get("page"))
    found = search(visit().work(), term, status=status, page=number, per_page=PER_PAGE)
    shown = Page(number=number, total=found.total, path="/tenancies", query=(("q", term), ("status", status)))
    return page(
        "tenancies.html",
        section="/tenancies",
        form=Form({"q": term, "status": status}),
        term=term,
        statuses=STATUSES,
        rows=found.rows,
        shown=shown,
    )


@blueprint.get("/tenancies/<reference>")
@needs(Permission.TENANCY_VIEW)
def record(reference: str) -> Response:
    """The tenancy record."""
    tenancy = tenancies.get_tenancy(visit().work(), reference)
    return page("tenancy.html", section="/tenancies", tenancy=tenancy)


@blueprint.get("/tenancies/<reference>/repairs")
@needs(Permission.REPAIR_VIEW)
def repairs_of(reference: str) -> Response:
    """Repairs at the tenancy's property."""
    work = visit().work()
    tenancy = tenancies.get_tenancy(work, reference)
    number = page_number(request.args.get("page"))
    found = repairs.list_repairs(
        work, status="", tenancy_reference=tenancy.reference, page=number, per_page=PER_PAGE
    )
    shown = Page(number=number, total=found.total, path=f"/tenancies/{tenancy.reference}/repairs")
    return page("tenancy_repairs.html", section="/tenancies", tenancy=tenancy, rows=found.rows, shown=shown)


@blueprint.get("/tenancies/<reference>/letters")
@needs(Permission.LETTER_VIEW)
def letters_of(reference: str) -> Response:
    """Letters to the tenant."""
    work = visit().work()
    tenancy = tenancies.get_tenancy(work, reference)
    number = page_number(request.args.get("page"))
    found = correspondence.list_letters(
        work, tenancy_reference=tenancy.reference, page=number, per_page=PER_PAGE
    )
    shown = Page(number=number, total=found.total, path=f"/tenancies/{tenancy.reference}/letters")
    return page("tenancy_letters.html", section="/tenancies", tenancy=tenancy, rows=found.rows, shown=shown)
