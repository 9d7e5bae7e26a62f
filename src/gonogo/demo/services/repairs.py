"""Repairs: reading, raising, assigning, completing and cancelling them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, func, insert, select, update

from gonogo.demo.db.models import Property, Repair, RepairNote, RepairPriority, Tenancy
from gonogo.demo.services import audit
from gonogo.demo.services.listing import read_page
from gonogo.demo.services.repair_records import (
    CODES_81,
    CODES_82,
    CONTRACTORS,
    MAX_TEXT,
    OPEN,
    PRIORITIES,
    STATUS_NAMES,
    TARGET_DAYS,
    TRADES,
    NoteRow,
    RepairPage,
    RepairRow,
    RepairView,
    TargetPage,
    TargetRow,
)
from gonogo.demo.services.work import InvalidError, NotFoundError, RefusedError
from gonogo.demo.uk_time import to_uk

if TYPE_CHECKING:
    from datetime import date

    from gonogo.demo.releases import Build
    from gonogo.demo.services.listing import Found, Query
    from gonogo.demo.services.work import Work

__all__ = [
    "CODES_81",
    "CODES_82",
    "CONTRACTORS",
    "MAX_TEXT",
    "OPEN",
    "PRIORITIES",
    "STATUS_NAMES",
    "TARGET_DAYS",
    "TRADES",
    "NoteRow",
    "RepairPage",
    "RepairRow",
    "RepairView",
    "TargetPage",
    "TargetRow",
    "all_repairs",
    "assign",
    "cancel",
    "complete",
    "get_repair",
    "list_repairs",
    "overdue_before",
    "priority_codes",
    "raise_repair",
    "targets",
]


def priority_codes(build: Build) -> dict[str, str]:
    """The code in the database of each of PRIORITIES; 8.2 replaced the figures of 8.1."""
    return CODES_82 if build.release.has_payment_plans else CODES_81


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

    `status` is a key of STATUS_NAMES, 'open' (raised or assigned) or '' for all; `priority` is one of
    PRIORITIES or ''.
    """
    query = _rows().order_by(Repair.raised_at.desc(), Repair.id.desc())
    if status:
        query = query.where(Repair.status.in_(OPEN) if status == "open" else Repair.status == status)
    if priority:
        query = query.where(Repair.priority == priority_codes(work.build).get(priority, ""))
    if tenancy_reference:
        query = query.where(Tenancy.reference == tenancy_reference)
    found, total = read_page(work, query, page=page, per_page=per_page)
    return RepairPage(rows=tuple(_row(work, row) for row in found), total=total)


def all_repairs(work: Work) -> list[RepairRow]:
    """Every repair, by reference."""
    return [_row(work, row) for row in work.session.execute(_rows().order_by(Repair.id))]


def get_repair(work: Work, reference: str) -> RepairView:
    """One repair. Raises NotFoundError."""
    found = work.session.execute(_rows().where(Repair.reference == reference)).first()
    if found is None:
        raise NotFoundError(f"There is no repair {reference}")
    query = (
        select(RepairNote.written_at, RepairNote.author, RepairNote.text)
        .where(RepairNote.repair_id == found.id)
        .order_by(RepairNote.id)
    )
    notes = tuple(
        NoteRow(written_at=_clock_time(work, row.written_at), author=row.author, text=row.text)
        for row in work.session.execute(query)
    )
    return RepairView(row=_row(work, found), notes=notes)


def raise_repair(
    work: Work, tenancy_reference: str, *, trade: str, priority: str, description: str
) -> RepairRow:
    """A new repair at the home of a current tenancy, raised now.

    Raises:
        InvalidError: field 'tenancy', 'trade', 'priority' or 'description', with the sentence of the screen.
    """
    tenancy = work.session.execute(
        select(Tenancy.id, Tenancy.property_id).where(
            Tenancy.reference == tenancy_reference, Tenancy.ended_on.is_(None)
        )
    ).first()
    if tenancy is None:
        raise InvalidError("tenancy", "There is no current tenancy with this reference")
    if trade not in TRADES:
        raise InvalidError("trade", "Select a trade")
    if priority not in PRIORITIES:
        raise InvalidError("priority", "Select a priority")
    if not description.strip():
        raise InvalidError("description", "Enter a description")
    if len(description.strip()) > MAX_TEXT:
        raise InvalidError("description", f"Description must be {MAX_TEXT} characters or fewer")
    # one statement numbers and adds the repair, so that two raised at once cannot get the same reference
    number = select(func.coalesce(func.max(Repair.id), 0) + 1).scalar_subquery()
    added = work.session.execute(
        insert(Repair)
        .values(
            id=number,
            reference=func.printf("R%06d", number),
            property_id=tenancy.property_id,
            tenancy_id=tenancy.id,
            trade=trade,
            description=description.strip(),
            priority=priority_codes(work.build)[priority],
            status="raised",
            raised_at=work.now(),
            due_on=_due_on(work, priority),
            contractor="",
            completed_on=None,
            cost_pence=0,
        )
        .returning(Repair.reference)
    )
    reference = added.scalar_one()
    audit.record(work, "repair.raised", reference, tenancy_reference)
    return get_repair(work, reference).row


def assign(work: Work, reference: str, contractor: str) -> RepairRow:
    """Gives an open repair to a contractor.

    Raises:
        NotFoundError: no such repair.
        InvalidError: field 'contractor', or 'status' when the repair is no longer open.
    """
    if contractor not in CONTRACTORS:
        raise InvalidError("contractor", "Select a contractor")
    _move(work, reference, OPEN, status="assigned", contractor=contractor)
    _note(work, reference, f"Assigned to {contractor}")
    return get_repair(work, reference).row


def complete(work: Work, reference: str, note: str = "") -> RepairRow:
    """Completes an assigned repair today. Raises NotFoundError, InvalidError ('status', 'note')."""
    _check_note(note)
    if not work.build.has("functional-completion-lost"):
        _move(work, reference, ("assigned",), status="completed", completed_on=work.today)
    _note(work, reference, note.strip() or "Completed")
    return get_repair(work, reference).row


def cancel(work: Work, reference: str, note: str) -> RepairRow:
    """Cancels an open repair. Raises NotFoundError, InvalidError ('note', 'status')."""
    if not note.strip():
        raise InvalidError("note", "Enter a reason for cancelling")
    _check_note(note)
    _move(work, reference, OPEN, status="cancelled")
    _note(work, reference, f"Cancelled: {note.strip()}")
    return get_repair(work, reference).row


def targets(work: Work, *, page: int = 1, per_page: int = 25) -> TargetPage:
    """8.2: open repairs against their targets. Raises RefusedError on 8.1."""
    if not work.build.release.has_payment_plans:
        raise RefusedError("Repair targets came with release 8.2")
    query = (
        select(Repair.reference, RepairPriority.name, Repair.raised_at, Repair.due_on)
        .join(RepairPriority, RepairPriority.code == Repair.priority)
        .where(Repair.status.in_(OPEN))
        .order_by(Repair.due_on, Repair.id)
    )
    found, total = read_page(work, query, page=page, per_page=per_page)
    rows = tuple(
        TargetRow(
            reference=row.reference,
            priority=row.name,
            raised_on=_clock_time(work, row.raised_at).date(),
            target_on=row.due_on,
            days_left=(row.due_on - work.today).days,
        )
        for row in found
    )
    return TargetPage(rows=rows, total=total)


def _rows() -> Query:
    return (
        select(
            Repair.id,
            Repair.reference,
            Tenancy.reference.label("tenancy_reference"),
            Tenancy.tenant_name,
            Property.address,
            Repair.trade,
            Repair.description,
            # both releases' codes, so that a list needs no second look at the release
            case(
                {code: name for codes in (CODES_81, CODES_82) for name, code in codes.items()},
                value=Repair.priority,
                else_=Repair.priority,
            ).label("priority"),
            Repair.status,
            Repair.raised_at,
            Repair.due_on,
            Repair.contractor,
            Repair.completed_on,
            Repair.cost_pence,
        )
        .join(Tenancy, Tenancy.id == Repair.tenancy_id)
        .join(Property, Property.id == Repair.property_id)
    )


def _row(work: Work, row: Found) -> RepairRow:
    return RepairRow(
        reference=row.reference,
        tenancy_reference=row.tenancy_reference,
        tenant_name=row.tenant_name,
        address=row.address,
        trade=row.trade,
        description=row.description,
        priority=row.priority,
        status=row.status,
        raised_at=_clock_time(work, row.raised_at),
        due_on=row.due_on,
        overdue=row.status in OPEN and row.due_on < overdue_before(work),
        contractor=row.contractor,
        completed_on=row.completed_on,
        cost_pence=row.cost_pence,
    )


def overdue_before(work: Work) -> date:
    """An open repair that was due before this day is overdue: one that is due today still has today."""
    return work.today + timedelta(days=1) if work.build.has("time-due-today-overdue") else work.today


def _due_on(work: Work, priority: str) -> date:
    extra = 1 if work.build.has("time-due-a-day-late") else 0
    return work.today + timedelta(days=TARGET_DAYS[priority] + extra)


def _clock_time(work: Work, utc: datetime) -> datetime:
    if work.build.has("time-repair-raised-utc"):
        return utc
    if work.build.has("time-summer-ends-late"):
        return utc + timedelta(hours=1) if utc.month == 10 else to_uk(utc)
    return to_uk(utc)


def _check_note(note: str) -> None:
    if len(note.strip()) > MAX_TEXT:
        raise InvalidError("note", f"Text must be {MAX_TEXT} characters or fewer")


def _move(work: Work, reference: str, from_statuses: tuple[str, ...], **changes: object) -> None:
    """Changes a repair if it still has one of the statuses, in one statement, so that only one can."""
    moved = work.session.execute(
        update(Repair)
        .where(Repair.reference == reference, Repair.status.in_(from_statuses))
        .values(**changes)
        .returning(Repair.id)
    )
    if moved.first() is None:
        status = STATUS_NAMES[get_repair(work, reference).row.status]
        raise InvalidError("status", f"This repair cannot be changed, it is {status.lower()}")
    audit.record(work, f"repair.{changes['status']}", reference)


def _note(work: Work, reference: str, text: str) -> None:
    repair_id = select(Repair.id).where(Repair.reference == reference).scalar_subquery()
    work.session.execute(
        insert(RepairNote).values(repair_id=repair_id, written_at=work.now(), author=work.actor, text=text)
    )
