"""`[stages.uat]` of gonogo.toml."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator


class UatOptions(BaseModel, extra="forbid", frozen=True):
    """What a team can set about the UAT scenarios. Every default is meant to be left alone."""

    paths: list[str] = Field(
        default=["features"],
        min_length=1,
        description="Folders or .feature files, relative to the project; the first holds steps/ and environment.py.",
    )
    tags: str = Field(default="", description='A behave tag expression, such as "@must and not @slow".')
    workers: int = Field(
        default=0, ge=0, le=32, description="Browsers at work at once on each side; 0 leaves it to gonogo."
    )
    trace: bool = Field(
        default=False,
        description="Record a Playwright trace of every scenario and keep it on failure (makes pages twice as slow).",
    )
    step_timeout_s: float = Field(
        default=10.0, gt=0, le=600, description="Seconds a step waits for what it expects on a page."
    )
    language: str = Field(default="en-GB", description="Language the browser asks pages in.")
    time_zone: str = Field(default="Europe/London", description="Time zone the browser is in.")

    @field_validator("paths")
    @classmethod
    def _stay_in_the_project(cls, value: list[str]) -> list[str]:
        for path in value:
            if path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/"):
                raise ValueError(f"{path!r} must lie inside the project folder")
        return value
