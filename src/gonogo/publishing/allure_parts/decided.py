"""The verdict as a result of its own, first in the Allure report."""

from __future__ import annotations

from gonogo.model import Decision, Ruling, Side
from gonogo.publishing.allure_parts.labels import Place, labels_for
from gonogo.publishing.allure_parts.own import Own, milliseconds
from gonogo.publishing.allure_parts.records import Attachment, Parameter, Result, StatusDetails, Step
from gonogo.publishing.cleaning import TITLE_LIMIT, block, one_line
from gonogo.publishing.junit import DECISION_CASE
from gonogo.publishing.sections.criteria import criterion_rows
from gonogo.publishing.sections.recommendation import recommendation

_RULINGS = {
    Ruling.MET: "passed",
    Ruling.NOT_MET: "failed",
    Ruling.INCONCLUSIVE: "broken",
    Ruling.WAIVED: "skipped",
}
_DECISIONS = {
    Decision.GO: "passed",
    Decision.GO_WITH_CONDITIONS: "failed",
    Decision.NO_GO: "failed",
    Decision.INCONCLUSIVE: "broken",
}


def decision_result(own: Own, attachments: list[Attachment]) -> Result:
    """The verdict as a result of its own: one step for each criterion."""
    dossier = own.dossier
    found = recommendation(dossier, most_reasons=5)
    heading = DECISION_CASE
    place = Place(
        stage="verdict",
        side=Side.CANDIDATE,
        version=one_line(dossier.upgrade.candidate.version, TITLE_LIMIT),
        system=one_line(dossier.upgrade.system, TITLE_LIMIT),
        heading=heading,
    )
    moment = milliseconds(dossier.generated_at)
    rows = criterion_rows(dossier, ())
    return Result(
        uuid=place.identity(heading),
        name=DECISION_CASE,
        fullName=f"gonogo: {DECISION_CASE}",
        historyId=place.identity(heading),
        testCaseId=place.identity(heading),
        status=_DECISIONS[dossier.verdict.decision],
        statusDetails=StatusDetails(message=block("\n".join((found.sentence, *found.reasons)))),
        description=f"{one_line(found.sentence)} The report to sign is report.html, one folder up.",
        start=moment,
        stop=moment,
        steps=[
            Step(
                name=one_line(f"{row.outcome}: {row.statement} {row.reason}"),
                status=_RULINGS[row.ruling],
                start=moment,
                stop=moment,
            )
            for row in rows
        ],
        attachments=attachments or None,
        parameters=[Parameter(name="decision", value=str(dossier.verdict.decision))],
        labels=labels_for(place, feature=heading, story=heading, severity="blocker", key="verdict"),
    )
