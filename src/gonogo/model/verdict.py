"""The answer: one ruling per criterion, one decision for the upgrade."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.comparison import Cause
from gonogo.model.vocabulary import (
    Blame,
    Change,
    Decision,
    Discipline,
    Priority,
    ReasonCode,
    Ruling,
)


class Judgement(Record, frozen=True, kw_only=True):
    """One criterion's ruling, with its reason and what it rests on.

    Attributes:
        reason: a plain sentence with the numbers in it: measured, compared how, limit.
        code: the reason for machines.
        evidence: comparison keys, or files of the run folder.
    """

    criterion: str
    stage: str
    ruling: Ruling
    reason: str
    evidence: tuple[str, ...] = ()
    priority: Priority = Priority.MUST
    code: ReasonCode = ReasonCode.MET


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
    """What the verdict was computed from, as `sha256:…` each."""

    policy: str
    plan: str
    evidence: str
    waivers: str


class Verdict(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.verdict/1"):
    """The decision and everything that led to it; a pure function of upgrade, plan and comparison."""

    upgrade: UpgradeSummary
    decision: Decision
    judgements: tuple[Judgement, ...]
    differences: tuple[VerdictDifference, ...]
    digests: Digests
    causes: tuple[Cause, ...] = ()
