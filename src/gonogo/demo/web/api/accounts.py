"""Rent accounts in the API."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonogo.demo.services import rent_accounts
from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.rent_accounts import KIND_NAMES
from gonogo.demo.web.access import needs
from gonogo.demo.web.api.answers import PREFIX, answer, listing, page_asked_for
from gonogo.demo.web.portal import visit

blueprint = Blueprint("api_accounts", __name__, url_prefix=f"{PREFIX}/accounts")


@blueprint.get("/<reference>")
@needs(Permission.ACCOUNT_VIEW)
def detail(reference: str) -> Response:
    """One account with its balance."""
    who = visit()
    account = rent_accounts.get_account(who.work(), reference)
    balance = "current_balance_pence" if who.build.has("interface-api-balance-renamed") else "balance_pence"
    return answer(
        {
            "reference": account.reference,
            "tenancy_reference": account.tenancy_reference,
            balance: account.balance_pence,
            "weekly_charge_pence": account.weekly_charge_pence,
            "last_payment_date": account.last_payment_on.isoformat() if account.last_payment_on else None,
        }
    )


@blueprint.get("/<reference>/transactions")
@needs(Permission.ACCOUNT_VIEW)
def transactions(reference: str) -> Response:
    """The account's ledger, newest first."""
    page, per_page = page_asked_for()
    kind = request.args.get("kind", "")
    found = rent_accounts.ledger(
        visit().work(), reference, kind=kind if kind in KIND_NAMES else "", page=page, per_page=per_page
    )
    date_form = "%d/%m/%Y" if visit().build.has("interface-api-uk-dates") else "%Y-%m-%d"
    items = [
        {
            "id": row.id,
            "date": row.posted_on.strftime(date_form),
            "type": row.kind,
            "description": row.description,
            "amount_pence": row.amount_pence,
            "balance_pence": row.balance_pence,
        }
        for row in found.rows
    ]
    return listing(items, page, per_page, found.total)
