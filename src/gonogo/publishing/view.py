"""The report page's content, gathered from every section: the one thing the template is given."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.model import Decision, Difference, Discipline
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, with_standing
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.evidence import Index, index_of
from gonogo.publishing.sections.appendix import (
    CheckRow,
    EvidenceFolder,
    check_rows,
    evidence_folders,
    kept_until,
    sides,
)
from gonogo.publishing.sections.change import change_rows
from gonogo.publishing.sections.conditions import accepted_lines, before_go_live
from gonogo.publishing.sections.criteria import CriterionRow, criterion_rows
from gonogo.publishing.sections.glance import GlanceRow, glance
from gonogo.publishing.sections.meanings import CONSEQUENCES
from gonogo.publishing.sections.method import Method, how_sure, method
from gonogo.publishing.sections.pictures import PicturePair, picture_pairs
from gonogo.publishing.sections.problems import Line, Problem, line, lines_of, problems
from gonogo.publishing.sections.recommendation import (
    Recommendation,
    disciplines_worse,
    recommendation,
    unmended,
    worse_causes,
)
from gonogo.publishing.sections.speed import Journey, ServerRow, journeys, leaks, servers
from gonogo.publishing.sections.untested import ALWAYS, Untested, untested
from gonogo.publishing.wording import DECISIONS, day, day_and_time, listed, sentence

PROBLEMS_SHOWN = 100
CONSEQUENCES_SHOWN = 6

DECISION_SYMBOLS = {
    Decision.GO: "✔",
    Decision.GO_WITH_CONDITIONS: "◐",
    Decision.NO_GO: "✘",
    Decision.INCONCLUSIVE: "?",
}
DECISION_CLASSES = {
    Decision.GO: "go",
    Decision.GO_WITH_CONDITIONS: "conditions",
    Decision.NO_GO: "no-go",
    Decision.INCONCLUSIVE: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cover line."""

    title: str
    system: str
    from_version: str
    to_version: str
    change_ref: str
    organisation: str
    issue_status: str
    run_id: str
    date: str
    moment: str
    planned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSection:
    """Findings of one kind in both directions: what is new, what was already there, what is gone."""

    new: tuple[Line, ...]
    already: tuple[Line, ...]
    gone: tuple[Line, ...]
    was_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A row of the table of signatures."""

    role: str
    areas: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """Everything the page shows, cleaned and in words; the template escapes and lays out."""

    cover: Cover
    decision: str
    decision_symbol: str
    decision_class: str
    recommendation: Recommendation
    accepted: tuple[str, ...]
    before_go_live: tuple[str, ...]
    change: tuple[tuple[str, str], ...]
    meaning: tuple[str, ...]
    glance: tuple[GlanceRow, ...]
    must_haves: tuple[CriterionRow, ...]
    other_criteria: tuple[CriterionRow, ...]
    problems: tuple[Problem, ...]
    more_problems: int
    already: tuple[Line, ...]
    better: tuple[Line, ...]
    expected: tuple[tuple[Line, str], ...]
    unreliable: tuple[Line, ...]
    pictures: dict[str, PicturePair]
    pictures_left_out: tuple[str, ...]
    journeys: tuple[Journey, ...]
    servers: tuple[ServerRow, ...]
    leaks: tuple[str, ...]
    security: ScannerSection
    accessibility: ScannerSection
    untested: tuple[Untested, ...]
    untested_always: tuple[str, ...]
    method: Method
    how_sure: tuple[str, ...]
    signatures: tuple[Signature, ...]
    sides: tuple[str, str]
    checks: tuple[CheckRow, ...]
    evidence: tuple[EvidenceFolder, ...]
    kept_until: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]


def report_view(dossier: Dossier) -> ReportView:
    """Gather the page's content. Reads pictures from the run folder; everything else is in the dossier."""
    index = index_of(dossier)
    causes = worse_causes(dossier)
    criteria = criterion_rows(dossier, causes)
    shown = causes[:PROBLEMS_SHOWN]
    pictures, left_out = picture_pairs(
        dossier, index, (difference for cause in shown for difference in cause.differences)
    )
    differences = dossier.comparison.differences
    decision = dossier.verdict.decision
    return ReportView(
        cover=_cover(dossier),
        decision=DECISIONS[decision],
        decision_symbol=DECISION_SYMBOLS[decision],
        decision_class=DECISION_CLASSES[decision],
        recommendation=recommendation(dossier),
        accepted=accepted_lines(dossier),
        before_go_live=before_go_live(dossier),
        change=change_rows(dossier.upgrade.change),
        meaning=_meaning(dossier),
        glance=glance(dossier, index),
        must_haves=tuple(row for row in criteria if row.importance == "Must-have"),
        other_criteria=tuple(row for row in criteria if row.importance != "Must-have"),
        problems=problems(shown, index),
        more_problems=len(causes) - len(shown),
        already=lines_of(dossier, Standing.ALREADY),
        better=lines_of(dossier, Standing.BETTER),
        expected=tuple(
            (line(each), sentence(one_line(each.expected, TEXT_LIMIT)))
            for each in with_standing(differences, Standing.EXPECTED)
        ),
        unreliable=lines_of(dossier, Standing.UNRELIABLE),
        pictures=pictures,
        pictures_left_out=left_out,
        journeys=journeys(dossier),
        servers=servers(dossier),
        leaks=leaks(dossier),
        security=_scanner(dossier, index, (Discipline.SECURITY, Discipline.SESSION)),
        accessibility=_scanner(dossier, index, (Discipline.ACCESSIBILITY,)),
        untested=untested(dossier, index),
        untested_always=(
            *(sentence(one_line(text, TEXT_LIMIT)) for text in dossier.settings.not_tested),
            *ALWAYS,
        ),
        method=method(dossier),
        how_sure=how_sure(dossier),
        signatures=_signatures(dossier),
        sides=sides(dossier),
        checks=check_rows(dossier),
        evidence=evidence_folders(dossier, index),
        kept_until=kept_until(dossier),
        digests=_digests(dossier),
    )


def _cover(dossier: Dossier) -> Cover:
    about, settings = dossier.verdict.upgrade, dossier.settings
    system, old, new = (one_line(text, 120) for text in (about.system, about.from_version, about.to_version))
    return Cover(
        title=f"Can {system} {new} go live?",
        system=system,
        from_version=old,
        to_version=new,
        change_ref=one_line(about.change_ref, 120),
        organisation=one_line(settings.organisation, 120),
        issue_status=one_line(settings.issue_status, 60),
        run_id=one_line(dossier.run_id, 120),
        date=day(dossier.generated_at),
        moment=day_and_time(dossier.generated_at),
        planned=one_line(day(settings.planned_date), 60),
    )


def _meaning(dossier: Dossier) -> tuple[str, ...]:
    """What the result means for people; the team's own sentences come last."""
    consequences = [CONSEQUENCES[discipline] for discipline in disciplines_worse(dossier)][
        :CONSEQUENCES_SHOWN
    ]
    in_vain = unmended(dossier)
    if in_vain:
        consequences.append(f"What the release notes promise to be mended is not: {listed(in_vain)}.")
    opening = OPENINGS[dossier.verdict.decision]
    if not consequences and dossier.verdict.decision in (Decision.GO, Decision.GO_WITH_CONDITIONS):
        consequences = ["Staff and residents can go on as they do today."]
    own = [sentence(one_line(text, TEXT_LIMIT)) for text in dossier.settings.meaning]
    return (opening, *consequences, *own)


OPENINGS = {
    Decision.GO: "The tests give no reason against going live.",
    Decision.GO_WITH_CONDITIONS: "The upgrade can go live if somebody takes on what is still open.",
    Decision.NO_GO: "If this version went live as it is, people would notice:",
    Decision.INCONCLUSIVE: "The tests could not show that going live is safe. Nor that it is unsafe.",
}


def _scanner(dossier: Dossier, index: Index, disciplines: tuple[Discipline, ...]) -> ScannerSection:
    def found(wanted: Standing) -> tuple[Line, ...]:
        return tuple(line(each) for each in with_standing(_findings(dossier, disciplines), wanted))

    checks = [each for each in dossier.plan.checks if each.discipline in disciplines]
    looked = [
        seen for check in checks if (seen := index.checks.get((dossier.upgrade.candidate.side, check.key)))
    ]
    return ScannerSection(
        new=found(Standing.WORSE),
        already=found(Standing.ALREADY),
        gone=found(Standing.BETTER),
        was_done=bool(_findings(dossier, disciplines)) or any(seen.status.is_evidence for seen in looked),
    )


def _findings(dossier: Dossier, disciplines: tuple[Discipline, ...]) -> list[Difference]:
    return [
        each
        for each in dossier.comparison.differences
        if each.subject == "finding" and each.discipline in disciplines
    ]


def _signatures(dossier: Dossier) -> tuple[Signature, ...]:
    declared = dossier.upgrade.signoff_roles
    if not declared:
        return (Signature(role="", areas=""), Signature(role="", areas=""), Signature(role="", areas=""))
    return tuple(
        Signature(
            role=one_line(each.role, TITLE_LIMIT),
            areas=one_line(listed(each.areas), TITLE_LIMIT) or "Everything",
        )
        for each in declared
    )


def _digests(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    digests = dossier.verdict.digests
    return (
        ("Rules for the decision (policy)", one_line(digests.policy, 100)),
        ("Plan", one_line(digests.plan, 100)),
        ("Evidence", one_line(digests.evidence, 100)),
        ("Waivers", one_line(digests.waivers, 100)),
        *((("Change record", one_line(digests.change, 100)),) if digests.change else ()),
    )
