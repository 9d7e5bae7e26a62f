"""Repairs: raising, following and completing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gonogo.demo.services.work import Work

TRADES = ("Plumbing", "Electrical", "Heating", "Carpentry", "Roofing", "Glazing", "Damp and mould", "Locks")
PRIORITIES = ("Emergency", "Urgent", "Routine", "Planned")
STATUSES = ("reported", "ordered", "completed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRow:
    """A repair as lists show it.

    `reported_at` is the time on a UK clock. `target_on` and `overdue` are None and False on 8.1.
    """

    reference: str
    tenancy_reference: str
    tenant_name: str
    address: str
    trade: str
    description: str
    priority: str  # one of PRIORITIES
    status: str
    reported_at: datetime
    completed_on: date | None
    cost_pence: int
    target_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """A note on a repair; `written_at` is the time on a UK clock."""

    written_at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairView:
    """A repair with its notes, oldest first."""

    row: RepairRow
    notes: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPage:
    """One page of repairs, newest first."""

    rows: tuple[RepairRow, ...]
    total: int
    page: int
    pages: int


def list_repairs(
    work: Work,
    *,
    status: str | None = None,
    priority: str | None = None,
    tenancy_reference: str | None = None,
    page: int = 1,
    page_size: int = 25,
) -> RepairPage:
    """Repairs that fit every filter given, newest first."""
    raise NotImplementedError


def get_repair(work: Work, reference: str) -> RepairView:
    """One repair. Raises NotFound."""
    raise NotImplementedError


def raise_repair(
    work: Work, tenancy_reference: str, *, trade: str, description: str, priority: str
) -> RepairRow:
    """A new repair at the tenancy's home, reported now. Raises NotFound, Invalid."""
    raise NotImplementedError


def set_status(work: Work, reference: str, status: str, *, cost_pence: int = 0) -> RepairRow:
    """Moves a repair on; completing dates it today. Raises NotFound, Invalid (a step backwards, unknown status)."""
    raise NotImplementedError


def add_note(work: Work, reference: str, text: str) -> None:
    """Adds a note by the actor. Raises NotFound, Invalid (empty, over 2,000 characters)."""
    raise NotImplementedError


def counts_by_status(work: Work) -> dict[str, int]:
    """How many repairs have each status; every status of STATUSES is a key."""
    raise NotImplementedError
