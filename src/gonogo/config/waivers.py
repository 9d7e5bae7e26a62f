"""`waivers.toml`: what two named people accepted although it is not met. Read strictly, added to at the end.

The judge is given every waiver of the file and the moment; this module only makes sure that each one is whole.
"""

from __future__ import annotations

import difflib
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from tomlkit.exceptions import TOMLKitError

from gonogo.config.loading import policy_digest
from gonogo.judging.waiving import same_person, waivers_for
from gonogo.model import Severity, Upgrade, Waiver
from gonogo.model.errors import ConfigError, StorageError

FILE = "waivers.toml"
_HEADING = (
    "# What was accepted although it is not met, by whom and until when. See docs/how-to/waive.md.\n"
    "# `gonogo waive` adds to the end; comments stay.\n\n"
)


class WaiverTable(BaseModel):
    """`[[waivers]]`: one acceptance."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(min_length=1, max_length=40, pattern=r"^[\w.-]+$", description="Unique in this file.")
    criterion: str = Field("", description="The criterion that is not met, such as uat.must_regressed_max.")
    finding: str = Field("", description="Or one difference or finding, by the key the report shows.")
    covers: list[str] = Field(
        default_factory=list, description="For a criterion: the keys that are accepted; no others are."
    )
    severity: Annotated[Severity, Field(strict=False)] | None = Field(
        None, description="No finding worse than this is covered."
    )
    up_to: float | None = Field(
        None, strict=False, description="For a measured criterion: the limit accepted instead of its own."
    )
    candidate_version: str = Field(min_length=1, description="The version it is for; no other.")
    owner: str = Field(min_length=1, description="Who lives with it and sees it through.")
    approver: str = Field(min_length=1, description="Who agreed; somebody else.")
    reason: str = Field(min_length=1, description="Why it is accepted.")
    starts: datetime | date = Field(description="First day, or moment with its offset from UTC.")
    expires: datetime | date = Field(
        description="Last day (to 23:59:59 UTC), or last second with its offset from UTC."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> WaiverTable:
        if bool(self.criterion) == bool(self.finding):
            raise ValueError("name either a criterion or a finding")
        if self.criterion and not self.covers:
            raise ValueError("covers is empty: list the keys that are accepted, as the report names them")
        if self.finding and (self.covers or self.up_to is not None):
            raise ValueError("a finding covers itself; covers and up_to go with a criterion")
        if same_person(self.owner, self.approver):
            raise ValueError(f"{self.owner} cannot approve their own waiver; name another approver")
        for name, moment in (("starts", self.starts), ("expires", self.expires)):
            if isinstance(moment, datetime) and moment.utcoffset() is None:
                raise ValueError(
                    f"{name} has a time without its offset from UTC; add Z, or write the day only"
                )
        if self.expires_at < self.starts_at:
            raise ValueError("it expires before it starts")
        return self

    @property
    def starts_at(self) -> str:
        """The first second it holds."""
        return _moment(self.starts, time(0, 0, 0))

    @property
    def expires_at(self) -> str:
        """The last second it holds."""
        return _moment(self.expires, time(23, 59, 59))

    def record(self) -> Waiver:
        """The waiver as the judge reads it."""
        return Waiver(
            id=self.id,
            scope=self.criterion or self.finding,
            candidate_version=self.candidate_version,
            owner=self.owner,
            approver=self.approver,
            reason=self.reason,
            starts=self.starts_at,
            expires=self.expires_at,
            covers=tuple(self.covers) or (self.finding,),
            severity=self.severity,
            up_to=self.up_to,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    waivers: list[WaiverTable] = Field(default_factory=list)


def load_waivers(root: Path, longest_days: int) -> tuple[Waiver, ...]:
    """The waivers of a project; none when the file is not there.

    Raises:
        ConfigError: the file is not TOML, or a waiver lacks something, holds an unknown key, was approved by
            its owner, holds longer than `longest_days`, or shares its id with another.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read: {error}.", remedy="Mend that line.") from error
    return _records(document, longest_days)


def with_waivers(upgrade: Upgrade, root: Path) -> Upgrade:
    """The upgrade with the project's waivers.

    Raises:
        ConfigError: `waivers.toml` cannot be used, or names a criterion of this upgrade that does not exist.
    """
    waivers = load_waivers(root, upgrade.longest_waiver_days)
    known = [criterion.id for criterion in upgrade.criteria]
    for waiver in waivers_for(msgspec.structs.replace(upgrade, waivers=waivers)):
        if ":" not in waiver.scope and waiver.scope not in known:
            near = difflib.get_close_matches(waiver.scope, known, n=1)
            raise ConfigError(
                f"{FILE}: {waiver.id} is for {waiver.scope}, which is not a criterion here.",
                remedy=f"Did you mean {near[0]}?" if near else f"Criteria: {', '.join(known)}.",
            )
    changed = msgspec.structs.replace(upgrade, waivers=waivers)
    return msgspec.structs.replace(changed, policy_digest=policy_digest(changed))


def append_waiver(root: Path, entry: dict[str, Any], longest_days: int) -> Waiver:
    """Add a waiver to the end of `waivers.toml`, made if need be; what stands there stays as it is.

    Args:
        entry: the keys of `WaiverTable`; None leaves a key out.

    Raises:
        ConfigError: the file cannot be used, or the new waiver is not whole; nothing is written then.
        StorageError: it cannot be written.
    """
    path = root / FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else _HEADING
    table = tomlkit.table()
    for key, value in entry.items():
        if value not in (None, "", []):
            table.add(key, value)
    try:
        document: Any = tomlkit.parse(text)
        if "waivers" not in document:
            document.add("waivers", tomlkit.aot())
        document["waivers"].append(table)
        written = tomlkit.dumps(document)
        records = _records(tomllib.loads(written), longest_days)
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise ConfigError(f"{FILE} cannot be added to: {error}.", remedy="Mend that line.") from error
    aside = path.with_name(f".{FILE}.new")
    try:
        aside.write_text(written, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        raise StorageError(f"{FILE} could not be written: {error.strerror or error}.") from error
    return records[-1]


def next_id(waivers: tuple[Waiver, ...]) -> str:
    """The first of `W-001`, `W-002`, … that is free."""
    taken = {waiver.id for waiver in waivers}
    return next(name for n in range(1, len(taken) + 2) if (name := f"W-{n:03d}") not in taken)


def _records(document: dict[str, Any], longest_days: int) -> tuple[Waiver, ...]:
    try:
        tables = _File.model_validate(document).waivers
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        text = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"{FILE}: {where}: {text}.", remedy="Correct that waiver; docs/how-to/waive.md."
        ) from error
    ids = [table.id for table in tables]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ConfigError(f"{FILE}: there are two waivers called {twice[0]}.", remedy="Give each its own id.")
    records = tuple(table.record() for table in tables)
    for record in records:
        days = (date.fromisoformat(record.expires[:10]) - date.fromisoformat(record.starts[:10])).days
        if days > longest_days:
            raise ConfigError(
                f"{FILE}: {record.id} holds for {days} days; {longest_days} are allowed.",
                remedy="Choose an earlier day and renew it then, or set longest_days under [waivers].",
            )
    return records


def _moment(when: datetime | date, of_day: time) -> str:
    moment = when if isinstance(when, datetime) else datetime.combine(when, of_day, tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
