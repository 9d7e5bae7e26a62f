"""The repairs report: one line for each repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.demo.money import plain_pounds
from gonogo.demo.reports.catalogue import Document
from gonogo.demo.reports.tables import csv_bytes
from gonogo.demo.services.repairs import STATUS_NAMES, all_repairs
from gonogo.demo.uk_time import uk_date, us_date

if TYPE_CHECKING:
    from gonogo.demo.services.work import Work

_HEADINGS = (
    "Repair",
    "Tenancy",
    "Tenant",
    "Address",
    "Trade",
    "Description",
    "Priority",
    "Status",
    "Raised",
    "Due",
    "Completed",
    "Contractor",
    "Cost",
)


def repairs_list(work: Work) -> Document:
    """Every repair as CSV, by reference."""
    written = us_date if work.build.has("time-repairs-report-us-dates") else uk_date
    rows = [
        [
            repair.reference,
            repair.tenancy_reference,
            repair.tenant_name,
            repair.address,
            repair.trade,
            repair.description,
            repair.priority,
            STATUS_NAMES[repair.status],
            f"{written(repair.raised_at)} {repair.raised_at:%H:%M}",
            written(repair.due_on),
            written(repair.completed_on) if repair.completed_on else "",
            repair.contractor,
            plain_pounds(repair.cost_pence),
        ]
        for repair in all_repairs(work)
    ]
    columns = list(range(len(_HEADINGS)))
    if work.build.has("report-repairs-column-order"):
        columns[6:8] = [7, 6]
    return Document(
        filename=f"repairs-{work.today.isoformat()}.csv",
        media_type="text/csv; charset=utf-8",
        content=csv_bytes([_HEADINGS[at] for at in columns], [[row[at] for at in columns] for row in rows]),
    )
