"""The change record in words: what is done when, by whose authority, and how it is undone."""

from __future__ import annotations

from gonogo.model import ChangeRecord, ChangeType
from gonogo.publishing.cleaning import TEXT_LIMIT, one_line
from gonogo.publishing.wording import day, day_and_time

NOT_YET = "Not entered yet"


def change_rows(record: ChangeRecord | None) -> tuple[tuple[str, str], ...]:
    """The record as (name, value) pairs, in the order of a change form; none without a record."""
    if record is None:
        return ()
    window = (
        f"{day_and_time(record.window_start)} to {day_and_time(record.window_end)}"
        if record.window_start and record.window_end
        else ""
    )
    pre_approved = "Approved beforehand" if record.type is ChangeType.STANDARD else ""
    rows = (
        ("Change", record.id),
        ("Type", record.type.value.capitalize() if record.type else ""),
        ("Change authority", record.authority or pre_approved),
        ("Change window", window),
        ("Remediation plan, if it goes wrong", record.remediation_plan),
        ("Backup taken", day_and_time(record.backup_taken)),
        ("Backup may be", f"{record.backup_max_age_hours:g} hours old when the window starts"),
        ("Restoring was rehearsed", day(record.restore_rehearsed)),
        ("Point of no return", record.point_of_no_return),
    )
    return tuple((name, one_line(value, TEXT_LIMIT) or NOT_YET) for name, value in rows)
