"""`[[expected_changes]]` and `[[expected_fixes]]`: what the release notes announce, and people count on."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gonogo.config.noise import Text, leaves_something
from gonogo.model import Criterion, CriterionKind, ExpectedChange, Priority

_STAGES = r"^[a-z][a-z0-9_-]*:."


class ExpectedChangeTable(BaseModel):
    """`[[expected_changes]]`: a documented difference somebody accepted beforehand."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    key: str = Field(min_length=1, description="Comparison key, or a pattern: regression:snapshot:about*.")
    reason: str = Field(min_length=1, description="What the release notes say.")
    accepted_by: str = Field(min_length=1, description="Who accepted it.")
    within: list[Text] = Field(
        default_factory=list,
        description="Only a page, table or document that is the same everywhere else is meant: regular expressions "
        "(text, tree), paths (JSON, XML), columns (table), or regions as left, top, width, height in pixels (picture); "
        "a negative left or top counts from the right or the lower edge.",
    )

    @field_validator("within")
    @classmethod
    def _leaves_something(cls, value: list[str]) -> list[str]:
        return leaves_something(value)

    def record(self) -> ExpectedChange:
        """As the comparison uses it."""
        return ExpectedChange(
            key=self.key, reason=self.reason, accepted_by=self.accepted_by, within=tuple(self.within)
        )


class ExpectedFixTable(BaseModel):
    """`[[expected_fixes]]`: a fix the release notes promise, and the check that shows it on the upgrade."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    fix: Text = Field(
        description="The vendor's or the public number of what is mended, such as CVE-2024-39124."
    )
    check: str = Field(
        pattern=_STAGES,
        description="Key of the check that fails until it is mended, or a pattern: uat:rents:Statement*. "
        "`gonogo plan --keys` lists them.",
    )
    reason: Text = Field(description="What the release notes say.")
    priority: Annotated[Priority, Field(strict=False)] = Field(
        Priority.MUST, description="What it means when the fix has no effect."
    )

    @property
    def stage(self) -> str:
        """The stage the check belongs to."""
        return self.check.partition(":")[0]

    def criterion(self) -> Criterion:
        """The criterion that every such check passes on the upgrade."""
        return Criterion(
            id=f"{self.stage}.fix.{self.fix}",
            stage=self.stage,
            kind=CriterionKind.FIXED,
            priority=self.priority,
            limit=0.0,
            statement=f"{self.fix} is mended: {self.reason}",
            scope_key=self.check,
        )
