"""The criteria as sentences, each with what it came to, the numbers, and where the evidence is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.model import Judgement, Priority, Ruling
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Cause
from gonogo.publishing.cleaning import TEXT_LIMIT, one_line
from gonogo.publishing.wording import PRIORITIES, RULINGS, SYMBOLS, sentence, stage_name


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One criterion. `anchors` name the problems that decided it, as (anchor, number) pairs."""

    statement: str
    stage: str
    priority: Priority
    ruling: Ruling
    reason: str
    anchors: tuple[tuple[str, str], ...]

    @property
    def outcome(self) -> str:
        """The ruling as a word."""
        return RULINGS[self.ruling]

    @property
    def symbol(self) -> str:
        """A mark that goes with the word."""
        return SYMBOLS[self.ruling]

    @property
    def importance(self) -> str:
        """Must-have, should-have or could-have."""
        return PRIORITIES[self.priority]


def criterion_rows(dossier: Dossier, causes: tuple[Cause, ...]) -> tuple[CriterionRow, ...]:
    """Every judgement of the verdict, must-haves first, in the verdict's order."""
    statements = {criterion.id: criterion.statement for criterion in dossier.upgrade.criteria}
    places = {member.key: cause.anchor for cause in causes for member in cause.differences}
    rows = [_row(judgement, statements, places) for judgement in dossier.verdict.judgements]
    order = tuple(Priority)
    return tuple(sorted(rows, key=lambda row: order.index(row.priority)))


_OWN = {
    "evidence.whole": "Every kind of test ran on both versions, and its evidence is whole",
    "criteria.present": "There are criteria to meet",
    "change.record": "The change record is complete",
    "change.id": "The change record has a reference",
    "change.type": "The change record says which type of change it is",
    "change.authority": "The change record names the change authority",
    "change.window": "The change record holds a change window that lies ahead",
    "change.remediation_plan": "The change record holds a remediation plan",
    "change.backup": "The change record shows a backup that is recent enough",
    "change.restore_rehearsal": "The change record shows that restoring was rehearsed",
    "change.point_of_no_return": "The change record names the point of no return",
}
"""What the judge looks at of its own accord, whatever the criteria say."""


def _own_statement(criterion: str) -> str:
    for known, statement in _OWN.items():
        if criterion == known or criterion.startswith(f"{known}."):
            return statement
    return criterion.replace(".", ": ").replace("_", " ")


def _row(judgement: Judgement, statements: Mapping[str, str], places: Mapping[str, str]) -> CriterionRow:
    statement = statements.get(judgement.criterion) or _own_statement(judgement.criterion)
    anchors = dict.fromkeys(places[key] for key in judgement.evidence if key in places)
    numbered = [(anchor, anchor.rsplit("-", 1)[1]) for anchor in anchors]
    return CriterionRow(
        statement=sentence(one_line(statement, TEXT_LIMIT)),
        stage=stage_name(judgement.stage),
        priority=judgement.priority,
        ruling=judgement.ruling,
        reason=sentence(one_line(judgement.reason, TEXT_LIMIT)),
        anchors=tuple(sorted(numbered, key=lambda pair: int(pair[1]))),
    )
