"""`[stages.uat]` of gonogo.toml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

SitePath = Annotated[str, Field(pattern=r"^/")]


class UatOptions(BaseModel, extra="forbid", frozen=True):
    """What a team can set about the UAT scenarios. Every default is meant to be left alone."""

    paths: list[str] = Field(
        default=["features"],
        min_length=1,
        description="Folders or .feature files of the project; the first holds steps/ and environment.py.",
    )
    tags: str = Field(default="", description='A behave tag expression, such as "@must and not @slow".')
    pages: dict[str, SitePath] = Field(
        default_factory=dict, description='Names for pages, for `I open "Arrears"`: arrears = "/arrears".'
    )
    workers: int = Field(
        default=0, ge=0, le=32, description="Browsers at work at once on each side; 0 leaves it to gonogo."
    )
    share: Literal["features", "scenarios"] = Field(
        default="features",
        description="What workers take in turn; with scenarios, before_feature runs once in every worker.",
    )
    trace: bool = Field(
        default=False,
        description="Record a Playwright trace, kept on failure (pages take twice as long).",
    )
    step_timeout_s: float = Field(
        default=10.0, gt=0, le=600, description="Seconds a step waits at most for what it expects on a page."
    )
    settle_s: float = Field(
        default=2.0,
        gt=0,
        le=600,
        description="A step stops waiting when the page has neither loaded nor changed anything for so long.",
    )

    @field_validator("paths")
    @classmethod
    def _stay_in_the_project(cls, value: list[str]) -> list[str]:
        for path in value:
            if path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/"):
                raise ValueError(f"{path!r} must lie inside the project folder")
        return value
