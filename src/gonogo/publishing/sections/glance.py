"""At a glance: one row for each question a manager asks, with counts and the ruling the verdict gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.model import (
    CheckStatus,
    Criterion,
    CriterionKind,
    Discipline,
    Judgement,
    PlannedCheck,
    Ruling,
    Side,
)
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, standing
from gonogo.publishing.evidence import Index
from gonogo.publishing.sections.speed import LOG_STATISTIC, interval_of, margin_of, subject_of
from gonogo.publishing.wording import RULINGS, SYMBOLS, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row's heading, and the disciplines that answer it."""

    heading: str
    disciplines: tuple[Discipline, ...]


NOT_TESTED = "Not tested"
"""A row's outcome when nothing of the kind was planned, scanned or measured."""

QUESTIONS = (
    Question(heading="Everyday tasks", disciplines=(Discipline.FUNCTIONAL, Discipline.TIME)),
    Question(
        heading="Pages and wording",
        disciplines=(Discipline.VISUAL, Discipline.LANGUAGE, Discipline.MISSING_PAGE),
    ),
    Question(heading="Figures reconcile", disciplines=(Discipline.MONEY, Discipline.DATA)),
    Question(heading="Reports", disciplines=(Discipline.REPORT,)),
    Question(heading="Overnight jobs", disciplines=(Discipline.BATCH,)),
    Question(heading="Links to other systems", disciplines=(Discipline.INTERFACE,)),
    Question(heading="User access", disciplines=(Discipline.ACCESS,)),
    Question(heading="Speed", disciplines=(Discipline.PERFORMANCE,)),
    Question(heading="Security", disciplines=(Discipline.SECURITY, Discipline.SESSION)),
    Question(heading="Accessibility", disciplines=(Discipline.ACCESSIBILITY,)),
    Question(heading="Right versions tested", disciplines=(Discipline.IDENTITY,)),
)
"""Every discipline answers exactly one question (a test holds it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceRow:
    """One row. `ruling` is None when nothing of the kind was tested, or nothing judged though it got worse.

    Attributes:
        planned, done, met, not_met, not_run: planned checks on the upgraded version.
        change: what differs from today's version, in words.
    """

    heading: str
    planned: int
    done: int
    met: int
    not_met: int
    not_run: int
    ruling: Ruling | None
    change: str
    is_worse: bool = False

    @property
    def outcome(self) -> str:
        """The ruling as a word."""
        if self.ruling:
            return RULINGS[self.ruling]
        return "Not judged" if self.is_worse else NOT_TESTED

    @property
    def symbol(self) -> str:
        """A mark that goes with the word."""
        return SYMBOLS[self.ruling] if self.ruling else "–"


def glance(dossier: Dossier, index: Index) -> tuple[GlanceRow, ...]:
    """A row for each question, also for those that nothing was planned for."""
    return tuple(_row(question, dossier, index) for question in QUESTIONS)


def _row(question: Question, dossier: Dossier, index: Index) -> GlanceRow:
    planned = [check for check in dossier.plan.checks if check.discipline in question.disciplines]
    differences = [each for each in dossier.comparison.differences if each.discipline in question.disciplines]
    statuses = Counter(_status(check, index) for check in planned)
    met, not_met = statuses[CheckStatus.PASSED], statuses[CheckStatus.FAILED]
    keys = {each.key for each in differences} | {check.key for check in planned}
    judgements = _judgements(question, dossier, keys)
    standings = [*(standing(each) for each in differences), *_speed_standings(question, dossier)]
    is_worse = Standing.WORSE in standings
    return GlanceRow(
        heading=question.heading,
        planned=len(planned),
        done=met + not_met,
        met=met,
        not_met=not_met,
        not_run=len(planned) - met - not_met,
        ruling=_ruling(judgements, planned=len(planned), done=met + not_met, is_worse=is_worse),
        change=_change(standings),
        is_worse=is_worse,
    )


def _status(check: PlannedCheck, index: Index) -> CheckStatus | None:
    seen = index.checks.get((Side.CANDIDATE, check.key))
    return seen.status if seen else None


def _judgements(question: Question, dossier: Dossier, keys: set[str]) -> tuple[Judgement, ...]:
    """The verdict's judgements that speak about a question: by the keys they cite, or by their kind."""
    criteria = {criterion.id: criterion for criterion in dossier.upgrade.criteria}
    stages = {check.stage for check in dossier.plan.checks if check.discipline in question.disciplines}
    return tuple(
        judgement
        for judgement in dossier.verdict.judgements
        if keys.intersection(judgement.evidence)
        or _discipline_of(criteria.get(judgement.criterion)) in question.disciplines
        # not one of the criteria: the evidence of a whole stage does not count
        or (judgement.criterion not in criteria and judgement.stage in stages)
    )


def _discipline_of(criterion: Criterion | None) -> Discipline | None:
    if criterion is None:
        return None
    match criterion.kind:
        case CriterionKind.NO_SLOWER | CriterionKind.NO_MORE_ERRORS | CriterionKind.MAXIMUM:
            return Discipline.PERFORMANCE
        case CriterionKind.NEW_FINDINGS:
            return Discipline.SECURITY if criterion.stage == "security" else Discipline.ACCESSIBILITY
        case CriterionKind.IDENTITY:
            return Discipline.IDENTITY
        case (
            CriterionKind.RUN_SHARE
            | CriterionKind.REGRESSED
            | CriterionKind.FAILING
            | CriterionKind.FIXED
            | CriterionKind.CHANGED
        ):
            return None


_WORST_FIRST = (Ruling.NOT_MET, Ruling.INCONCLUSIVE, Ruling.WAIVED, Ruling.MET)


def _ruling(judgements: Sequence[Judgement], *, planned: int, done: int, is_worse: bool) -> Ruling | None:
    rulings = [judgement.ruling for judgement in judgements]
    worst = min(rulings, key=_WORST_FIRST.index) if rulings else None
    if worst in (Ruling.NOT_MET, Ruling.INCONCLUSIVE):
        return worst
    if planned and not done:
        return Ruling.INCONCLUSIVE  # planned, and nothing of it shown: never "met"
    if worst is None:
        # no criterion looks at it: "met" only when checks ran and nothing got worse
        return Ruling.MET if done and not is_worse else None
    return worst


def _speed_standings(question: Question, dossier: Dossier) -> list[Standing]:
    """Journeys that changed beyond chance, and by more than half of what is allowed: less nobody notices."""
    if Discipline.PERFORMANCE not in question.disciplines:
        return []
    intervals = [
        interval_of(each, None)
        for each in dossier.comparison.measurements
        if each.statistic == LOG_STATISTIC and " > " not in subject_of(each) and subject_of(each) != "all"
    ]
    noticed = (margin_of(dossier) or 0.0) / 2
    slower = [Standing.WORSE for each in intervals if each and each.low > 0 and each.point > noticed]
    return slower + [
        Standing.BETTER for each in intervals if each and each.high < 0 and each.point < -noticed
    ]


def _change(standings: Sequence[Standing]) -> str:
    counts = Counter(standings)
    parts = [
        f"{number(counts[kind])} {word}"
        for kind, word in (
            (Standing.WORSE, "worse"),
            (Standing.BETTER, "better"),
            (Standing.EXPECTED, "expected"),
            (Standing.ALREADY, "already today"),
        )
        if counts[kind]
    ]
    return " · ".join(parts) or "None seen"
