"""`[stages.regression]` of gonogo.toml."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator


class RegressionOptions(BaseModel, extra="forbid", frozen=True):
    """What a team can set about the regression tests. Every default is meant to be left alone."""

    paths: list[str] = Field(
        default=["suites"], min_length=1, description="Folders or test files of the project."
    )
    marks: str = Field(default="", description='A pytest mark expression, such as "must and not slow".')
    mask: list[str] = Field(
        default=[], description="CSS selectors painted over in every page picture, besides [data-volatile]."
    )
    tolerance: float = Field(
        default=0.0, ge=0, lt=1, description="Share of a picture's pixels (0 to 1) that may differ."
    )
    axe_tags: list[str] = Field(
        default=["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        min_length=1,
        description="Which of axe-core's rules are applied, by their tags.",
    )
    action_timeout_s: float = Field(
        default=10.0, gt=0, le=600, description="Seconds an action or expectation of a page may take."
    )
    replay: bool = Field(
        default=True, description="Try a failed test a second time, with a trace, before it counts."
    )

    @field_validator("paths")
    @classmethod
    def _stay_in_the_project(cls, value: list[str]) -> list[str]:
        for path in value:
            if path.startswith(("/", "\\", "-")) or ".." in path.replace("\\", "/").split("/"):
                raise ValueError(f"{path!r} must lie inside the project folder")
        return value
