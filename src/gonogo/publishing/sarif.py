"""`findings.sarif`: every finding of every scanner in SARIF 2.1.0, with what became of it since the baseline.

`baselineState` is `new`, `updated` (worse than today), `unchanged` or `absent`. It is left out where a side
was not looked at: a missing scan must neither open nor close anything. `executionSuccessful` is false unless
the stage finished on both sides.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec

from gonogo.model import (
    Change,
    Difference,
    Finding,
    Publication,
    Severity,
    Side,
    StageHeader,
    StageStatus,
    ToolUsed,
)
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, block, one_line, safe_path
from gonogo.publishing.evidence import Index, index_of
from gonogo.publishing.sections.meanings import meaning_of_finding
from gonogo.publishing.wording import STAGE_STATUSES, sentence, side_name

FILE_NAME = "findings.sarif"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SCANNING_STAGE = "security"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# The scale by which code-scanning sites sort findings.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
_FILE = re.compile(r"^([\w./-]+\.\w{1,8})(?::(.+))?$")
_ROUTE = re.compile(r"^(?:[A-Z]{3,7} )?(/\S*)")


class SarifReport:
    """Writes `findings.sarif`."""

    name = "sarif"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the file. Raises OSError when it cannot be written."""
        data = msgspec.json.format(msgspec.json.encode(log(dossier), order="deterministic"), indent=2)
        (dossier.published / FILE_NAME).write_bytes(data + b"\n")
        return Publication(publisher=self.name, files=(FILE_NAME,))


def log(dossier: Dossier) -> dict[str, Any]:
    """The SARIF log: one run for each scanner, also for one that found nothing."""
    index = index_of(dossier)
    by_tool: dict[tuple[str, str], list[Difference]] = {}
    for difference in dossier.comparison.differences:
        finding = _finding(index, difference)
        if finding is not None:
            by_tool.setdefault((difference.stage, _tool_of(finding)), []).append(difference)
    for tool in _scanners(dossier):
        if not any(stage == SCANNING_STAGE and _is_same(name, tool) for stage, name in by_tool):
            by_tool[SCANNING_STAGE, tool.name] = []
    runs = [_run(dossier, index, stage, tool, by_tool[stage, tool]) for stage, tool in sorted(by_tool)]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}


def _finding(index: Index, difference: Difference) -> Finding | None:
    if difference.subject != "finding":
        return None
    seen = index.findings.get((Side.CANDIDATE, difference.key))
    return seen or index.findings.get((Side.BASELINE, difference.key))


def _tool_of(finding: Finding) -> str:
    return one_line(finding.rule.partition(":")[0], 60) or "unknown"


def _scanners(dossier: Dossier) -> Iterable[ToolUsed]:
    tools = [tool for run in dossier.runs if run.header.stage == SCANNING_STAGE for tool in run.header.tools]
    return {tool.name: tool for tool in tools}.values()


def _is_same(name: str, tool: ToolUsed) -> bool:
    return tool.name.lower().startswith(name.lower())


def _run(dossier: Dossier, index: Index, stage: str, tool: str, found: list[Difference]) -> dict[str, Any]:
    headers = [run.header for run in dossier.runs if run.header.stage == stage]
    versions = [used.version for header in headers for used in header.tools if _is_same(tool, used)]
    incomplete = [header for header in headers if header.status is not StageStatus.COMPLETED]
    pairs = [(each, finding) for each in found if (finding := _finding(index, each)) is not None]
    rules = {finding.rule: _rule(each, finding) for each, finding in pairs}
    places = {rule: place for place, rule in enumerate(sorted(rules))}
    driver: dict[str, Any] = {"name": one_line(tool, 60), "rules": [rules[rule] for rule in sorted(rules)]}
    if versions:
        driver["version"] = one_line(versions[-1], 60)
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": one_line(f"gonogo/{stage}/{tool}/", TITLE_LIMIT)},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"TARGET": {"description": {"text": "The system under test, without host."}}},
        "invocations": [
            {
                "executionSuccessful": bool(headers) and not incomplete,
                "toolExecutionNotifications": [_notification(header, dossier) for header in incomplete],
            }
        ],
        "results": [_result(each, finding, places[finding.rule], index) for each, finding in pairs],
    }


def _notification(header: StageHeader, dossier: Dossier) -> dict[str, Any]:
    ended = f"{STAGE_STATUSES[header.status]} on {side_name(header.side, dossier.upgrade)}."
    return {"level": "error", "message": {"text": one_line(f"{ended} {sentence(header.reason)}")}}


def _rule(difference: Difference, finding: Finding) -> dict[str, Any]:
    return {
        "id": one_line(finding.rule, TITLE_LIMIT),
        "shortDescription": {"text": one_line(finding.title, TITLE_LIMIT) or "A finding"},
        "fullDescription": {"text": meaning_of_finding(difference)},
        "help": {"text": sentence(one_line(finding.remedy)) or "The tool gives no advice."},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": [str(finding.discipline)], "security-severity": _SCORES[finding.severity]},
    }


def _result(difference: Difference, finding: Finding, place: int, index: Index) -> dict[str, Any]:
    detail = block(finding.detail, TEXT_LIMIT)
    text = sentence(one_line(finding.title, TITLE_LIMIT)) or "A finding."
    result: dict[str, Any] = {
        "ruleId": one_line(finding.rule, TITLE_LIMIT),
        "ruleIndex": place,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{text}\n{detail}" if detail else text},
        "occurrenceCount": max(1, finding.count),
        "partialFingerprints": _fingerprints(difference, finding),
        "locations": _locations(finding.where),
        "properties": {"change": str(difference.change), "blame": str(difference.blame)},
    }
    state = _baseline_state(difference, index)
    if state:
        result["baselineState"] = state
    if difference.expected:
        accepted = sentence(one_line(difference.expected))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": accepted}]
    return result


def _fingerprints(difference: Difference, finding: Finding) -> dict[str, str]:
    levels = {
        f"gonogo/{one_line(level, 20)}": one_line(mark, 128) for level, mark in finding.fingerprints.items()
    }
    return {"gonogo/v1": hashlib.sha256(difference.key.encode()).hexdigest(), **levels}


def _baseline_state(difference: Difference, index: Index) -> str:
    match difference.change:
        case Change.REGRESSED | Change.ADDED:
            return "updated" if (Side.BASELINE, difference.key) in index.findings else "new"
        case Change.FIXED | Change.REMOVED:
            return "absent"
        case Change.STILL_FAILING | Change.STILL_PASSING:
            return "unchanged"
        case Change.NOT_COMPARABLE:
            return ""


def _locations(where: str) -> list[dict[str, Any]]:
    shown = one_line(where, TITLE_LIMIT)
    if not shown:
        return []
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": shown}]}
    file, route = _FILE.match(shown), _ROUTE.match(shown)
    if file and safe_path(file[1]):
        location["physicalLocation"] = {"artifactLocation": {"uri": quote(file[1])}}
    elif route:
        path = quote(route[1].lstrip("/").partition("?")[0], safe="/%{}") or "."
        location["physicalLocation"] = {
            "artifactLocation": {"uri": path.replace("{", "%7B").replace("}", "%7D"), "uriBaseId": "TARGET"}
        }
    return [location]
