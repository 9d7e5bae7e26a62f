"""The recommendation, why, and what is asked of the reader: shared by page one, summary and terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.model import (
    Blame,
    Change,
    CriterionKind,
    Decision,
    Difference,
    Discipline,
    Judgement,
    Priority,
    ReasonCode,
    Ruling,
)
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Cause, Standing, by_weight, grouped, headline, with_standing
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.sections.conditions import before_go_live, waivers_in_use
from gonogo.publishing.sections.remedies import REMEDIES
from gonogo.publishing.wording import DISCIPLINES, counted, day, listed, out_of, sentence, stage_name

REASONS_ON_PAGE_ONE = 3
REASONS_ON_TERMINAL = 5
ASKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What is recommended.

    Attributes:
        sentence: the recommendation itself, one sentence.
        reasons: why, worst first; each one to three sentences with numbers.
        unnamed: how many further criteria were not met, not shown or waived.
        asks: what the reader is asked to do, three at most.
        touched: kinds of quality that the upgrade makes worse, in words.
    """

    sentence: str
    reasons: tuple[str, ...]
    unnamed: int
    asks: tuple[str, ...]
    touched: tuple[str, ...]


def recommendation(dossier: Dossier, *, most_reasons: int = REASONS_ON_PAGE_ONE) -> Recommendation:
    """The recommendation in plain words. Adds nothing to the verdict and takes nothing from it."""
    causes = worse_causes(dossier)
    telling = _telling(dossier, causes)
    is_go = dossier.verdict.decision is Decision.GO
    reasons = _reasons_to_go(dossier) if is_go else _reasons_against(telling, causes)
    points = before_go_live(dossier)
    is_told = bool(points) and dossier.verdict.decision is Decision.GO_WITH_CONDITIONS
    most = most_reasons - is_told
    reasons = [*reasons[:most], *([_points_open(len(points))] if is_told else [])]
    if not reasons:
        reasons = ["No criterion was judged."]
    return Recommendation(
        sentence=_sentence(dossier),
        reasons=tuple(reasons),
        unnamed=max(0, len(telling) - most),
        asks=_asks(dossier, causes)[:ASKS],
        touched=tuple(DISCIPLINES[each] for each in disciplines_worse(dossier)),
    )


def _points_open(count: int) -> str:
    return f"The change record leaves {counted(count, 'point')} open, listed under “Before go-live”."


def worse_causes(dossier: Dossier) -> tuple[Cause, ...]:
    """What the upgrade makes worse, by cause, worst first; measurements beyond their limit included."""
    worse = with_standing(dossier.comparison.differences, Standing.WORSE)
    return grouped((*worse, *_beyond_limits(dossier)))


_MEASURED_CODES = (ReasonCode.SLOWER, ReasonCode.MORE_ERRORS, ReasonCode.LIMIT_EXCEEDED)


def _beyond_limits(dossier: Dossier) -> list[Difference]:
    """Measurements that broke a criterion, as differences: the comparison holds no opinion about them."""
    titles = {measured.key: measured.title for measured in dossier.comparison.measurements}
    statements = {criterion.id: criterion.statement for criterion in dossier.upgrade.criteria}
    return [
        Difference(
            key=next(iter(judgement.evidence), judgement.criterion),
            stage=judgement.stage,
            subject="measurement",
            change=Change.REGRESSED,
            blame=Blame.CANDIDATE,
            title=statements.get(
                judgement.criterion, titles.get(next(iter(judgement.evidence), ""), "Speed")
            ),
            priority=judgement.priority,
            discipline=Discipline.PERFORMANCE,
            detail=judgement.reason,
            cause=judgement.criterion,
        )
        for judgement in dossier.verdict.judgements
        if judgement.ruling is Ruling.NOT_MET and judgement.code in _MEASURED_CODES
    ]


def system_and_version(dossier: Dossier) -> str:
    """`Meridian Housing 8.2.0`."""
    about = dossier.verdict.upgrade
    return one_line(f"{about.system} {about.to_version}", TITLE_LIMIT)


def _sentence(dossier: Dossier) -> str:
    name = system_and_version(dossier)
    match dossier.verdict.decision:
        case Decision.GO:
            return f"We recommend Go: {name} can go live."
        case Decision.GO_WITH_CONDITIONS:
            return (
                f"We recommend Go with conditions: {name} can go live once the conditions below are agreed."
            )
        case Decision.NO_GO:
            return f"We recommend No-go: {name} should not go live."
        case Decision.INCONCLUSIVE:
            return f"We do not have enough evidence yet to say whether {name} can go live."


_TELLING_ORDER = {
    Decision.NO_GO: (Ruling.NOT_MET, Ruling.INCONCLUSIVE, Ruling.WAIVED),
    Decision.INCONCLUSIVE: (Ruling.INCONCLUSIVE, Ruling.NOT_MET, Ruling.WAIVED),
    Decision.GO_WITH_CONDITIONS: (Ruling.NOT_MET, Ruling.INCONCLUSIVE, Ruling.WAIVED),
    Decision.GO: (),
}
_PRIORITY_ORDER = tuple(Priority)


def _telling(dossier: Dossier, causes: Sequence[Cause]) -> tuple[Judgement, ...]:
    """The judgements that made the decision what it is: by priority, ruling, and the worst problem cited."""
    order = _TELLING_ORDER[dossier.verdict.decision]
    places = {member.key: place for place, cause in enumerate(causes) for member in cause.differences}
    # open points of the change record have a list of their own, and say nothing about the upgrade
    judgements = [each for each in dossier.verdict.judgements if each.code is not ReasonCode.CHANGE_OPEN]
    chosen = [judgement for judgement in judgements if judgement.ruling in order]

    def rank(judgement: Judgement) -> tuple[int, int, int]:
        worst = min((places[key] for key in judgement.evidence if key in places), default=len(places))
        return (_PRIORITY_ORDER.index(judgement.priority), order.index(judgement.ruling), worst)

    return tuple(sorted(chosen, key=rank))


def _reasons_against(judgements: Sequence[Judgement], causes: Sequence[Cause]) -> list[str]:
    """Each judgement's numbers, with one example of what people would meet; no example is told twice."""
    reasons: list[str] = []
    told: set[str] = set()
    for judgement in judgements:
        reason = _numbers(judgement)
        cited = set(judgement.evidence)
        for cause in causes:
            member = next((each for each in cause.differences if each.key in cited), None)
            # a measurement's reason is the judgement's own: as an example it would be said twice
            if member is not None and cause.id not in told and member.subject != "measurement":
                told.add(cause.id)
                reason += f" For example: {headline(member)}."
                break
        reasons.append(reason)
    return list(dict.fromkeys(reasons))


def _numbers(judgement: Judgement) -> str:
    """The judgement's reason up to the titles it lists (page one gives one example instead), by stage."""
    reason = sentence(one_line(judgement.reason, TEXT_LIMIT // 2).split(": “", 1)[0])
    # without it, the same words about two stages could not be told apart
    return f"{stage_name(judgement.stage)}: {reason}" if judgement.stage in _NAMED_STAGES else reason


_NAMED_STAGES = ("uat", "regression")


def _reasons_to_go(dossier: Dossier) -> list[str]:
    must = [each for each in dossier.verdict.judgements if each.priority is Priority.MUST]
    met = [each for each in must if each.ruling is Ruling.MET]
    reasons = [f"{out_of(len(met), len(must), 'must-have')} {'was' if len(must) == 1 else 'were'} met."]
    if not with_standing(dossier.comparison.differences, Standing.WORSE):
        reasons.append("Nothing that works today stopped working.")
    kinds = {each.id: each.kind for each in dossier.upgrade.criteria}
    reasons.extend(
        sentence(one_line(each.reason, TEXT_LIMIT // 2))
        for each in dossier.verdict.judgements
        if kinds.get(each.criterion) is CriterionKind.NO_SLOWER
    )
    mended = with_standing(dossier.comparison.differences, Standing.BETTER)
    if mended:
        reasons.append(
            f"{counted(len(mended), 'fault')} of today {'is' if len(mended) == 1 else 'are'} mended."
        )
    return reasons


def _asks(dossier: Dossier, causes: Sequence[Cause]) -> tuple[str, ...]:
    about = dossier.verdict.upgrade
    in_use, planned = one_line(about.from_version, 60), dossier.settings.planned_date
    date = f"Confirm the planned date, {day(planned)}." if planned else "Agree the date."
    match dossier.verdict.decision:
        case Decision.GO:
            return ("Read what we did not test, then record your decision.", date)
        case Decision.GO_WITH_CONDITIONS:
            return (*_conditions(dossier), "Record your decision.", date)
        case Decision.NO_GO:
            in_vain = unmended(dossier)
            if in_vain and not causes:
                return (
                    f"Keep {in_use} in use.",
                    f"Have the steps of the release notes checked for {listed(in_vain)}, and missing ones taken.",
                    "If none was missing, send this report to the supplier. Then have this test run again.",
                )
            problems = counted(len(causes), "problem") if causes else "the criteria that were not met"
            return (
                f"Keep {in_use} in use.",
                f"Send the supplier {problems} from this report and ask for a new build.",
                "Have this test run again on the new build.",
            )
        case Decision.INCONCLUSIVE:
            return (*_remedies(dossier), "Do not decide on this result; run the test again.")


def _conditions(dossier: Dossier) -> tuple[str, ...]:
    """What a conditional go asks for: owners where there are none, agreement where there are."""
    unowned = sum(
        each.ruling in (Ruling.NOT_MET, Ruling.INCONCLUSIVE)
        for each in dossier.verdict.judgements
        if each.code is not ReasonCode.CHANGE_OPEN
    )
    if unowned:
        return (f"Name an owner and a date for {counted(unowned, 'condition')}.",)
    used = waivers_in_use(dossier)
    if used:
        return (f"Say whether you agree with {counted(used, 'waiver')} above.",)
    return ("Name an owner for each point before go-live.",) if before_go_live(dossier) else ()


def _remedies(dossier: Dossier) -> tuple[str, ...]:
    codes = [each.code for each in dossier.verdict.judgements if each.ruling is Ruling.INCONCLUSIVE]
    remedies = [REMEDIES[code] for code in codes if REMEDIES[code]]
    return tuple(dict.fromkeys(remedies))[: ASKS - 1]


def disciplines_worse(dossier: Dossier) -> tuple[Discipline, ...]:
    """Every kind of quality that the upgrade makes worse, the one that matters most to people first."""
    return by_weight(each for cause in worse_causes(dossier) for each in cause.disciplines)


def unmended(dossier: Dossier) -> tuple[str, ...]:
    """What the release notes promise to be mended, and is not: the numbers of the fixes."""
    fixes = {criterion.id: criterion.fix for criterion in dossier.upgrade.criteria if criterion.fix}
    return tuple(
        one_line(fixes[each.criterion], 60)
        for each in dossier.verdict.judgements
        if each.ruling is Ruling.NOT_MET and each.criterion in fixes
    )


def touched_sentence(touched: Sequence[str]) -> str:
    """`The upgrade makes these worse: money, reports and speed.`; empty when it makes nothing worse.

    A long list is told in two sentences.
    """
    if not touched:
        return ""
    words = [word[0].lower() + word[1:] for word in touched]
    first, second = words[:_LISTED_AT_ONCE], words[_LISTED_AT_ONCE:]
    rest = f" And these: {listed(second)}." if second else ""
    return f"The upgrade makes these worse: {listed(first)}.{rest}"


_LISTED_AT_ONCE = 6
