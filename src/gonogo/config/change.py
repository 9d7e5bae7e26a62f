"""`[change]`: the change record as a team writes it, with the words of ITIL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gonogo.model import ChangeRecord, ChangeType


class ChangeTable(BaseModel):
    """`[change]`: the change record; what is left out becomes a condition, to be done before go-live."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field("", description="Reference in the IT service management tool, such as CHG0041207.")
    type: Annotated[ChangeType, Field(strict=False)] | None = Field(
        None, description="standard, normal or emergency."
    )
    authority: str = Field(
        "", description="Change authority: the person, role or board that approves it. Not for standard ones."
    )
    window_start: datetime | None = Field(
        None, description="When the work starts: 2026-12-05T18:00:00Z (with the offset from UTC)."
    )
    window_end: datetime | None = Field(None, description="When it must be over.")
    remediation_plan: str = Field(
        "", description="How the version in use is brought back, or where that is written down."
    )
    backup_taken: datetime | None = Field(
        None, description="When the backup was taken. May be entered after sign-off, by `gonogo judge -C`."
    )
    backup_max_age_hours: float = Field(
        24.0, gt=0, le=8760, strict=False, description="How old it may be when the window starts."
    )
    restore_rehearsed: date | None = Field(None, description="Day restoring was last rehearsed.")
    restore_rehearsal_max_age_days: int = Field(365, ge=1, le=3650, description="How long ago that may be.")
    point_of_no_return: str = Field("", description="The moment or step after which it cannot be undone.")

    @field_validator("window_start", "window_end", "backup_taken")
    @classmethod
    def _has_offset(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError("needs its offset from UTC; add Z or +01:00")
        return value

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> ChangeTable:
        if self.window_start and self.window_end and self.window_end <= self.window_start:
            raise ValueError("window_end is not after window_start")
        return self

    def record(self) -> ChangeRecord:
        """The change record as the judge reads it."""
        return ChangeRecord(
            id=self.id,
            type=self.type,
            authority=self.authority,
            window_start=_utc(self.window_start),
            window_end=_utc(self.window_end),
            remediation_plan=self.remediation_plan,
            backup_taken=_utc(self.backup_taken),
            backup_max_age_hours=self.backup_max_age_hours,
            restore_rehearsed=self.restore_rehearsed.isoformat() if self.restore_rehearsed else "",
            restore_rehearsal_max_age_days=self.restore_rehearsal_max_age_days,
            point_of_no_return=self.point_of_no_return,
        )


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
