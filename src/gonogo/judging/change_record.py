"""The change record → what is still to be done before go-live. Each open point is a condition, nothing worse.

Only a project that keeps a change record is judged by it. What is open says nothing about the upgrade
itself, so it never makes a no-go and never replaces evidence; it makes a go a go with conditions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from gonogo.judging.rulings import counted, uk_day
from gonogo.model import ChangeRecord, ChangeType, Judgement, Priority, ReasonCode, Ruling

STAGE = "change"


def judge_change(record: ChangeRecord | None, at: str) -> list[Judgement]:
    """One NOT_MET judgement for each open point; one MET when there is none; nothing without a record.

    Args:
        at: the moment of judging, ISO 8601 UTC; without it nothing that depends on it is taken as done.
    """
    if record is None:
        return []
    found = [
        Judgement(
            criterion=f"{STAGE}.{name}",
            stage=STAGE,
            ruling=Ruling.NOT_MET,
            reason=what,
            priority=Priority.SHOULD,
            code=ReasonCode.CHANGE_OPEN,
        )
        for name, what in _open_points(record, at)
    ]
    return found or [
        Judgement(
            criterion=f"{STAGE}.record",
            stage=STAGE,
            ruling=Ruling.MET,
            reason="The change record is complete, and its backup and rehearsal are recent enough.",
            priority=Priority.SHOULD,
        )
    ]


def change_digest(record: ChangeRecord | None) -> str:
    """`sha256:…` over the record but for when the backup was taken; empty without a record.

    The backup is taken after people have signed, just before the window: entering it must not void what
    they signed. That it is to be taken, and how old it may be, is covered.
    """
    if record is None:
        return ""
    data = msgspec.json.encode(msgspec.structs.replace(record, backup_taken=""), order="deterministic")
    return "sha256:" + hashlib.sha256(data).hexdigest()


def needs_authority(record: ChangeRecord | None) -> bool:
    """Whether somebody must still be named who may approve the change; only a standard one is pre-approved."""
    return record is not None and record.type is not ChangeType.STANDARD and not record.authority.strip()


def _open_points(record: ChangeRecord, at: str) -> Iterator[tuple[str, str]]:
    if not record.id.strip():
        yield "id", "Enter the reference of the change record."
    if record.type is None:
        yield "type", "Say whether the change is standard, normal or emergency."
    if needs_authority(record):
        kind = f"{record.type.value} change" if record.type else "change"
        yield "authority", f"Name the change authority: who approves this {kind}."
    if not record.window_start or not record.window_end:
        yield "window", "Enter when the change window starts and ends."
    elif not at or _moment(at) > _moment(record.window_end):
        ended = uk_day(_moment(record.window_end).date())
        yield "window", f"Agree a new change window; this one ended on {ended}."
    if not record.remediation_plan.strip():
        yield "remediation_plan", "Write the remediation plan: how the version in use is brought back."
    yield from _backup(record)
    yield from _rehearsal(record, at)
    if not record.point_of_no_return.strip():
        yield "point_of_no_return", "Say up to which moment or step the change can be undone."


def _backup(record: ChangeRecord) -> Iterator[tuple[str, str]]:
    allowed = f"{record.backup_max_age_hours:g} hours before the change window starts"
    if not record.backup_taken:
        yield "backup", f"Take a backup, at most {allowed}."
    elif record.window_start:
        age = _moment(record.window_start) - _moment(record.backup_taken)
        if age > timedelta(hours=record.backup_max_age_hours):
            hours = counted(int(age.total_seconds() // 3600), "hour", "hours")
            yield (
                "backup",
                f"Take a newer backup, at most {allowed}; this one is {hours} older than that start.",
            )
        elif age < timedelta(0):
            yield "backup", f"Take a backup, at most {allowed}; this one is entered for after that start."


def _rehearsal(record: ChangeRecord, at: str) -> Iterator[tuple[str, str]]:
    if not record.restore_rehearsed:
        yield "restore_rehearsal", "Rehearse restoring from the backup, and enter the day."
        return
    rehearsed = date.fromisoformat(record.restore_rehearsed)
    if not at or rehearsed > _moment(at).date():
        yield (
            "restore_rehearsal",
            f"Rehearse restoring from the backup; {uk_day(rehearsed)} is entered, and lies ahead.",
        )
    elif (_moment(at).date() - rehearsed).days > record.restore_rehearsal_max_age_days:
        yield (
            "restore_rehearsal",
            f"Rehearse restoring from the backup again; the last time was on {uk_day(rehearsed)}.",
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
