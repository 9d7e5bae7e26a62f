"""The audit log: one row for each thing that a person or a job changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from gonogo.demo.db.models import AuditEvent

if TYPE_CHECKING:
    from datetime import datetime

    from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One event; `at` is naive UTC."""

    id: int
    at: datetime
    username: str
    action: str
    subject: str
    detail: str


def record(work: Work, action: str, subject: str, detail: str = "") -> None:
    """Adds an event by `work.actor`, e.g. `"payment.taken", "A000017", "5000"`."""
    values: dict[str, object] = {
        "at": work.now(),
        "username": work.actor,
        "action": action,
        "subject": subject,
        "detail": detail,
    }
    if work.build.varies("audit-row-ids"):
        values["id"] = select(func.coalesce(func.max(AuditEvent.id), 0) + 7).scalar_subquery()
    work.session.execute(insert(AuditEvent).values(**values))


def recent(work: Work, *, subject: str | None = None, limit: int = 100) -> list[AuditRow]:
    """The newest events, newest first, of one subject or of all."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    return [
        AuditRow(
            id=event.id,
            at=event.at,
            username=event.username,
            action=event.action,
            subject=event.subject,
            detail=event.detail,
        )
        for event in work.session.scalars(query)
    ]
