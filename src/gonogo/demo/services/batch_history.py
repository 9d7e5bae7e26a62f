"""The history of batch jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from gonogo.demo.db.models import BatchRun
from gonogo.demo.services.listing import read_page
from gonogo.demo.uk_time import to_uk

if TYPE_CHECKING:
    from datetime import date, datetime

    from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One run of a job; `started_at` is UK clock time, `total_pence` the control total."""

    id: int
    job: str
    business_date: date
    started_at: datetime
    accounts: int
    total_pence: int
    rejects: int
    status: str  # Completed


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """One page of runs, newest first."""

    rows: tuple[BatchRow, ...]
    total: int


def list_runs(work: Work, *, page: int = 1, per_page: int = 25) -> BatchPage:
    """The runs of all jobs, newest first."""
    query = select(
        BatchRun.id,
        BatchRun.job,
        BatchRun.business_date,
        BatchRun.started_at,
        BatchRun.posted_count,
        BatchRun.total_pence,
        BatchRun.reject_count,
        BatchRun.status,
    ).order_by(BatchRun.business_date.desc(), BatchRun.id.desc())
    found, total = read_page(work, query, page=page, per_page=per_page)
    rows = tuple(
        BatchRow(
            id=row.id,
            job=row.job,
            business_date=row.business_date,
            started_at=row.started_at if work.build.has("time-job-started-utc") else to_uk(row.started_at),
            accounts=row.posted_count,
            total_pence=row.total_pence,
            rejects=row.reject_count,
            status=row.status,
        )
        for row in found
    )
    return BatchPage(rows=rows, total=total)
