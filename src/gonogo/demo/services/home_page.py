"""The figures and the work queue of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Totals over everything current."""

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
    raise NotImplementedError


def work_queue(work: Work, role: str, *, limit: int = 10) -> list[Task]:
    """What the role should do next: officers arrears, clerks repairs, managers both; the longest due first."""
    raise NotImplementedError
