"""The audit log: one row for each thing that a person or a job changed."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Adds an event by `work.actor`, e.g. record(work, "account.payment", "RA100017", "£50.00")."""
    raise NotImplementedError


def recent(work: Work, *, subject: str | None = None, limit: int = 100) -> list[AuditRow]:
    """The newest events, newest first, of one subject or of all."""
    raise NotImplementedError
