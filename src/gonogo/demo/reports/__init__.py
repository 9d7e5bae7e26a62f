"""Reports that are downloaded: each builds the whole file in memory from one Work."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.demo.services.permissions import Permission
from gonogo.demo.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A finished file: the name to save it under, its media type and its bytes."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in the menu. `per_account` reports need a payment reference as well."""

    key: str
    title: str
    description: str
    permission: Permission
    per_account: bool = False


REPORTS: tuple[Report, ...] = (
    Report(
        key="rent-roll",
        title="Rent roll (CSV)",
        description="Every active rent account with its weekly charge and balance.",
        permission=Permission.REPORT_RENT,
    ),
    Report(
        key="arrears",
        title="Arrears (XLSX)",
        description="Accounts in arrears, with a summary sheet by arrears stage.",
        permission=Permission.REPORT_RENT,
    ),
    Report(
        key="rent-statement",
        title="Rent statement (PDF)",
        description="The ledger of one account, as sent to the tenant.",
        permission=Permission.ACCOUNT_VIEW,
        per_account=True,
    ),
    Report(
        key="repairs",
        title="Repairs (CSV)",
        description="Every repair with its dates, priority and cost.",
        permission=Permission.REPORT_REPAIRS,
    ),
)


def build_report(work: Work, key: str, account_reference: str | None = None) -> Document:
    """Builds a report of REPORTS. Raises NotFound (no such report or account), Invalid (reference missing)."""
    raise NotImplementedError
