"""The change record (ITIL): what must be known about a change before anybody lets it go live."""

from __future__ import annotations

from enum import StrEnum

from gonogo.model.base import Record


class ChangeType(StrEnum):
    """What kind of change it is; who may approve it follows from that."""

    STANDARD = "standard"
    """Done often, low in risk, approved beforehand."""
    NORMAL = "normal"
    """Assessed and approved by the change authority before it is done."""
    EMERGENCY = "emergency"
    """Cannot wait; approved by the authority for emergencies."""


class ChangeRecord(Record, frozen=True, kw_only=True):
    """One change. What is empty or None is not known yet, and is to be done before go-live.

    Attributes:
        id: reference in the IT service management tool.
        authority: the change authority: the person, role or board that approves it.
        window_start, window_end: when it is carried out, ISO 8601 UTC.
        remediation_plan: how the version in use is brought back, or where that is written down.
        backup_taken: when the backup it would be brought back from was taken, ISO 8601 UTC.
        backup_max_age_hours: how old the backup may be when the window starts.
        restore_rehearsed: day on which restoring from backup was last rehearsed, ISO date.
        restore_rehearsal_max_age_days: how long ago that may be when it is judged.
        point_of_no_return: until when, or which step, the change can still be undone.
    """

    id: str = ""
    type: ChangeType | None = None
    authority: str = ""
    window_start: str = ""
    window_end: str = ""
    remediation_plan: str = ""
    backup_taken: str = ""
    backup_max_age_hours: float = 24.0
    restore_rehearsed: str = ""
    restore_rehearsal_max_age_days: int = 365
    point_of_no_return: str = ""
