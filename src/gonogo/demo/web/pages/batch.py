"""The history of batch jobs."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import batch_history
from gonogo.demo.services.permissions import Permission
from gonogo.demo.web.access import needs
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("batch", __name__)


@blueprint.get("/batch")
@needs(Permission.BATCH_VIEW)
def show() -> Response:
    """Runs of batch jobs, newest first."""
    number = page_number(request.args.get("page"))
    found = batch_history.list_runs(visit().work(), page=number, per_page=PER_PAGE)
    shown = Page(number=number, total=found.total, path="/batch")
    return page("batch.html", section="/batch", rows=found.rows, shown=shown)
