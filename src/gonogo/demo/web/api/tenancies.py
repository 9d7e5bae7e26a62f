"""Tenancies in the API."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import tenancies
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.search import search
from gonogo.demo.web.access import needs
from gonogo.demo.web.api.answers import PREFIX, answer, listing, page_asked_for
from gonogo.demo.web.portal import visit

blueprint = Blueprint("api_tenancies", __name__, url_prefix=f"{PREFIX}/tenancies")


@blueprint.get("")
@needs(Permission.TENANCY_VIEW)
def find() -> Response:
    """Tenancies that fit the search."""
    page, per_page = page_asked_for()
    status = request.args.get("status", "")
    found = search(
        visit().work(),
        request.args.get("q", "")[:120],
        status=status if status in {"current", "ended"} else "",
        page=page,
        per_page=per_page,
    )
    items = [
        {
            "reference": row.reference,
            "tenant_name": row.tenant_name,
            "address": row.address,
            "postcode": row.postcode,
            "status": row.status,
            "start_date": row.started_on.isoformat(),
            "end_date": row.ended_on.isoformat() if row.ended_on else None,
            "weekly_rent_pence": row.weekly_charge_pence,
        }
        for row in found.rows
    ]
    return listing(items, page, per_page, found.total)


@blueprint.get("/<reference>")
@needs(Permission.TENANCY_VIEW)
def detail(reference: str) -> Response:
    """One tenancy."""
    who = visit()
    tenancy = tenancies.get_tenancy(who.work(), reference)
    weekly = tenancy.weekly_total_pence
    return answer(
        {
            "reference": tenancy.reference,
            "tenant_name": tenancy.tenant_name,
            "address": tenancy.address,
            "postcode": tenancy.postcode,
            "status": tenancy.status,
            "start_date": tenancy.started_on.isoformat(),
            "end_date": tenancy.ended_on.isoformat() if tenancy.ended_on else None,
            "weekly_rent_pence": str(weekly) if who.build.has("interface-api-pence-text") else weekly,
        }
    )
