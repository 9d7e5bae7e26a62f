"""What the engine writes about each stage it ran."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from gonogo.model import Observation, ReasonCode, Side, StageHeader, StageRun, StageStatus
from gonogo.privacy.redacting import Redactor
from gonogo.processes import Stop
from gonogo.stages.base import StageOutcome
from gonogo.store import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The run folder being filled, the plan it is filled for, and what must not be in it.

    `secret_forms` are the run's secrets, `redactor` takes personal data out (None: it is kept).
    """

    folder: RunFolder
    plan_sha256: str
    secret_forms: tuple[bytes, ...]
    redactor: Redactor | None = None

    def seal(self, header: StageHeader, observations: tuple[Observation, ...]) -> StageRun:
        """Seal one stage's folder. Raises StorageError when it cannot be written."""
        header = msgspec.structs.replace(header, plan_sha256=self.plan_sha256)
        return self.folder.seal(header, observations, self.secret_forms, self.redactor)


def stage_header(
    stage: str, side: Side, outcome: StageOutcome, started_at: str, duration_s: float
) -> StageHeader:
    """The header of a stage that came to an outcome."""
    return StageHeader(
        stage=stage,
        side=side,
        status=outcome.status,
        reason=outcome.reason,
        reason_code=outcome.reason_code,
        tools=outcome.tools,
        started_at=started_at,
        duration_s=round(duration_s, 3),
        notes=outcome.notes,
    )


def identity_header(side: Side, stop: Stop, at: str) -> StageHeader:
    """The header of the identity checks; a stopped run's do not count."""
    if stop.is_requested:
        return StageHeader(
            stage="identity",
            side=side,
            status=StageStatus.INTERRUPTED,
            reason="The run was stopped.",
            reason_code=ReasonCode.STAGE_INTERRUPTED,
            started_at=at,
        )
    return StageHeader(stage="identity", side=side, status=StageStatus.COMPLETED, started_at=at)
