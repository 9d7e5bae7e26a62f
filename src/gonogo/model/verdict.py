"""The answer: one ruling per criterion, one decision for the upgrade."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.comparison import Cause
from gonogo.model.upgrade import Upgrade
from gonogo.model.vocabulary import (
    Blame,
    Change,
    Decision,
    Discipline,
    Priority,
    ReasonCode,
    Ruling,
    WaiverState,
)


class Judgement(Record, frozen=True, kw_only=True):
    """One criterion's ruling, with its reason and what it rests on.

    Attributes:
        reason: a plain sentence with the numbers in it: measured, compared how, limit.
        code: the reason for machines.
        evidence: comparison keys, or files of the run folder.
        waivers: the ids of those that made it WAIVED.
    """

    criterion: str
    stage: str
    ruling: Ruling
    reason: str
    evidence: tuple[str, ...] = ()
    priority: Priority = Priority.MUST
    code: ReasonCode = ReasonCode.MET
    waivers: tuple[str, ...] = ()


class VerdictDifference(Record, frozen=True, kw_only=True):
    """A difference as the verdict lists it. `severity` is the MoSCoW priority or the finding's severity."""

    key: str
    stage: str
    change: Change
    blame: Blame
    title: str
    severity: str
    cause: str
    discipline: Discipline = Discipline.FUNCTIONAL
    expected: str = ""


class UpgradeSummary(Record, frozen=True, kw_only=True, rename={"from_version": "from", "to_version": "to"}):
    """The upgrade the verdict is about."""

    system: str
    from_version: str
    to_version: str
    change_ref: str = ""


class Digests(Record, frozen=True, kw_only=True):
    """What the verdict was computed from, as `sha256:…` each; `change` is empty without a change record."""

    policy: str
    plan: str
    evidence: str
    waivers: str
    change: str = ""


class WaiverStanding(Record, frozen=True, kw_only=True):
    """What became of one waiver for this candidate version when it was judged.

    Attributes:
        standing: whether it was needed and held.
        criteria: the criteria it made WAIVED.
        renews: the ids of the waivers of the same scope that it took over from, oldest first.
    """

    id: str
    scope: str
    standing: WaiverState
    owner: str
    approver: str
    reason: str
    starts: str
    expires: str
    criteria: tuple[str, ...] = ()
    renews: tuple[str, ...] = ()


class Verdict(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.verdict/1"):
    """The decision and everything that led to it; a pure function of upgrade, plan, comparison and moment."""

    upgrade: UpgradeSummary
    decision: Decision
    judgements: tuple[Judgement, ...]
    differences: tuple[VerdictDifference, ...]
    digests: Digests
    causes: tuple[Cause, ...] = ()
    waivers: tuple[WaiverStanding, ...] = ()


class Judging(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.judging/1"):
    """What a verdict was computed with besides the evidence: the moment, and the definition judged by.

    Attributes:
        at: the moment of judging, ISO 8601 UTC. It decides which waivers were in force.
        upgrade: the definition; what was tested is always as in `upgrade.json`, what must hold may be newer.
    """

    at: str
    upgrade: Upgrade
