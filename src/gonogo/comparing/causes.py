"""Causes: which faults are effects of the same thing. The identity must survive another run.

| what the failure names                         | its cause is                        |
|------------------------------------------------|-------------------------------------|
| 502, 503 or 504: the server is not available   | that status, whatever was asked for |
| another server error (5xx)                     | the request, else the place         |
| an element of a page that was waited for       | the element, whatever the page      |
| anything else                                  | the place and the kind of message   |
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from gonogo.model import Cause, Change, Difference, Discipline, Priority, Severity, Verdict

_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE), "{uuid}"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "{hex}"),
    (re.compile(r"https?://[^/\s]+"), ""),
    (re.compile(r"(?:127\.0\.0\.1|localhost):\d+"), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?"), "{date}"),
    (re.compile(r"\b[A-Z]{1,4}-?\d{2,}\b"), "{reference}"),
    (re.compile(r"\d+"), "{n}"),
    (re.compile(r"\s+"), " "),
)
_SERVER_ERROR = re.compile(
    r"(?:status|http|code|answered|answers|returned|got|error|with)\W{1,3}(?:(?:with|status|code|http|was|is)\W+)*(5\d\d)\b"
    r"|\b(5\d\d)\W{1,3}(?:internal|bad gateway|service|gateway|server)",
    re.IGNORECASE,
)
_UNAVAILABLE = frozenset({"502", "503", "504"})
_REQUEST = re.compile(r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) /\S*")
_ELEMENT = re.compile(r"waiting for ((?:get_by_\w+|locator)\(.*\))")


def normalised(text: str) -> str:
    """A message without what varies from run to run: hosts, ids, dates, numbers, spacing."""
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    return text.strip().lower()


def cause_of(where: str, message: str, detail: str = "") -> str:
    """The identity of a suspected cause, by the table above.

    Args:
        where: the request, page or element at fault; may be empty.
        message: what a person would see; its first line counts.
        detail: the technical part; only an element that was waited for is looked for in it.

    Returns:
        `cause-` and twelve hexadecimal digits, or an empty text when nothing is known.
    """
    first_line = message.splitlines()[0] if message else ""
    basis = _basis(where, first_line, detail)
    return "cause-" + hashlib.sha256(basis.encode()).hexdigest()[:12] if basis else ""


def _basis(where: str, first_line: str, detail: str) -> str:
    error = _SERVER_ERROR.search(f"{where} {first_line}")
    if error:
        status = error[1] or error[2]
        if status in _UNAVAILABLE:
            return f"unavailable|{status}"
        request = _REQUEST.search(first_line)
        return f"{normalised(request[0].rstrip('.,;:)') if request else where)}|{status}"
    element = _ELEMENT.search(f"{first_line}\n{detail}")
    if element:
        return f"element|{normalised(element[1])}"
    place, said = normalised(where), normalised(first_line)
    return f"{place}|{said}" if place or said else ""


def causes_of(differences: Iterable[Difference]) -> tuple[Cause, ...]:
    """What got worse, gathered by cause, in order of identity.

    A difference without a cause is its own. Differences that were expected and accepted are left out.
    """
    effects: dict[str, list[Difference]] = defaultdict(list)
    for difference in differences:
        if difference.change is Change.REGRESSED and not difference.expected:
            effects[difference.cause or difference.key].append(difference)
    return tuple(_cause(cause, effects[cause]) for cause in sorted(effects))


def seen_before(causes: Iterable[Cause], earlier: Mapping[str, Verdict]) -> dict[str, tuple[str, ...]]:
    """Which causes earlier verdicts name too.

    Args:
        causes: of this run.
        earlier: run id → its verdict.

    Returns:
        Identity of a cause → run ids, in the order of `earlier`; only causes that were seen before.
    """
    known = {run: {cause.id for cause in verdict.causes} for run, verdict in earlier.items()}
    found = {cause.id: tuple(run for run, ids in known.items() if cause.id in ids) for cause in causes}
    return {cause: runs for cause, runs in found.items() if runs}


def _cause(identity: str, effects: list[Difference]) -> Cause:
    ordered = sorted(effects, key=lambda d: (_RANK[d.priority], severity_of(d).rank, d.stage, d.key))
    return Cause(
        id=identity,
        title=ordered[0].title,
        priority=ordered[0].priority,
        severity=min((severity_of(d) for d in ordered), key=lambda severity: severity.rank),
        effects=tuple(d.key for d in ordered),
    )


def severity_of(difference: Difference) -> Severity:
    """How bad an effect is for the people who meet it; how urgent a team finds it is its priority.

    A finding has the severity of its tool. Anything else has that of the kind of quality it harms.
    """
    return difference.severity or _SEVERITIES[difference.discipline]


_RANK = {Priority.MUST: 0, Priority.SHOULD: 1, Priority.COULD: 2}
_SEVERITIES = {
    Discipline.MONEY: Severity.HIGH,
    Discipline.DATA: Severity.HIGH,
    Discipline.ACCESS: Severity.HIGH,
    Discipline.SECURITY: Severity.HIGH,
    Discipline.SESSION: Severity.HIGH,
    Discipline.IDENTITY: Severity.HIGH,
    Discipline.FUNCTIONAL: Severity.MEDIUM,
    Discipline.BATCH: Severity.MEDIUM,
    Discipline.INTERFACE: Severity.MEDIUM,
    Discipline.REPORT: Severity.MEDIUM,
    Discipline.TIME: Severity.MEDIUM,
    Discipline.PERFORMANCE: Severity.MEDIUM,
    Discipline.ACCESSIBILITY: Severity.MEDIUM,
    Discipline.MISSING_PAGE: Severity.MEDIUM,
    Discipline.VISUAL: Severity.LOW,
    Discipline.LANGUAGE: Severity.LOW,
}
