"""Repairs: raising, assigning, completing and cancelling them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gonogo.demo.services.work import Work

TRADES = ("Plumbing", "Electrical", "Heating", "Carpentry", "Roofing", "Glazing", "Damp and mould", "Locks")
PRIORITIES = ("Emergency", "Urgent", "Routine")
STATUS_NAMES = {
    "raised": "Raised",
    "assigned": "Assigned",
    "completed": "Completed",
    "cancelled": "Cancelled",
}
CONTRACTORS = (
    "Harbour Building Services",
    "Northgate Heating Ltd",
    "Brightside Electrical",
    "Council works team",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRow:
    """A repair as lists show it. `raised_at` is the time on a UK clock; `overdue` holds for open repairs only."""

    reference: str  # R000001
    tenancy_reference: str
    tenant_name: str
    address: str
    trade: str
    description: str
    priority: str  # one of PRIORITIES
    status: str  # a key of STATUS_NAMES
    raised_at: datetime
    due_on: date
    overdue: bool
    contractor: str
    completed_on: date | None
    cost_pence: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """8.2: an open repair against its target; negative `days_left` means late."""

    reference: str
    priority: str
    raised_on: date
    target_on: date
    days_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage:
    """One page of open repairs, the most urgent target first."""

    rows: tuple[TargetRow, ...]
    total: int


def list_repairs(
    work: Work,
    *,
    status: str = "open",
    priority: str = "",
    tenancy_reference: str = "",
    page: int = 1,
    per_page: int = 25,
) -> RepairPage:
    """Repairs that fit every filter given, newest first.

    `status` is a key of STATUS_NAMES, 'open' (raised or assigned) or '' for all; `priority` one of PRIORITIES or ''.
    """
    raise NotImplementedError


def get_repair(work: Work, reference: str) -> RepairView:
    """One repair. Raises NotFoundError."""
    raise NotImplementedError


def raise_repair(
    work: Work, tenancy_reference: str, *, trade: str, priority: str, description: str
) -> RepairRow:
    """A new repair at the home of a current tenancy, raised now.

    Raises InvalidError: field 'tenancy' "There is no current tenancy with this reference"; 'trade', 'priority',
    'description' with the sentences of the screen.
    """
    raise NotImplementedError


def assign(work: Work, reference: str, contractor: str) -> RepairRow:
    """Gives a raised or assigned repair to a contractor. Raises NotFoundError, InvalidError ('contractor', 'status')."""
    raise NotImplementedError


def complete(work: Work, reference: str, note: str = "") -> RepairRow:
    """Completes an assigned repair today. Raises NotFoundError, InvalidError ('status')."""
    raise NotImplementedError


def cancel(work: Work, reference: str, note: str) -> RepairRow:
    """Cancels an open repair. Raises NotFoundError, InvalidError ('note' "Enter a reason for cancelling"; 'status')."""
    raise NotImplementedError


def targets(work: Work, *, page: int = 1, per_page: int = 25) -> TargetPage:
    """8.2: open repairs against their targets. Raises RefusedError on 8.1."""
    raise NotImplementedError
