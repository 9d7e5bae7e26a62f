"""`security/accepted.toml`: findings that named people decided to live with, until a day they also named.

Each `[[accepted]]` names one finding by its fingerprint (the key the report shows), or a rule at one
place; who owns the risk, who approved it, why, and until when. Nobody approves their own risk, and an
acceptance that has run out counts no more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gonogo.config.loading import policy_digest
from gonogo.model import ExpectedChange, Finding, Upgrade
from gonogo.model.errors import ConfigError

FILE = Path("security") / "accepted.toml"
EVERY_FINDING = "security:*"
"""Pattern of the keys that a rule and a place are looked for among."""


class AcceptedRisk(BaseModel):
    """One `[[accepted]]` entry."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    fingerprint: str = Field(
        default="", pattern=r"^(security:[a-z]+:[0-9a-f]{12})?$", description="The finding's key."
    )
    rule: str = Field(default="", description="A rule, such as bandit:B602; needs `where`.")
    where: str = Field(
        default="", description="The place, as the report names it, or its route alone; needs `rule`."
    )
    owner: str = Field(min_length=1, description="Who lives with the risk.")
    approver: str = Field(min_length=1, description="Who agreed to it; somebody else.")
    reason: str = Field(min_length=1, description="Why it is accepted.")
    expires: date = Field(description="Last day it holds.")

    @model_validator(mode="after")
    def _names_one_finding(self) -> AcceptedRisk:
        if bool(self.fingerprint) == bool(self.rule):
            raise ValueError("name either a fingerprint, or a rule and where")
        if bool(self.rule) != bool(self.where):
            raise ValueError("a rule needs where, and where needs a rule: all of a rule is never accepted")
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            raise ValueError(f"{self.owner} cannot approve their own risk; name another approver")
        return self

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is the one that was accepted."""
        if self.fingerprint:
            return finding.key == self.fingerprint
        return finding.rule == self.rule and self.where in (finding.where, finding.where.partition(",")[0])

    def holds(self, today: date) -> bool:
        """Whether it has not run out; the last day still counts."""
        return today <= self.expires

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.fingerprint or f"{self.rule} at {self.where}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    accepted: list[AcceptedRisk] = Field(default_factory=list)


def load_accepted(root: Path) -> tuple[AcceptedRisk, ...]:
    """The accepted risks of a project; none when the file is not there.

    Raises:
        ConfigError: the file is not TOML, or an entry lacks something, holds an unknown key, names nobody
            else as approver, or stands there twice.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        risks = tuple(_File.model_validate(document).accepted)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{FILE.as_posix()} cannot be read: {error}.", remedy="Mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        text = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"{FILE.as_posix()}: {where}: {text}.", remedy="Correct that entry; docs/how-to/security-scan.md."
        ) from error
    names = [risk.name for risk in risks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(
            f"{FILE.as_posix()}: {twice[0]} is accepted twice.", remedy="Keep one of the entries."
        )
    return risks


def as_expected_changes(risks: Iterable[AcceptedRisk], today: date) -> tuple[ExpectedChange, ...]:
    """The acceptances that hold today, as changes expected beforehand."""
    return tuple(
        ExpectedChange(
            key=risk.fingerprint or EVERY_FINDING,
            reason=f"Accepted risk of {risk.owner} until {risk.expires.isoformat()}: {risk.reason}",
            accepted_by=risk.approver,
            rule=risk.rule,
            where=risk.where,
        )
        for risk in risks
        if risk.holds(today)
    )


def with_accepted_risks(upgrade: Upgrade, root: Path, today: date) -> Upgrade:
    """The upgrade, expecting what the project accepted and what has not run out.

    Raises:
        ConfigError: `security/accepted.toml` cannot be used.
    """
    accepted = as_expected_changes(load_accepted(root), today)
    if not accepted:
        return upgrade
    extended = msgspec.structs.replace(upgrade, expected_changes=(*upgrade.expected_changes, *accepted))
    return msgspec.structs.replace(extended, policy_digest=policy_digest(extended))


def expired(risks: Iterable[AcceptedRisk], today: date) -> tuple[AcceptedRisk, ...]:
    """Acceptances that have run out: their findings count again."""
    return tuple(risk for risk in risks if not risk.holds(today))


def unused(risks: Iterable[AcceptedRisk], findings: Iterable[Finding]) -> tuple[AcceptedRisk, ...]:
    """Acceptances of what is no longer found on either side: they can be taken out."""
    found = tuple(findings)
    return tuple(risk for risk in risks if not any(risk.covers(finding) for finding in found))


def remarks(risks: Iterable[AcceptedRisk], findings: Iterable[Finding] | None, today: date) -> list[str]:
    """What is to be said about the acceptances themselves.

    Args:
        findings: those of every side; None when not every side was looked at whole, so that it cannot be
            told which acceptances are no longer needed.
        today: the day of the run.
    """
    known = tuple(risks)
    said = [
        f"The acceptance of {risk.name} by {risk.approver} ran out on {risk.expires.isoformat()}: "
        f"the finding counts again. Its owner is {risk.owner}."
        for risk in expired(known, today)
    ]
    idle = unused(known, findings) if findings is not None else ()
    return said + [
        f"The accepted risk {risk.name} was found on neither side: its entry in {FILE.as_posix()} "
        "can be taken out."
        for risk in idle
    ]
