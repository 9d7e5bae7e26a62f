"""Rent accounts: the ledger, payments, adjustments and write-offs."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.money import pounds
from gonogo.demo.services import rent_accounts
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.rent_accounts import KIND_NAMES, PAYMENT_METHODS
from gonogo.demo.services.work import InvalidError
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form, read_day
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts/<reference>")

DIRECTIONS = {"charge": 1, "credit": -1}
_LONGEST_NOTE = 60


@blueprint.get("")
@needs(Permission.ACCOUNT_VIEW)
def show(reference: str) -> Response:
    """The account with one page of its ledger."""
    work = visit().work()
    account = rent_accounts.get_account(work, reference)
    kind = request.args.get("kind", "")
    since, until = request.args.get("from", ""), request.args.get("to", "")
    asked = Form({"kind": kind, "from": since, "to": until})
    number = page_number(request.args.get("page"))
    found = rent_accounts.ledger(
        work,
        account.reference,
        kind=kind if kind in KIND_NAMES else "",
        since=read_day(since),
        until=read_day(until),
        page=number,
        per_page=PER_PAGE,
    )
    shown = Page(
        number=number,
        total=found.total,
        path=f"/accounts/{account.reference}",
        query=(("kind", kind), ("from", since), ("to", until)),
    )
    return page(
        "account.html",
        section="/tenancies",
        account=account,
        rows=found.rows,
        shown=shown,
        form=asked,
        kinds=[("", "All"), *KIND_NAMES.items()],
        kind_names=KIND_NAMES,
    )


@blueprint.get("/payment")
@needs(Permission.PAYMENT_TAKE)
def payment_form(reference: str) -> Response:
    """The form to take a payment."""
    return _form("account_payment.html", reference, Form())


@blueprint.post("/payment")
@needs(Permission.PAYMENT_TAKE)
def take_payment(reference: str) -> BaseResponse:
    """Posts a payment."""
    sent = Form(request.form)
    amount = sent.money("amount")
    method = sent.choice("method", PAYMENT_METHODS, "Select a payment method")
    note = sent.optional("note", limit=_LONGEST_NOTE, label="Reference")
    if sent.ok:
        try:
            rent_accounts.take_payment(visit().work(), reference, amount, method=method, note=note)
        except InvalidError as wrong:
            sent.refuse(wrong, ("amount", "method"))
        else:
            done = _done(reference, f"Payment of {pounds(amount)} taken")
            _end_session_if_faulty()
            return done
    return _form("account_payment.html", reference, sent)


@blueprint.get("/adjustment")
@needs(Permission.ADJUSTMENT_POST)
def adjustment_form(reference: str) -> Response:
    """The form to post an adjustment."""
    return _form("account_adjustment.html", reference, Form())


@blueprint.post("/adjustment")
@needs(Permission.ADJUSTMENT_POST)
def post_adjustment(reference: str) -> BaseResponse:
    """Posts an adjustment that charges or credits the account."""
    sent = Form(request.form)
    direction = sent.choice("direction", DIRECTIONS, "Select a direction")
    amount = sent.money("amount")
    note = sent.text("note", "Enter a reason", limit=_LONGEST_NOTE, label="Reason")
    if sent.ok:
        try:
            rent_accounts.post_adjustment(
                visit().work(), reference, DIRECTIONS[direction] * amount, note=note
            )
        except InvalidError as wrong:
            sent.refuse(wrong, ("amount", "note"))
        else:
            return _done(reference, f"Adjustment of {pounds(amount)} posted")
    return _form("account_adjustment.html", reference, sent)


@blueprint.get("/write-off")
@needs(Permission.WRITEOFF_POST)
def write_off_form(reference: str) -> Response:
    """The form to write off debt."""
    return _form("account_write_off.html", reference, Form())


@blueprint.post("/write-off")
@needs(Permission.WRITEOFF_POST)
def write_off(reference: str) -> BaseResponse:
    """Writes off debt."""
    sent = Form(request.form)
    amount = sent.money("amount")
    note = sent.text("note", "Enter a reason", limit=_LONGEST_NOTE, label="Reason")
    if sent.ok:
        try:
            rent_accounts.write_off(visit().work(), reference, amount, note=note)
        except InvalidError as wrong:
            sent.refuse(wrong, ("amount", "note"))
        else:
            return _done(reference, f"{pounds(amount)} written off")
    return _form("account_write_off.html", reference, sent)


def _form(template: str, reference: str, sent: Form) -> Response:
    account = rent_accounts.get_account(visit().work(), reference)
    return page(template, section="/tenancies", account=account, form=sent, methods=PAYMENT_METHODS)


def _end_session_if_faulty() -> None:
    who = visit()
    if who.session is not None and who.build.has("session-ends-after-payment"):
        who.portal.sessions.end(who.session.key)
        who.session = None


def _done(reference: str, message: str) -> BaseResponse:
    """Saves, and goes back to the account; a clerk who may only adjust has no account to go back to."""
    who = visit()
    who.save()
    who.tell(message)
    if who.may(Permission.ACCOUNT_VIEW):
        return redirect(f"/accounts/{reference}")
    return redirect(f"/accounts/{reference}/adjustment")
