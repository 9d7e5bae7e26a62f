"""What one side has come to so far: results, findings, notes, and what keeps it from counting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from gonogo.model import CheckResult, CheckStatus, Finding, Observation, ReasonCode, StageStatus, ToolUsed
from gonogo.model.errors import GonogoError, TargetError
from gonogo.stages.base import StageOutcome
from gonogo.stages.security import proofs

# A refusal explains everything that follows from it, so it is named before an error that may come of it.
_WORST_FIRST = (StageStatus.REFUSED, StageStatus.UNAVAILABLE, StageStatus.TIMED_OUT, StageStatus.ERRORED)

SHORTEST_SECRET = 4
"""Shorter values are not scrubbed: they would be found in every other word."""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """Filled phase by phase; `outcome` says what it amounts to. Nothing gathered is ever dropped."""

    results: list[CheckResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tools: list[ToolUsed] = field(default_factory=list)
    _problems: list[tuple[StageStatus, ReasonCode, str]] = field(default_factory=list)

    def problem(self, status: StageStatus, code: ReasonCode, text: str) -> None:
        """Something that keeps this side from counting."""
        self._problems.append((status, code, text))

    def error(self, error: GonogoError) -> None:
        """A phase that failed."""
        code = ReasonCode.TARGET_DOWN if isinstance(error, TargetError) else ReasonCode.STAGE_ERRORED
        self.problem(StageStatus.ERRORED, code, f"{error.message} {error.remedy}".strip())

    def unproven(self, key: str, reason: str) -> None:
        """A check that could not show what it was to show."""
        self.results.append(proofs.result(key, CheckStatus.BROKEN, reason))
        self.problem(StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN, reason)

    def replace(self, finding: Finding) -> None:
        """Put a finding in place of the one with its key."""
        self.findings = [finding if each.key == finding.key else each for each in self.findings]

    def has_evidence(self, key: str) -> bool:
        """Whether a check was carried out."""
        return any(check.key == key and check.status.is_evidence for check in self.results)

    def distrust(self, reason: str) -> None:
        """The sides were not scanned alike: what the scan did not find here means nothing."""
        self.results = [
            proofs.result(proofs.WEB_SCAN, CheckStatus.BROKEN, reason)
            if check.key == proofs.WEB_SCAN
            else check
            for check in self.results
            if not check.key.startswith(proofs.ROUTE)
        ]
        self.problem(StageStatus.ERRORED, ReasonCode.NOT_COMPARABLE, reason)

    def outcome(self) -> StageOutcome:
        """What the stage came to on this side."""
        observations: tuple[Observation, ...] = (
            *self.results,
            *sorted(self.findings, key=lambda finding: finding.key),
        )
        status, code, reason = StageStatus.COMPLETED, ReasonCode.MET, ""
        if self._problems:
            problems = sorted(self._problems, key=lambda problem: _WORST_FIRST.index(problem[0]))
            status, code, _ = problems[0]
            reason = " ".join(dict.fromkeys(text for _, _, text in problems))
        return StageOutcome(
            status=status,
            observations=observations,
            tools=tuple(self.tools),
            reason=reason,
            reason_code=code,
            notes=tuple(self.notes),
        )


def scrubbed(data: bytes, secrets: Iterable[str]) -> bytes:
    """The data without any of the secrets, as they are and as an address spells them."""
    spellings = {spelling for secret in secrets for spelling in (secret, quote(secret, safe=""))}
    for spelling in sorted(spellings, key=len, reverse=True):
        if len(spelling) >= SHORTEST_SECRET:
            data = data.replace(spelling.encode(), b"[secret]")
    return data
