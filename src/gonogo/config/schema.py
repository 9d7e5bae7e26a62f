"""The shape of `gonogo.toml`. Strict: an unknown key anywhere is an error, a typo never loosens a gate."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gonogo.config.secrets import is_reference
from gonogo.config.stage_options.sign_in import ApiOptions, BatchOptions, DatabaseOptions, SignInOptions
from gonogo.model import Activity, Priority, TargetClass

Share = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    """Base of every table: unknown keys refused, values not coerced, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class SystemTable(Strict):
    """`[system]`: the vendor system."""

    name: str = Field(min_length=1, description="What users call the system.")
    change_ref: str = Field("", description="Reference of the change record (ITIL), if there is one.")


class IdentityTable(Strict):
    """`[identity]`: where and how a target states its version."""

    path: str = Field("/", description="Page or API path that shows the version.")
    pattern: str = Field(description="Regular expression with one group: the version as shown.")

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, value: str) -> str:
        try:
            compiled = re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if compiled.groups != 1:
            raise ValueError(f"needs exactly one group for the version, has {compiled.groups}")
        return value


class AuthorisationTable(Strict):
    """`[baseline.authorisation]`: who allowed load and active scanning, on which hosts, until when."""

    by: str = Field(min_length=1)
    hosts: list[str] = Field(min_length=1)
    until: date = Field(description="Last day it holds.")


class TargetTable(Strict):
    """`[baseline]` or `[candidate]`: one installed version."""

    version: str = Field(min_length=1)
    url: str = Field(description="Where it answers. May hold {port} when `start` is given.")
    target_class: TargetClass | None = Field(None, alias="class", strict=False)
    allows: list[Annotated[Activity, Field(strict=False)]] = Field(default_factory=list)
    authorisation: AuthorisationTable | None = None
    prepare: list[list[str]] = Field(default_factory=list)
    start: list[str] = Field(default_factory=list)
    ready_s: float = Field(60.0, gt=0, le=3600, strict=False)
    environment: dict[str, str] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _port_needs_start(self) -> TargetTable:
        if "{port}" in self.url and not self.start:
            raise ValueError("url holds {port}, but there is no `start` command to give the port to")
        return self


class UserTable(Strict):
    """`[users."role"]`: a test account, the same on both sides."""

    username: str = Field(min_length=1)
    password: str = Field(description='A reference: "env:NAME" or "keyring:SERVICE/USER".')

    @field_validator("password")
    @classmethod
    def _is_reference(cls, value: str) -> str:
        if not is_reference(value):
            raise ValueError('secrets never stand in a file; write "env:NAME" or "keyring:SERVICE/USER"')
        return value


class LimitTable(Strict):
    """`[[criteria.<stage>.limit]]`: an absolute limit on a measurement of the candidate."""

    of: str = Field(description="Subject of the measurement, such as a journey; * for any.")
    statistic: str = Field(description="Such as p95_ms, error_ratio.")
    max: float = Field(strict=False)
    priority: Priority = Field(Priority.MUST, strict=False)


class CriteriaTable(Strict):
    """`[criteria.<stage>]`: what must hold. A key left out has the stage's default; none can be removed."""

    run_share_min: Share | None = Field(
        None, description="Share of the plan that must have run on both sides."
    )
    must_regressed_max: Count | None = None
    should_regressed_max: Count | None = None
    could_regressed_max: Count | None = None
    must_failing_max: Count | None = Field(None, description="Absolute: also counts what fails today.")
    must_changed_max: Count | None = Field(
        None, description="Snapshots (pages, tables, documents) that changed."
    )
    should_changed_max: Count | None = None
    could_changed_max: Count | None = None
    new_high_max: Count | None = Field(None, description="New critical or high findings.")
    new_medium_max: Count | None = None
    new_low_max: Count | None = None
    slower_max_percent: Annotated[float, Field(gt=0, le=1000, strict=False)] | None = None
    error_increase_max: Annotated[float, Field(ge=0, le=1, strict=False)] | None = None
    limit: list[LimitTable] = Field(default_factory=list)


class ExpectedChangeTable(Strict):
    """`[[expected_changes]]`: a documented difference somebody accepted beforehand."""

    key: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    accepted_by: str = Field(min_length=1)


class SignOffTable(Strict):
    """`[sign_off]`: who must sign."""

    roles: list[str] = Field(default_factory=list)


class StageTable(BaseModel):
    """`[stages.<name>]`: common keys here; the stage's own are checked by the stage's own model."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    enabled: bool = True
    timeout_s: float = Field(900.0, gt=0, le=86400, strict=False)


class GonogoToml(Strict):
    """The whole file."""

    system: SystemTable
    identity: IdentityTable
    baseline: TargetTable
    candidate: TargetTable
    users: dict[str, UserTable] = Field(default_factory=dict)
    sign_in: SignInOptions | None = None
    api: ApiOptions | None = None
    batch: dict[str, BatchOptions] = Field(default_factory=dict)
    databases: dict[str, DatabaseOptions] = Field(default_factory=dict)
    stages: dict[str, StageTable] = Field(default_factory=dict)
    criteria: dict[str, CriteriaTable] = Field(default_factory=dict)
    expected_changes: list[ExpectedChangeTable] = Field(default_factory=list)
    sign_off: SignOffTable = Field(default_factory=SignOffTable)
