"""Waivers: what is not met and was accepted by name, so that it becomes a condition. Never more than that.

A waiver is for one candidate version, from its first to its last second, and for the keys it lists. It turns
NOT_MET into WAIVED, and only when, without what it covers, the criterion would be met with nothing to spare:
a further difference still counts, and so does anything that was not shown. INCONCLUSIVE is never waived.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from gonogo.judging.fixes import checks_of_fix
from gonogo.judging.rulings import counted, uk_day
from gonogo.model import (
    Comparison,
    Criterion,
    CriterionKind,
    Difference,
    Judgement,
    Priority,
    ReasonCode,
    Ruling,
    Upgrade,
    Verdict,
    Waiver,
    WaiverStanding,
    WaiverState,
)

JudgeAgain = Callable[[Criterion, Comparison], Judgement]
"""How a criterion is judged on a comparison, waivers aside."""

COUNTED = frozenset(
    {
        *(CriterionKind.REGRESSED, CriterionKind.FAILING, CriterionKind.FIXED),
        *(CriterionKind.CHANGED, CriterionKind.NEW_FINDINGS),
    }
)
"""Criteria that count differences: a waiver covers some of them by key."""

MEASURED = frozenset({CriterionKind.NO_SLOWER, CriterionKind.NO_MORE_ERRORS, CriterionKind.MAXIMUM})
"""Criteria that measure: a waiver accepts another limit, for the subjects of the keys it covers."""

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "cllr"})
_WORD = re.compile(r"[^\W_]+")


def same_person(one: str, other: str) -> bool:
    """Whether two names are written for the same person, as far as writing can tell.

    Case, accents, punctuation, order, titles and what follows a comma do not matter: `Shah, Anil`,
    `Mr Anil Shah` and `anil shah, Head of Housing` are one person. `A. Shah` and `Anil Shah` are two.
    """
    return bool(_name_forms(one) & _name_forms(other))


def is_valid(waiver: Waiver, longest_days: int) -> bool:
    """Whether owner and approver are two people and it holds no longer than waivers may."""
    try:
        days = (_moment(waiver.expires).date() - _moment(waiver.starts).date()).days
        in_order = _moment(waiver.starts) < _moment(waiver.expires)
    except ValueError:
        return False
    named = bool(_name_forms(waiver.owner) and _name_forms(waiver.approver) and waiver.reason.strip())
    return in_order and days <= longest_days and named and not same_person(waiver.owner, waiver.approver)


def waivers_for(upgrade: Upgrade) -> tuple[Waiver, ...]:
    """The waivers for this candidate version, by id; those for other versions say nothing about it."""
    wanted = upgrade.candidate.version
    return tuple(sorted((w for w in upgrade.waivers if w.candidate_version == wanted), key=lambda w: w.id))


def in_force(upgrade: Upgrade, at: str) -> tuple[Waiver, ...]:
    """The waivers that hold at a moment. None do when the moment is not known."""
    return tuple(w for w in waivers_for(upgrade) if _state(w, upgrade, at) is WaiverState.IN_USE)


def with_waivers(
    criterion: Criterion,
    comparison: Comparison,
    judged: Judgement,
    waivers: Sequence[Waiver],
    judge_again: JudgeAgain,
) -> Judgement:
    """The judgement, WAIVED if the waivers cover all that is not met; unchanged if none concerns it.

    Args:
        criterion: what was judged.
        judged: the ruling without waivers. Only NOT_MET, on a must-have or should-have, can be waived.
        waivers: those in force.
        judge_again: judges the criterion on what is left.
    """
    if judged.ruling is not Ruling.NOT_MET or criterion.priority is Priority.COULD or not judged.evidence:
        return judged
    if criterion.kind in COUNTED:
        return _counted(criterion, comparison, judged, waivers, judge_again)
    if criterion.kind in MEASURED:
        return _measured(criterion, comparison, judged, waivers, judge_again)
    return judged


def standings(upgrade: Upgrade, at: str, judgements: Iterable[Judgement]) -> tuple[WaiverStanding, ...]:
    """What became of each waiver for this version, by id."""
    judged = tuple(judgements)
    mine = waivers_for(upgrade)
    return tuple(_standing(waiver, mine, upgrade, at, judged) for waiver in mine)


def lapsed(verdict: Verdict, now: str) -> tuple[WaiverStanding, ...]:
    """The waivers a verdict rests on that have run out since; none when `now` is not given."""
    if not now:
        return ()
    return tuple(
        w for w in verdict.waivers if w.standing is WaiverState.IN_USE and _moment(now) > _moment(w.expires)
    )


def _counted(
    criterion: Criterion,
    comparison: Comparison,
    judged: Judgement,
    waivers: Sequence[Waiver],
    judge_again: JudgeAgain,
) -> Judgement:
    cited = set(judged.evidence)
    bad = [d for d in comparison.differences if d.key in cited and d.stage == criterion.stage]
    used = [w for w in waivers if any(_covers(w, criterion, d) for d in bad)]
    covered = {d.key for d in bad if any(_covers(w, criterion, d) for w in used)}
    if not covered:
        return judged
    rest = msgspec.structs.replace(
        comparison,
        differences=tuple(
            d for d in comparison.differences if d.key not in covered or d.stage != criterion.stage
        ),
    )
    if criterion.kind is CriterionKind.FIXED and not checks_of_fix(criterion, rest):
        return _waived(judged, used)  # every check of the fix is covered, and there is none left to judge
    # what is waived uses up the allowance: with it, a further difference could slip in beside a waiver
    left = judge_again(msgspec.structs.replace(criterion, limit=0), rest)
    match left.ruling:
        case Ruling.MET:
            return _waived(judged, used)
        case Ruling.NOT_MET:
            note = f"{counted(len(covered), 'other is', 'others are')} covered by {_ids(used)}."
            return msgspec.structs.replace(judged, reason=f"{left.reason} {note}")
        case Ruling.INCONCLUSIVE:
            return left
        case Ruling.WAIVED:
            return judged


def _measured(
    criterion: Criterion,
    comparison: Comparison,
    judged: Judgement,
    waivers: Sequence[Waiver],
    judge_again: JudgeAgain,
) -> Judgement:
    """Each waiver by itself: the widest limit of one and the subjects of another were never accepted."""
    concerned = [w for w in waivers if w.scope == criterion.id and w.up_to is not None]
    left = judged
    for waiver in concerned:
        subjects = {_subject(key) for key in waiver.covers}
        if waiver.up_to is None or not {_subject(key) for key in judged.evidence} <= subjects:
            continue
        wider = max(waiver.up_to, criterion.limit)
        found = judge_again(msgspec.structs.replace(criterion, limit=wider), comparison)
        if found.ruling is Ruling.MET:
            return _waived(judged, [waiver])
        if found.ruling is Ruling.INCONCLUSIVE:
            left = found
    return left


def _covers(waiver: Waiver, criterion: Criterion, difference: Difference) -> bool:
    if waiver.severity and difference.severity and difference.severity.rank < waiver.severity.rank:
        return False
    if waiver.scope == criterion.id:
        return difference.key in waiver.covers
    return waiver.scope == difference.key


def _waived(judged: Judgement, used: Sequence[Waiver]) -> Judgement:
    first = min(used, key=lambda w: (w.expires, w.id))
    people = "; ".join(f"{w.id}: {w.owner}, approved by {w.approver}" for w in used)
    return msgspec.structs.replace(
        judged,
        ruling=Ruling.WAIVED,
        code=ReasonCode.WAIVED,
        waivers=tuple(w.id for w in used),
        reason=f"Accepted until {uk_day(_moment(first.expires).date())} ({people}). {judged.reason}",
    )


def _standing(
    waiver: Waiver, mine: Sequence[Waiver], upgrade: Upgrade, at: str, judged: Sequence[Judgement]
) -> WaiverStanding:
    state = _state(waiver, upgrade, at)
    criteria: tuple[str, ...] = ()
    if state is WaiverState.IN_USE:
        criteria = tuple(j.criterion for j in judged if waiver.id in j.waivers)
        state = WaiverState.IN_USE if criteria else _when_not_used(waiver, judged)
    earlier = sorted(
        (w for w in mine if _is_renewed_by(w, waiver, upgrade.longest_waiver_days)),
        key=lambda w: (w.expires, w.id),
    )
    return WaiverStanding(
        id=waiver.id,
        scope=waiver.scope,
        standing=state,
        owner=waiver.owner,
        approver=waiver.approver,
        reason=waiver.reason,
        starts=waiver.starts,
        expires=waiver.expires,
        criteria=criteria,
        renews=tuple(w.id for w in earlier),
    )


def _when_not_used(waiver: Waiver, judged: Sequence[Judgement]) -> WaiverState:
    open_now = [
        j
        for j in judged
        if j.ruling in (Ruling.NOT_MET, Ruling.INCONCLUSIVE) and j.priority is not Priority.COULD
    ]
    concerned = any(waiver.scope == j.criterion or waiver.scope in j.evidence for j in open_now)
    return WaiverState.EXCEEDED if concerned else WaiverState.UNUSED


def _is_renewed_by(earlier: Waiver, later: Waiver, longest_days: int) -> bool:
    """Whether one takes over from the other: the same scope, begun no earlier, and it holds for longer."""
    return (
        earlier.scope == later.scope
        and earlier.starts <= later.starts
        and earlier.expires < later.expires
        and is_valid(earlier, longest_days)
    )


def _state(waiver: Waiver, upgrade: Upgrade, at: str) -> WaiverState:
    """IN_USE stands for "in force" here; whether anything needed it is not known yet."""
    if not is_valid(waiver, upgrade.longest_waiver_days):
        return WaiverState.INVALID
    if not at or _moment(at) < _moment(waiver.starts):
        return WaiverState.NOT_STARTED
    # the last second still counts; the one after it does not
    return WaiverState.EXPIRED if _moment(at) > _moment(waiver.expires) else WaiverState.IN_USE


def _moment(text: str) -> datetime:
    """A moment with its offset. Raises ValueError when it has none: then nobody knows when it is."""
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC).replace(microsecond=0)


def _subject(key: str) -> str:
    """`load:Rent search:p95_ms` → `load:Rent search`: chance moves which statistic of it shows."""
    return key.rpartition(":")[0]


def _ids(used: Sequence[Waiver]) -> str:
    return ("waiver " if len(used) == 1 else "waivers ") + ", ".join(w.id for w in used)


def _name_forms(name: str) -> set[frozenset[str]]:
    """The sets of words that may stand for this person."""
    parts = name.split(",")
    prefixes = [_words(" ".join(parts[:count])) for count in range(1, len(parts) + 1)]
    # one word before a comma is a family name, which two people may share
    return {words for words in prefixes if len(words) > 1 or (words and len(parts) == 1)}


def _words(text: str) -> frozenset[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return frozenset(_WORD.findall(bare.casefold())) - _TITLES
