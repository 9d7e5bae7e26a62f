"""pip-audit's JSON report → one check (did it look everything up?) and its findings.

Where the database cannot be reached pip-audit says "No known vulnerabilities found", ends with 0, and lists each
package with the reason why it was left out. So a single package that was left out makes the scan none.
"""

from __future__ import annotations

import msgspec

from gonogo.model import CheckResult, CheckStatus, Discipline, Finding, Priority, Record, Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.fingerprints import SHORT, digest

CHECK = "security:packages"
TITLE = "The packages that the team's own code needs were looked up among known faults"
MOST_DETAIL = 800


class _Fault(msgspec.Struct, frozen=True):
    id: str
    fix_versions: list[str] = []
    aliases: list[str] = []
    description: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    vulns: list[_Fault] = []
    skip_reason: str = ""


class _Report(msgspec.Struct, frozen=True):
    dependencies: list[_Package]


class PackageScan(Record, frozen=True, kw_only=True):
    """What looking up one side's packages came to. Findings count only when `check` is evidence."""

    check: CheckResult
    findings: tuple[Finding, ...] = ()


def read_pip_audit(report: bytes) -> PackageScan:
    """Read a report.

    Returns:
        PASSED when every package was looked up, whatever was found. BROKEN when one was left out, EMPTY when
        there was none.

    Raises:
        EvidenceError: not a report of pip-audit's.
    """
    try:
        found = msgspec.json.decode(report, type=_Report).dependencies
    except msgspec.MsgspecError as error:
        raise EvidenceError(
            f"pip-audit's report cannot be read: {error}.", remedy="Run the stage again."
        ) from error
    skipped = [package.name for package in found if package.skip_reason]
    if skipped:
        return PackageScan(
            check=packages_check(
                CheckStatus.BROKEN,
                f"{len(skipped)} of {len(found)} packages could not be looked up ({', '.join(skipped[:5])}): "
                "the database was not reached, or does not know them.",
            )
        )
    if not found:
        return PackageScan(
            check=packages_check(CheckStatus.EMPTY, "No package was named, so none was looked up.")
        )
    return PackageScan(
        check=packages_check(CheckStatus.PASSED, detail=f"{len(found)} packages were looked up."),
        findings=tuple(
            sorted(
                (_finding(package, fault) for package in found for fault in package.vulns),
                key=lambda finding: finding.key,
            )
        ),
    )


def packages_check(status: CheckStatus, message: str = "", detail: str = "") -> CheckResult:
    """The result of the planned check `security:packages`."""
    return CheckResult(
        key=CHECK,
        status=status,
        title=TITLE,
        message=message,
        detail=detail,
        priority=Priority.MUST,
        discipline=Discipline.SECURITY,
    )


def _finding(package: _Package, fault: _Fault) -> Finding:
    # The version is left out: a newer one with the same fault is the same finding.
    mark = digest("package", package.name.lower(), fault.id)
    mended = (
        f"It is mended in {', '.join(fault.fix_versions)}."
        if fault.fix_versions
        else "No version mends it yet."
    )
    names = ", ".join((fault.id, *fault.aliases))
    return Finding(
        key=f"security:package:{mark[:SHORT]}",
        rule=f"pip-audit:{fault.id}",
        # The database does not say how bad it is; a known fault in what goes live deserves a look.
        severity=Severity.MEDIUM,
        title="A package with a publicly known fault is in use",
        where=package.name,
        detail=f"{package.name} {package.version}: {names}\n{fault.description}"[:MOST_DETAIL].strip(),
        remedy=mended,
        fingerprints={"L1": mark, "L2": mark},
        check=CHECK,
    )
