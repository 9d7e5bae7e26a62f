"""Repairs: the list, raising one, and moving it on."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import repairs
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.repairs import CONTRACTORS, PRIORITIES, STATUS_NAMES, TRADES
from gonogo.demo.services.work import InvalidError
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("repairs", __name__, url_prefix="/repairs")

STATUSES = (("open", "All open"), *STATUS_NAMES.items())
_LONGEST_DESCRIPTION = 500


@blueprint.get("")
@needs(Permission.REPAIR_VIEW)
def show_list() -> Response:
    """Repairs, newest first."""
    status = request.args.get("status", "open")
    if status not in dict(STATUSES):
        status = "open"
    priority = request.args.get("priority", "")
    if priority not in PRIORITIES:
        priority = ""
    number = page_number(request.args.get("page"))
    found = repairs.list_repairs(
        visit().work(), status=status, priority=priority, page=number, per_page=PER_PAGE
    )
    shown = Page(
        number=number, total=found.total, path="/repairs", query=(("status", status), ("priority", priority))
    )
    return page(
        "repairs.html",
        section="/repairs",
        form=Form({"status": status, "priority": priority}),
        statuses=STATUSES,
        priorities=[("", "All"), *((name, name) for name in PRIORITIES)],
        rows=found.rows,
        shown=shown,
    )


@blueprint.get("/new")
@needs(Permission.REPAIR_RAISE)
def new_form() -> Response:
    """The form to raise a repair."""
    if visit().build.has("missing-page-raise-repair"):
        abort(404)
    return _new(Form(defaults={"tenancy": request.args.get("tenancy", "")[:12]}))


@blueprint.post("/new")
@needs(Permission.REPAIR_RAISE)
def raise_repair() -> BaseResponse:
    """Raises a repair."""
    sent = Form(request.form)
    tenancy = sent.text("tenancy", "Enter a tenancy reference", limit=20, label="Tenancy reference").upper()
    trade = sent.choice("trade", TRADES, "Select a trade")
    priority = sent.choice("priority", PRIORITIES, "Select a priority")
    description = sent.text(
        "description", "Enter a description", limit=_LONGEST_DESCRIPTION, label="Description"
    )
    if sent.ok:
        try:
            raised = repairs.raise_repair(
                visit().work(), tenancy, trade=trade, priority=priority, description=description
            )
        except InvalidError as wrong:
            sent.refuse(wrong, ("tenancy", "trade", "priority", "description"))
        else:
            return _done(raised.reference, f"Repair {raised.reference} raised")
    return _new(sent)


@blueprint.get("/<reference>")
@needs(Permission.REPAIR_VIEW)
def show(reference: str) -> Response:
    """One repair, with the forms that move it on."""
    return _show(reference, Form(), "")


@blueprint.post("/<reference>/assign")
@needs(Permission.REPAIR_MANAGE)
def assign(reference: str) -> BaseResponse:
    """Gives a repair to a contractor."""
    sent = Form(request.form)
    contractor = sent.choice("contractor", CONTRACTORS, "Select a contractor")
    if sent.ok:
        try:
            repairs.assign(visit().work(), reference, contractor)
        except InvalidError as wrong:
            sent.refuse(wrong, ("contractor",))
        else:
            return _done(reference, f"Repair assigned to {contractor}")
    return _show(reference, sent, "assign")


@blueprint.post("/<reference>/complete")
@needs(Permission.REPAIR_MANAGE)
def complete(reference: str) -> BaseResponse:
    """Completes a repair."""
    sent = Form(request.form)
    note = sent.optional("completion_note", limit=_LONGEST_DESCRIPTION, label="Completion notes")
    if sent.ok:
        try:
            repairs.complete(visit().work(), reference, note)
        except InvalidError as wrong:
            sent.refuse(wrong, ("completion_note",))
        else:
            return _done(reference, "Repair completed")
    return _show(reference, sent, "complete")


@blueprint.post("/<reference>/cancel")
@needs(Permission.REPAIR_MANAGE)
def cancel(reference: str) -> BaseResponse:
    """Cancels a repair."""
    sent = Form(request.form)
    note = sent.text("reason", "Enter a reason for cancelling", limit=_LONGEST_DESCRIPTION, label="Reason")
    if sent.ok:
        try:
            repairs.cancel(visit().work(), reference, note)
        except InvalidError as wrong:
            sent.refuse(wrong, ("reason",))
        else:
            return _done(reference, "Repair cancelled")
    return _show(reference, sent, "cancel")


def _new(sent: Form) -> Response:
    return page(
        "repair_new.html",
        section="/repairs",
        form=sent,
        trades=TRADES,
        priorities=PRIORITIES,
        limit=_LONGEST_DESCRIPTION,
    )


def _show(reference: str, sent: Form, which: str) -> Response:
    """The repair; `which` names the form that was sent, so that only that one shows its errors."""
    found = repairs.get_repair(visit().work(), reference)
    empty = Form()
    return page(
        "repair.html",
        section="/repairs",
        repair=found.row,
        notes=found.notes,
        form=sent,
        assign_form=sent if which == "assign" else empty,
        complete_form=sent if which == "complete" else empty,
        cancel_form=sent if which == "cancel" else empty,
        contractors=CONTRACTORS,
    )


def _done(reference: str, message: str) -> BaseResponse:
    who = visit()
    who.save()
    who.tell(message)
    return redirect(f"/repairs/{reference}")
