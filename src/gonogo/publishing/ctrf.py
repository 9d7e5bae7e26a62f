"""`ctrf.json`: the run in the Common Test Report Format, for tools that read no JUnit."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

import gonogo
from gonogo.model import Decision, Publication, Side
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.evidence import Index, index_of
from gonogo.publishing.junit import DECISION_CASE
from gonogo.publishing.outcomes import CheckOutcome, Outcome, check_outcomes
from gonogo.publishing.sections.recommendation import recommendation
from gonogo.publishing.wording import side_name, stage_name

FILE_NAME = "ctrf.json"
SPEC_VERSION = "0.0.0"

_STATUSES = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.SKIPPED: "skipped",
    Outcome.ERROR: "other",
}
_DECISIONS = {
    Decision.GO: "passed",
    Decision.GO_WITH_CONDITIONS: "failed",
    Decision.NO_GO: "failed",
    Decision.INCONCLUSIVE: "other",
}


class CtrfReport:
    """Writes `ctrf.json`."""

    name = "ctrf"

    def publish(self, dossier: Dossier) -> Publication:
        """Write the file. Raises OSError when it cannot be written."""
        data = msgspec.json.format(msgspec.json.encode(document(dossier), order="deterministic"), indent=2)
        (dossier.published / FILE_NAME).write_bytes(data + b"\n")
        return Publication(publisher=self.name, files=(FILE_NAME,))


def document(dossier: Dossier) -> dict[str, Any]:
    """The report as CTRF defines it; what CTRF has no place for is under `extra`."""
    index = index_of(dossier)
    tests = [
        _test(outcome, dossier, index)
        for stage in dossier.plan.stages
        for side in dossier.plan.sides
        for outcome in check_outcomes(dossier, index, stage.stage, side)
    ]
    tests.append(_decision(dossier))
    counts = Counter(test["status"] for test in tests)
    about = dossier.verdict.upgrade
    return {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "timestamp": dossier.generated_at,
        "generatedBy": f"gonogo {gonogo.__version__}",
        "runId": one_line(dossier.run_id, TITLE_LIMIT),
        "results": {
            "tool": {"name": "gonogo", "version": gonogo.__version__},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
                "suites": len(dossier.plan.stages) * len(dossier.plan.sides),
                "start": _started(dossier),
                "stop": _milliseconds(dossier.generated_at),
            },
            "tests": tests,
            "environment": {
                "appName": one_line(about.system, TITLE_LIMIT),
                "appVersion": one_line(about.to_version, TITLE_LIMIT),
                "reportName": one_line(
                    f"{about.system} {about.from_version} to {about.to_version}", TITLE_LIMIT
                ),
                "extra": {
                    "decision": str(dossier.verdict.decision),
                    "changeRef": one_line(about.change_ref, 120),
                },
            },
        },
    }


def _test(outcome: CheckOutcome, dossier: Dossier, index: Index) -> dict[str, Any]:
    header = index.headers.get((outcome.stage, outcome.side))
    start = _milliseconds(header.started_at) if header else _milliseconds(dossier.generated_at)
    duration = round(outcome.duration_s * 1000)
    test: dict[str, Any] = {
        "testId": _identity(outcome.key, outcome.side),
        "name": outcome.title,
        "status": _STATUSES[outcome.outcome],
        "duration": duration,
        "start": start,
        "stop": start + duration,
        "suite": [stage_name(outcome.stage), one_line(side_name(outcome.side, dossier.upgrade), TITLE_LIMIT)],
        "type": outcome.stage,
        "tags": [str(outcome.side), str(outcome.priority), str(outcome.discipline)],
        "extra": {"key": outcome.key},
    }
    if outcome.text:
        test["message"] = outcome.text
    if outcome.detail and outcome.outcome is not Outcome.PASSED:
        test["trace"] = outcome.detail
    if outcome.attempts > 1:
        test["retries"] = outcome.attempts - 1
        test["flaky"] = outcome.outcome is Outcome.PASSED
    return test


def _decision(dossier: Dossier) -> dict[str, Any]:
    found = recommendation(dossier, most_reasons=5)
    return {
        "testId": _identity(DECISION_CASE, Side.CANDIDATE),
        "name": DECISION_CASE,
        "status": _DECISIONS[dossier.verdict.decision],
        "rawStatus": str(dossier.verdict.decision),
        "duration": 0,
        "suite": ["gonogo"],
        "message": " ".join((found.sentence, *found.reasons)),
    }


def _identity(key: str, side: Side) -> str:
    return hashlib.sha256(f"{side}\n{key}".encode()).hexdigest()[:32]


def _started(dossier: Dossier) -> int:
    starts = [run.header.started_at for run in dossier.runs if run.header.started_at]
    return _milliseconds(min(starts, default=dossier.generated_at))


def _milliseconds(moment: str) -> int:
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        return 0
