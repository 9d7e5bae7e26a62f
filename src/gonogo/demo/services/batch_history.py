"""The history of batch jobs."""

from __future__ import annotations

from dataclasses import dataclass
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
    raise NotImplementedError
