"""The shape of `gonogo.toml`. Strict: an unknown key anywhere is an error, a typo never loosens a gate."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from gonogo.config.change import ChangeTable
from gonogo.config.expected import ExpectedChangeTable, ExpectedFixTable
from gonogo.config.secrets import is_reference
from gonogo.config.stage_options.sign_in import ApiOptions, BatchOptions, DatabaseOptions, SignInOptions
from gonogo.model import Activity, Priority, Privacy, PrivateKind, TargetClass

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
    data_path: str = Field(
        "", description="Page or API path that shows which data it holds; needs data_pattern."
    )
    data_pattern: str = Field(
        "", description="Regular expression with one group: what both sides must show alike before the tests."
    )

    @field_validator("pattern", "data_pattern")
    @classmethod
    def _has_one_group(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "data_pattern":
            return value
        try:
            compiled = re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if compiled.groups != 1:
            raise ValueError(f"needs exactly one group for the version, has {compiled.groups}")
        return value

    @model_validator(mode="after")
    def _data_needs_both(self) -> IdentityTable:
        if bool(self.data_path) != bool(self.data_pattern):
            raise ValueError("data_path and data_pattern belong together")
        return self


class AuthorisationTable(Strict):
    """`[baseline.authorisation]`: who allowed load and active scanning, on which hosts, until when."""

    by: str = Field(min_length=1, description="The person or role who authorised it.")
    hosts: list[str] = Field(
        min_length=1, description="Host names it covers, with :port to cover one port only."
    )
    until: date = Field(description="Last day it holds.")


class TargetTable(Strict):
    """`[baseline]` or `[candidate]`: one installed version."""

    version: str = Field(min_length=1, description="As claimed; the system must state the same itself.")
    build: str = Field(
        "",
        description="What tells this delivery from another of the same version: a build number, or the digest "
        "of its package. Results of manual tests belong to one build.",
    )
    url: str = Field(description="Where it answers. May hold {port} when `start` is given.")
    target_class: TargetClass | None = Field(
        None, alias="class", strict=False, description="What it is used for; undeclared is treated like live."
    )
    allows: list[Annotated[Activity, Field(strict=False)]] = Field(
        default_factory=list, description='What its owner permits: "load", "active-scan".'
    )
    authorisation: AuthorisationTable | None = Field(None, description="Who permitted it; see below.")
    prepare: list[list[str]] = Field(
        default_factory=list,
        description="Commands run once before `start`; {home}, {port}, {python}, {version} and "
        "{baseline_version} are filled in.",
    )
    start: list[str] = Field(
        default_factory=list, description="Command that serves it until ended; none when it is already up."
    )
    ready_s: float = Field(60.0, gt=0, le=3600, strict=False, description="Seconds it may take to answer.")
    environment: dict[str, str] = Field(
        default_factory=dict, description="Variables for these commands; values may be secret references."
    )

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

    username: str = Field(min_length=1, description="The name it signs in with.")
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
    max: float = Field(strict=False, description="The most it may be, in the measurement's unit.")
    priority: Priority = Field(Priority.MUST, strict=False, description="What exceeding it means.")


class CriteriaTable(Strict):
    """`[criteria.<stage>]`: what must hold. A key left out has the stage's default; none can be removed."""

    run_share_min: Share | None = Field(
        None, description="Share of the plan that must have run on both sides."
    )
    must_regressed_max: Count | None = Field(
        None, description="Must-have checks that may pass today and fail on the upgrade."
    )
    should_regressed_max: Count | None = Field(None, description="The same for should-have checks.")
    could_regressed_max: Count | None = Field(None, description="The same for could-have checks.")
    must_failing_max: Count | None = Field(None, description="Absolute: also counts what fails today.")
    must_changed_max: Count | None = Field(
        None, description="Snapshots (pages, tables, documents) that changed."
    )
    should_changed_max: Count | None = Field(None, description="The same for should-have ones.")
    could_changed_max: Count | None = Field(None, description="The same for could-have ones.")
    new_high_max: Count | None = Field(None, description="New critical or high findings.")
    new_medium_max: Count | None = Field(None, description="New medium findings.")
    new_low_max: Count | None = Field(None, description="New low findings.")
    slower_max_percent: Annotated[float, Field(gt=0, le=1000, strict=False)] | None = Field(
        None, description="How much slower it may be, in percent."
    )
    error_increase_max: Annotated[float, Field(ge=0, le=1, strict=False)] | None = Field(
        None, description="How much more of the requests may fail than today (0 to 1)."
    )
    limit: list[LimitTable] = Field(default_factory=list, description="Absolute limits; see below.")


class ReplayTable(Strict):
    """`[replay]`: how a difference is tried again on both sides before it is believed."""

    times: int = Field(3, ge=0, le=20, description="How often. 0 believes what was seen once.")
    time_limit_s: float = Field(
        300.0,
        gt=0,
        le=86400,
        strict=False,
        description="No further time is begun that would probably not end within so many seconds.",
    )
    most_checks: int = Field(
        40, ge=1, le=1000, description="How many checks of one stage; of each cause some come first."
    )


class SignOffTable(Strict):
    """`[sign_off]`: who must sign."""

    roles: list[str] = Field(default_factory=list, description="Roles that must sign.")


class PrivacyTable(Strict):
    """`[privacy]`: personal data that is replaced by a token before anything is kept. All of it by default."""

    national_insurance: bool = Field(default=True, description="National Insurance numbers.")
    nhs_number: bool = Field(default=True, description="NHS numbers (by their check digit).")
    bank_account: bool = Field(default=True, description="Sort codes and the account numbers beside them.")
    card: bool = Field(default=True, description="Payment card numbers (by their check digit).")
    email: bool = Field(default=True, description="E-mail addresses.")
    telephone: bool = Field(default=True, description="Telephone numbers of the United Kingdom.")
    postcode: bool = Field(default=True, description="Postcodes of areas that exist.")
    names_file: str = Field(
        "", description="File with names to take out, one a line; from the project folder."
    )
    keep_synthetic: bool = Field(
        default=True,
        description="Leave what is invented by agreement: addresses at example.org, telephone numbers for drama, "
        "NHS numbers that begin with 999, providers' test cards.",
    )
    allow: list[str] = Field(
        default_factory=list,
        description='Values that are nobody\'s; "@example.gov.uk" stands for every address there.',
    )

    def record(self) -> Privacy:
        """As the run uses it; names are looked for when there is a file of them."""
        is_on = {kind: getattr(self, kind.name.lower(), bool(self.names_file)) for kind in PrivateKind}
        return Privacy(
            kinds=tuple(kind for kind in PrivateKind if is_on[kind]),
            keeps_synthetic=self.keep_synthetic,
            allow=tuple(self.allow),
            names_file=self.names_file,
        )


class BrowsersTable(Strict):
    """`[browsers]`: where the browsers of the UAT and regression stages may go besides the system itself."""

    allowed_origins: list[str] = Field(
        default_factory=list,
        description="Further addresses they may reach, such as where people sign in: scheme, host and port, "
        "exactly. All others are refused and written down.",
    )

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            if not re.fullmatch(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]*[a-z0-9-])(:\d{1,5})?", origin):
                raise ValueError(
                    f"{origin!r} is not an origin: write https://host or https://host:port, in small letters"
                )
        return value


class WaiversTable(Strict):
    """`[waivers]`: how long what is not met may be accepted; the waivers themselves are in waivers.toml."""

    longest_days: int = Field(90, ge=1, le=366, description="Most days between start and expiry.")


class RetentionTable(Strict):
    """`[retention]`: days that what a run keeps is kept, from its start. `gonogo purge` deletes what is due."""

    pictures_days: int = Field(90, ge=1, le=36500, description="Screenshots, videos, traces, Allure.")
    extracts_days: int = Field(90, ge=1, le=36500, description="Tables and documents taken from the system.")
    evidence_days: int = Field(365, ge=1, le=36500, description="All other evidence.")
    reports_days: int = Field(2190, ge=1, le=36500, description="What was published and signed.")


class StageTable(BaseModel):
    """`[stages.<name>]`: common keys here; the stage's own are checked by the stage's own model."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    enabled: bool = Field(default=True, description="false leaves the stage out, and its criteria with it.")
    timeout_s: float = Field(900.0, gt=0, le=86400, strict=False, description="Seconds each side may take.")


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
    expected_fixes: list[ExpectedFixTable] = Field(default_factory=list)
    replay: ReplayTable = Field(default_factory=ReplayTable)
    sign_off: SignOffTable = Field(default_factory=SignOffTable)
    privacy: PrivacyTable = Field(default_factory=PrivacyTable)
    browsers: BrowsersTable = Field(default_factory=BrowsersTable)
    waivers: WaiversTable = Field(default_factory=WaiversTable)
    change: ChangeTable | None = None
    retention: RetentionTable = Field(default_factory=RetentionTable)
