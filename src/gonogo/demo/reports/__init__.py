"""Reports that are downloaded: each builds the whole file in memory from one Work."""

from __future__ import annotations

from gonogo.demo.reports.catalogue import REPORTS, Document, Report
from gonogo.demo.services.work import InvalidError, NotFoundError, Work

__all__ = ["REPORTS", "Document", "Report", "build_report"]


def build_report(work: Work, filename: str, reference: str = "") -> Document:
    """Builds a report of REPORTS; a statement needs a tenancy or account reference.

    Raises:
        NotFoundError: no such report, tenancy or account.
        InvalidError: field 'reference': "Enter a tenancy reference".
    """
    report = next((report for report in REPORTS if report.filename == filename), None)
    if report is None:
        raise NotFoundError(f"There is no report {filename}")
    if report.needs_reference and not reference:
        raise InvalidError("reference", "Enter a tenancy reference")
    # each format brings its own library, which only its own report needs
    if filename == "rent-roll.csv":
        from gonogo.demo.reports.rent_roll import rent_roll

        return rent_roll(work)
    if filename == "arrears.xlsx":
        from gonogo.demo.reports.arrears import arrears_workbook

        return arrears_workbook(work)
    if filename == "repairs.csv":
        from gonogo.demo.reports.repairs import repairs_list

        return repairs_list(work)
    from gonogo.demo.reports.statement import statement

    return statement(work, reference)
