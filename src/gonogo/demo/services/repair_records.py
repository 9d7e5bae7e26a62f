"""Repairs as they are shown: records, and the words a repair is described with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

TRADES = ("Plumbing", "Electrical", "Heating", "Carpentry", "Roofing", "Glazing", "Damp and mould", "Locks")
PRIORITIES = ("Emergency", "Urgent", "Routine")
STATUS_NAMES = {
    "raised": "Raised",
    "assigned": "Assigned",
    "completed": "Completed",
    "cancelled": "Cancelled",
}
OPEN = ("raised", "assigned")
CONTRACTORS = (
    "Harbour Building Services",
    "Northgate Heating Ltd",
    "Brightside Electrical",
    "Council works team",
)
CODES_81 = {"Emergency": "1", "Urgent": "2", "Routine": "3"}
CODES_82 = {"Emergency": "EM", "Urgent": "UR", "Routine": "RT"}
TARGET_DAYS = {"Emergency": 1, "Urgent": 7, "Routine": 28}
MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRow:
    """A repair as lists show it; `raised_at` is UK clock time, `overdue` holds for open repairs only."""

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
