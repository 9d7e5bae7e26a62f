"""New in 8.2: payment plans in the API."""

from __future__ import annotations

from flask import Blueprint, Response

from gonogo.demo.services import payment_plans
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.work import NotFoundError
from gonogo.demo.web.access import needs
from gonogo.demo.web.api.answers import PREFIX, answer
from gonogo.demo.web.portal import visit

blueprint = Blueprint("api_plans", __name__, url_prefix=f"{PREFIX}/accounts")


@blueprint.get("/<reference>/plan")
@needs(Permission.PLAN_MANAGE)
def active(reference: str) -> Response:
    """The account's active payment plan; not found when it has none."""
    plan = payment_plans.active_plan(visit().work(), reference)
    if plan is None:
        raise NotFoundError("This account has no active payment plan.")
    return answer(
        {
            "reference": plan.reference,
            "account_reference": plan.account_reference,
            "instalment_pence": plan.instalment_pence,
            "frequency": plan.frequency,
            "start_date": plan.starts_on.isoformat(),
            "status": plan.status,
        }
    )
