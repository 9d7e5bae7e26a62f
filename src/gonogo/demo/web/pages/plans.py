"""New in 8.2: payment plans and repair targets."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from gonogo.demo.services import payment_plans, rent_accounts, repairs
from gonogo.demo.services.payment_plans import FREQUENCIES
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.work import InvalidError, NotFoundError
from gonogo.demo.web.access import needs
from gonogo.demo.web.forms import Form, read_day
from gonogo.demo.web.paging import PER_PAGE, Page, page_number
from gonogo.demo.web.portal import visit
from gonogo.demo.web.rendering import page

blueprint = Blueprint("plans", __name__)


@blueprint.get("/payment-plans")
@needs(Permission.PLAN_MANAGE)
def list_plans() -> Response:
    """Payment plans, newest first."""
    return _list(Form())


@blueprint.get("/payment-plans/new")
@needs(Permission.PLAN_MANAGE)
def choose_account() -> BaseResponse:
    """On to the plan of the account that was named."""
    sent = Form(request.args)
    reference = sent.text(
        "reference", "Enter a tenancy or account reference", limit=20, label="Reference"
    ).upper()
    if sent.ok:
        try:
            account = rent_accounts.get_account(visit().work(), reference)
        except NotFoundError:
            sent.error("reference", "There is no rent account with this reference")
        else:
            return redirect(f"/accounts/{account.reference}/plan")
    return _list(sent)


@blueprint.get("/accounts/<reference>/plan")
@needs(Permission.PLAN_MANAGE)
def show(reference: str) -> Response:
    """The account's active plan, or the form to set one up."""
    return _show(reference, Form(defaults={"start": visit().work().today.isoformat()}))


@blueprint.post("/accounts/<reference>/plan")
@needs(Permission.PLAN_MANAGE)
def set_up(reference: str) -> BaseResponse:
    """Sets up a plan."""
    sent = Form(request.form)
    amount = sent.money("amount")
    frequency = sent.choice("frequency", FREQUENCIES, "Select a frequency")
    starts_on = read_day(request.form.get("start"))
    if starts_on is None:
        sent.error("start", "Enter the date of the first payment")
    if sent.ok and starts_on is not None:
        try:
            payment_plans.set_up_plan(
                visit().work(), reference, instalment_pence=amount, frequency=frequency, starts_on=starts_on
            )
        except InvalidError as wrong:
            sent.refuse(wrong, ("amount", "frequency", "start"))
        else:
            return _done(reference, "Payment plan set up")
    return _show(reference, sent)


@blueprint.post("/accounts/<reference>/plan/cancel")
@needs(Permission.PLAN_MANAGE)
def cancel(reference: str) -> BaseResponse:
    """Cancels the account's active plan."""
    payment_plans.cancel_plan(visit().work(), reference)
    return _done(reference, "Payment plan cancelled")


@blueprint.get("/repairs/sla")
@needs(Permission.REPAIR_VIEW)
def targets() -> Response:
    """Open repairs against their targets."""
    number = page_number(request.args.get("page"))
    found = repairs.targets(visit().work(), page=number, per_page=PER_PAGE)
    shown = Page(number=number, total=found.total, path="/repairs/sla")
    return page("repair_targets.html", section="/repairs", rows=found.rows, shown=shown)


def _list(sent: Form) -> Response:
    number = page_number(request.args.get("page"))
    found = payment_plans.list_plans(visit().work(), page=number, per_page=PER_PAGE)
    shown = Page(number=number, total=found.total, path="/payment-plans")
    return page("plans.html", section="/arrears", rows=found.rows, shown=shown, form=sent)


def _show(reference: str, sent: Form) -> Response:
    work = visit().work()
    account = rent_accounts.get_account(work, reference)
    return page(
        "plan.html",
        section="/arrears",
        account=account,
        plan=payment_plans.active_plan(work, reference),
        form=sent,
        frequencies=FREQUENCIES,
    )


def _done(reference: str, message: str) -> BaseResponse:
    who = visit()
    who.save()
    who.tell(message)
    return redirect(f"/accounts/{reference}/plan")
