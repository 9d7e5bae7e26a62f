"""The figures and the work queue of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gonogo.demo.db.models import LedgerEntry, RentAccount, Repair, Tenancy
from gonogo.demo.money import pounds
from gonogo.demo.services.arrears import arrears
from gonogo.demo.services.permissions import Role
from gonogo.demo.services.repairs import OPEN, overdue_before

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.services.work import Work

_CHASE_FROM_PENCE = 20_000
_DAYS_TO_CHASE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Totals over everything current; arrears are those of active accounts."""

    current_tenancies: int
    tenancies_in_arrears: int
    total_arrears_pence: int
    open_repairs: int
    overdue_repairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `kind` is 'arrears' or 'repair', `reference` the account's or the repair's."""

    kind: str
    title: str  # "Chase arrears", "Assign repair", "Overdue repair"
    reference: str
    tenant_name: str
    detail: str
    due_on: date


def figures(work: Work) -> Figures:
    """The figures of the first page."""
    current = select(func.count()).select_from(Tenancy).where(Tenancy.ended_on.is_(None)).scalar_subquery()
    owing = (RentAccount.status == "active", RentAccount.balance_pence > 0)
    owers = select(func.count(RentAccount.tenancy_id.distinct())).where(*owing).scalar_subquery()
    counted = owing[1:] if work.build.has("money-home-counts-closed") else owing
    owed = select(func.coalesce(func.sum(RentAccount.balance_pence), 0)).where(*counted).scalar_subquery()
    is_open = Repair.status.in_(OPEN)
    is_late = Repair.due_on < overdue_before(work)
    open_repairs = select(func.count()).select_from(Repair).where(is_open).scalar_subquery()
    late = select(func.count()).select_from(Repair).where(is_open, is_late).scalar_subquery()
    row = work.session.execute(select(current, owers, owed, open_repairs, late)).one()
    if work.build.has("performance-home-adds-ledgers"):
        _add_ledgers(work)
    return Figures(
        current_tenancies=row[0],
        tenancies_in_arrears=row[1],
        total_arrears_pence=row[2],
        open_repairs=row[3],
        overdue_repairs=row[4],
    )


def _add_ledgers(work: Work) -> dict[int, int]:
    """Every account's balance out of its ledger, as if the balance were not kept with the account."""
    balances: dict[int, int] = {}
    for account_id, pence in work.session.execute(select(LedgerEntry.account_id, LedgerEntry.amount_pence)):
        balances[account_id] = balances.get(account_id, 0) + pence
    return balances


def work_queue(work: Work, role: str, *, limit: int = 10) -> list[Task]:
    """What the role should do next, longest due first: officers arrears, clerks repairs, managers both."""
    tasks: list[Task] = []
    if role in {Role.RENT_OFFICER, Role.HOUSING_MANAGER}:
        tasks += _arrears_tasks(work, limit)
    if role in {Role.REPAIRS_CLERK, Role.HOUSING_MANAGER}:
        tasks += _repair_tasks(work, limit)
    return sorted(tasks, key=lambda task: (task.due_on, task.reference))[:limit]


def _arrears_tasks(work: Work, limit: int) -> list[Task]:
    rows = arrears(work, minimum_pence=_CHASE_FROM_PENCE, per_page=limit).rows
    return [
        Task(
            kind="arrears",
            title="Chase arrears",
            reference=row.reference,
            tenant_name=row.tenant_name,
            detail=f"{pounds(row.balance_pence)} owed",
            due_on=(row.last_payment_on or work.today) + timedelta(days=_DAYS_TO_CHASE),
        )
        for row in rows
    ]


def _repair_tasks(work: Work, limit: int) -> list[Task]:
    is_late = Repair.due_on < overdue_before(work)
    query = (
        select(Repair.reference, Repair.status, Repair.description, Repair.due_on, Tenancy.tenant_name)
        .join(Tenancy, Tenancy.id == Repair.tenancy_id)
        .where((Repair.status == "raised") | ((Repair.status == "assigned") & is_late))
        .order_by(Repair.due_on, Repair.id)
        .limit(limit)
    )
    return [
        Task(
            kind="repair",
            title="Assign repair" if row.status == "raised" else "Overdue repair",
            reference=row.reference,
            tenant_name=row.tenant_name,
            detail=row.description,
            due_on=row.due_on,
        )
        for row in work.session.execute(query)
    ]
