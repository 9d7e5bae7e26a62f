"""The list of accounts in arrears."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import rent_accounts
from gonogo.demo.services.permissions import Permission
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("arrears", __name__)


@blueprint.get("/arrears")
@needs(Permission.ARREARS_VIEW)
def show() -> Response:
    """Accounts in arrears, the largest first."""
    asked = request.args.get("min", "").strip()
    form = Form({"min": asked})
    minimum = form.money("min") if asked else 1
    number = page_number(request.args.get("page"))
    found = rent_accounts.arrears(
        visit().work(), minimum_pence=max(1, minimum), page=number, per_page=PER_PAGE
    )
    shown = Page(number=number, total=found.total, path="/arrears", query=(("min", asked),))
    return page(
        "arrears.html",
        section="/arrears",
        form=form,
        rows=found.rows,
        total_pence=found.total_pence,
        shown=shown,
    )
