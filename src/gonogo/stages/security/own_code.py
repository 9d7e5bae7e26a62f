"""The team's own code around the vendor's system, on one side: insecure constructs, and packages with known faults."""

from __future__ import annotations

from collections.abc import Callable

from gonogo.model import CheckResult, Finding, ReasonCode, Side, StageStatus, ToolUsed
from gonogo.stages.base import Services
from gonogo.stages.security.code import scan_code, status_of
from gonogo.stages.security.gathered import Gathered
from gonogo.stages.security.packages import look_up_packages, needed_by
from gonogo.stages.security.scope import Scope

Tell = Callable[[str], None]


def look_at_own_code(scope: Scope, services: Services, gathered: Gathered, tell: Tell) -> None:
    """Scan the code of this side, when any is configured, and look up the packages that it needs.

    Raises:
        GonogoError: a tool could not be run.
    """
    code = scope.options.code
    folder = code.candidate if scope.context.side is Side.CANDIDATE else code.baseline
    if not (code.baseline or code.candidate):
        gathered.notes.append("No code folders are configured, so no code was scanned.")
        return
    tell("scanning the team's own code")
    scan, tool = scan_code(
        scope.project.root,
        folder,
        code.config,
        python=scope.project.python,
        raw=scope.context.raw,
        stop=services.stop,
    )
    _take(gathered, scan.check, scan.findings, tool)
    problem = status_of(scan)
    if problem is not None:
        gathered.problem(*problem)
    _look_up_packages(scope, folder, services, gathered, tell)


def _look_up_packages(scope: Scope, folder: str, services: Services, gathered: Gathered, tell: Tell) -> None:
    files = needed_by(scope.project.root, folder)
    if not scope.options.code.advisories:
        if files:
            gathered.notes.append(
                "The packages that the team's code needs were not looked up among known faults; "
                "set advisories in [stages.security.code]."
            )
        return
    tell("looking up the packages of the team's own code")
    scan, tool = look_up_packages(files, raw=scope.context.raw, stop=services.stop)
    _take(gathered, scan.check, scan.findings, tool)
    if not scan.check.status.is_evidence:
        gathered.problem(StageStatus.ERRORED, ReasonCode.EVIDENCE_MISSING, scan.check.message)


def _take(
    gathered: Gathered, check: CheckResult, findings: tuple[Finding, ...], tool: ToolUsed | None
) -> None:
    gathered.results.append(check)
    gathered.findings.extend(findings)
    if tool is not None:
        gathered.tools.append(tool)
