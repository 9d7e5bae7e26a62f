"""Payment plans (8.2): clearing arrears by instalments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from gonogo.demo.db.models import PaymentPlan, RentAccount, Tenancy
from gonogo.demo.money import pounds
from gonogo.demo.services import audit
from gonogo.demo.services.ledgers import find_account
from gonogo.demo.services.listing import read_page
from gonogo.demo.services.work import InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.listing import Found, Query
    from gonogo.demo.services.work import Work

FREQUENCIES = ("Weekly", "Fortnightly", "Monthly")
_MIN_INSTALMENT_PENCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A payment plan of an account; `instalments` is how many it takes to clear the arrears."""

    reference: str  # P000001
    account_reference: str
    tenancy_reference: str
    tenant_name: str
    instalment_pence: int
    frequency: str
    arrears_pence: int
    instalments: int
    starts_on: date
    status: str  # Active, Completed, Cancelled
    agreed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """One page of plans, newest first."""

    rows: tuple[PlanRow, ...]
    total: int


def list_plans(work: Work, *, page: int = 1, per_page: int = 25) -> PlanPage:
    """All plans. Raises RefusedError on a release without payment plans."""
    _require_release(work)
    found, total = read_page(work, _rows().order_by(PaymentPlan.id.desc()), page=page, per_page=per_page)
    return PlanPage(rows=tuple(_row(row) for row in found), total=total)


def active_plan(work: Work, reference: str) -> PlanRow | None:
    """The account's active plan, if it has one. Raises NotFoundError; RefusedError on 8.1."""
    _require_release(work)
    account = find_account(work, reference)
    query = _rows().where(PaymentPlan.account_id == account.id, PaymentPlan.status == "Active")
    found = work.session.execute(query).first()
    return None if found is None else _row(found)


def set_up_plan(
    work: Work, reference: str, *, instalment_pence: int, frequency: str, starts_on: date
) -> PlanRow:
    """A new active plan over the present arrears.

    Raises:
        NotFoundError: no such account.
        RefusedError: a release without payment plans.
        InvalidError: field 'amount', 'frequency' or 'start', with the sentence of the screen.
    """
    if active_plan(work, reference) is not None:
        raise InvalidError("amount", "This account already has a plan")
    account = find_account(work, reference)
    if account.balance_pence <= 0:
        raise InvalidError("amount", "There are no arrears to pay off")
    if instalment_pence < _MIN_INSTALMENT_PENCE:
        raise InvalidError("amount", f"Instalment must be at least {pounds(_MIN_INSTALMENT_PENCE)}")
    if instalment_pence > account.balance_pence:
        owed = pounds(account.balance_pence)
        raise InvalidError("amount", f"Instalment must not be more than the arrears ({owed})")
    if frequency not in FREQUENCIES:
        raise InvalidError("frequency", "Select a frequency")
    if starts_on < work.today:
        raise InvalidError("start", "First payment must be today or later")
    number = select(func.coalesce(func.max(PaymentPlan.id), 0) + 1).scalar_subquery()
    added = work.session.execute(
        insert(PaymentPlan)
        .values(
            id=number,
            reference=func.printf("P%06d", number),
            account_id=account.id,
            instalment_pence=instalment_pence,
            frequency=frequency,
            arrears_pence=account.balance_pence,
            starts_on=starts_on,
            status="Active",
            agreed_by=work.actor,
        )
        .returning(PaymentPlan.reference)
    )
    plan_reference = added.scalar_one()
    audit.record(work, "plan.set-up", account.reference, plan_reference)
    return _one(work, plan_reference)


def cancel_plan(work: Work, reference: str) -> PlanRow:
    """Cancels the account's active plan. Raises NotFoundError when it has none; RefusedError on 8.1."""
    plan = active_plan(work, reference)
    if plan is None:
        raise NotFoundError("This account has no active payment plan")
    work.session.execute(
        update(PaymentPlan).where(PaymentPlan.reference == plan.reference).values(status="Cancelled")
    )
    audit.record(work, "plan.cancelled", plan.account_reference, plan.reference)
    return _one(work, plan.reference)


def _require_release(work: Work) -> None:
    if not work.build.release.has_payment_plans:
        raise RefusedError("Payment plans came with release 8.2")


def _rows() -> Query:
    return (
        select(
            PaymentPlan.reference,
            RentAccount.reference.label("account_reference"),
            Tenancy.reference.label("tenancy_reference"),
            Tenancy.tenant_name,
            PaymentPlan.instalment_pence,
            PaymentPlan.frequency,
            PaymentPlan.arrears_pence,
            PaymentPlan.starts_on,
            PaymentPlan.status,
            PaymentPlan.agreed_by,
        )
        .join(RentAccount, RentAccount.id == PaymentPlan.account_id)
        .join(Tenancy, Tenancy.id == RentAccount.tenancy_id)
    )


def _row(row: Found) -> PlanRow:
    return PlanRow(
        reference=row.reference,
        account_reference=row.account_reference,
        tenancy_reference=row.tenancy_reference,
        tenant_name=row.tenant_name,
        instalment_pence=row.instalment_pence,
        frequency=row.frequency,
        arrears_pence=row.arrears_pence,
        instalments=-(-row.arrears_pence // row.instalment_pence),
        starts_on=row.starts_on,
        status=row.status,
        agreed_by=row.agreed_by,
    )


def _one(work: Work, plan_reference: str) -> PlanRow:
    return _row(work.session.execute(_rows().where(PaymentPlan.reference == plan_reference)).one())
