"""Reports: the menu and the downloads."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.reports import REPORTS, Document, build_report
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.work import NotFoundError
from gonogo.demo.web.access import Access, needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("")
@needs(Access.SIGNED_IN)
def show() -> Response:
    """The reports that the reader may download."""
    return _menu(Form())


@blueprint.get("/rent-roll.csv")
@needs(Permission.REPORT_RENTS)
def rent_roll() -> Response:
    """The rent roll."""
    return _download(build_report(visit().work(), "rent-roll.csv"))


@blueprint.get("/arrears.xlsx")
@needs(Permission.REPORT_RENTS)
def arrears() -> Response:
    """Accounts in arrears."""
    return _download(build_report(visit().work(), "arrears.xlsx"))


@blueprint.get("/repairs.csv")
@needs(Permission.REPORT_REPAIRS)
def repairs() -> Response:
    """Every repair."""
    return _download(build_report(visit().work(), "repairs.csv"))


@blueprint.get("/statement.pdf")
@needs(Permission.REPORT_RENTS)
def statement() -> BaseResponse:
    """The rent statement of one account, or the menu with what is wrong with the reference."""
    sent = Form(request.args)
    reference = sent.text(
        "reference", "Enter a tenancy reference", limit=20, label="Tenancy reference"
    ).upper()
    if sent.ok:
        try:
            return _download(build_report(visit().work(), "statement.pdf", reference))
        except NotFoundError:
            sent.error("reference", "There is no tenancy with this reference")
    return _menu(sent)


@blueprint.get("/<key>")
@needs(Access.SIGNED_IN)
def unknown(key: str) -> Response:
    """No report has this name."""
    abort(404, f"There is no report {key}.")


def _menu(sent: Form) -> Response:
    who = visit()
    shown = [report for report in REPORTS if who.may(report.permission) and not report.needs_reference]
    return page("reports.html", section="/reports", reports=shown, form=sent)


def _download(document: Document) -> Response:
    response = Response(document.content, content_type=document.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    return response
