"""Repairs in the API."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import repairs
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.repairs import PRIORITIES, STATUS_NAMES, RepairRow
from gonogo.demo.web.access import needs
from gonogo.demo.web.api.answers import PREFIX, answer, listing, page_asked_for, sent_object
from gonogo.demo.web.portal import visit

blueprint = Blueprint("api_repairs", __name__, url_prefix=f"{PREFIX}/repairs")


@blueprint.get("")
@needs(Permission.REPAIR_VIEW)
def find() -> Response:
    """Repairs, newest first."""
    page, per_page = page_asked_for()
    status, priority = request.args.get("status", ""), request.args.get("priority", "")
    found = repairs.list_repairs(
        visit().work(),
        status=status if status in {"open", *STATUS_NAMES} else "",
        priority=priority if priority in PRIORITIES else "",
        page=page,
        per_page=per_page,
    )
    return listing([_item(row) for row in found.rows], page, per_page, found.total)


@blueprint.get("/<reference>")
@needs(Permission.REPAIR_VIEW)
def detail(reference: str) -> Response:
    """One repair."""
    return answer(_item(repairs.get_repair(visit().work(), reference).row))


@blueprint.post("")
@needs(Permission.REPAIR_RAISE)
def create() -> Response:
    """Raises a repair; what is wrong with it is answered 422."""
    sent = sent_object()
    who = visit()
    raised = repairs.raise_repair(
        who.work(),
        sent.get("tenancy_reference", ""),
        trade=sent.get("trade", ""),
        priority=sent.get("priority", ""),
        description=sent.get("description", ""),
    )
    who.save()
    response = answer(_item(raised), 201)
    response.headers["Location"] = f"{PREFIX}/repairs/{raised.reference}"
    return response


def _item(row: RepairRow) -> dict[str, object]:
    return {
        "reference": row.reference,
        "tenancy_reference": row.tenancy_reference,
        "description": row.description,
        "trade": row.trade,
        "priority": row.priority,
        "status": row.status,
        "raised_date": row.raised_at.date().isoformat(),
        "due_date": row.due_on.isoformat(),
    }
