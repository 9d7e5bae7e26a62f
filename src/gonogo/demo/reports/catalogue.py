"""Which reports there are."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.demo.services.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A finished file: the name to save it under, its media type and its bytes."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in the menu; `filename` is also the last part of its address."""

    filename: str
    title: str
    format: str
    contents: str
    permission: Permission
    needs_reference: bool = False


REPORTS: tuple[Report, ...] = (
    Report(
        filename="rent-roll.csv",
        title="Rent roll",
        format="CSV",
        contents="Every current tenancy with its weekly charges and its balance",
        permission=Permission.REPORT_RENTS,
    ),
    Report(
        filename="arrears.xlsx",
        title="Arrears",
        format="XLSX",
        contents="Every account in arrears, with a summary by arrears stage",
        permission=Permission.REPORT_RENTS,
    ),
    Report(
        filename="statement.pdf",
        title="Rent statement",
        format="PDF",
        contents="The rent accounts of one tenancy, as sent to the tenant",
        permission=Permission.REPORT_RENTS,
        needs_reference=True,
    ),
    Report(
        filename="repairs.csv",
        title="Repairs",
        format="CSV",
        contents="Every repair with its dates, priority and cost",
        permission=Permission.REPORT_REPAIRS,
    ),
)
