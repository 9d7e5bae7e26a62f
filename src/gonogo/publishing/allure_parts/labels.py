"""How a result is told apart in a report that holds both sides and every stage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gonogo.model import Blame, CheckStatus, Difference, Priority, Severity, Side
from gonogo.publishing.allure_parts.records import Label, Parameter
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, standing
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.wording import side_name, stage_name

KEY_LABEL = "gonogo-key"
"""Label that holds the key of the check a result belongs to."""

STATUSES = {
    CheckStatus.PASSED: "passed",
    CheckStatus.FAILED: "failed",
    CheckStatus.BROKEN: "broken",
    CheckStatus.SKIPPED: "skipped",
    CheckStatus.EMPTY: "broken",
    CheckStatus.UNDEFINED: "broken",
}
_PRIORITIES = {Priority.MUST: "critical", Priority.SHOULD: "normal", Priority.COULD: "minor"}
_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "normal",
    Severity.LOW: "minor",
    Severity.INFO: "trivial",
}

NEW = "New with the upgrade"
ALREADY = "Already happens today"
EXPECTED = "Expected change"
IN_DOUBT = "In doubt"
ON_BASELINE = "Fails on the version in use"
NO_EVIDENCE = "No evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a result belongs: a stage on a side. `version` is the side's."""

    stage: str
    side: Side
    version: str
    system: str
    heading: str

    @property
    def prefix(self) -> str:
        """What the names of files copied for this place begin with."""
        return f"{self.stage}-{self.side}-"

    def identity(self, text: str) -> str:
        """A stable identity that is another one on the other side and in another stage."""
        return hashlib.md5(f"{self.stage}\n{self.side}\n{text}".encode(), usedforsecurity=False).hexdigest()


def place_of(dossier: Dossier, stage: str, side: Side) -> Place:
    """The place of a stage on a side."""
    return Place(
        stage=stage,
        side=side,
        version=one_line(dossier.upgrade.target(side).version, TITLE_LIMIT),
        system=one_line(dossier.upgrade.system, TITLE_LIMIT),
        heading=one_line(f"{dossier.upgrade.system} {side_name(side, dossier.upgrade)}", TITLE_LIMIT),
    )


def labels_for(place: Place, *, feature: str, story: str, severity: str, key: str) -> list[Label]:
    """The labels of a result: side first, then stage, business area and story."""
    area = one_line(feature, TITLE_LIMIT) or "Other"
    values = (
        ("epic", place.heading),
        ("feature", area),
        ("story", one_line(story, TITLE_LIMIT)),
        ("severity", severity),
        ("parentSuite", place.heading),
        ("suite", stage_name(place.stage)),
        ("subSuite", area),
        ("stage", place.stage),
        ("side", str(place.side)),
        ("version", place.version),
        ("tag", place.stage),
        ("tag", str(place.side)),
        # the timeline draws one lane for each host and thread
        ("host", str(place.side)),
        ("thread", place.stage),
        (KEY_LABEL, one_line(key)),
    )
    return [Label(name=name, value=value) for name, value in values]


def parameters_for(place: Place) -> list[Parameter]:
    """Side and version as parameters: they stand in every result and keep the sides from being retries."""
    return [Parameter(name="side", value=str(place.side)), Parameter(name="version", value=place.version)]


def severity_of(priority: Priority, severity: Severity | None = None) -> str:
    """Allure's severity for a priority, or for a finding's severity."""
    return _SEVERITIES[severity] if severity else _PRIORITIES[priority]


def prefix_of(side: Side, difference: Difference | None) -> str:
    """What a failing result's message begins with, so that categories can tell failures apart."""
    if side is not Side.CANDIDATE:
        return ON_BASELINE
    if difference is None:
        return NEW
    match standing(difference):
        case Standing.ALREADY:
            return ALREADY
        case Standing.EXPECTED:
            return EXPECTED
        case Standing.UNRELIABLE:
            return IN_DOUBT
        case Standing.WORSE | Standing.BETTER | Standing.NOT_COMPARED | Standing.SAME:
            return NEW


def is_known(side: Side, difference: Difference | None) -> bool:
    """Whether a failing result does not count against the upgrade."""
    return prefix_of(side, difference) != NEW


def is_flaky(difference: Difference | None) -> bool:
    """Whether the comparison saw different answers on repeating."""
    return difference is not None and difference.blame is Blame.FLAKE
