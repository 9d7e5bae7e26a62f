"""What became of each difference, in a reader's terms, and differences with one cause gathered under it.

Nothing here decides anything: blame, change and expected changes come from the comparison.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from gonogo.model import Blame, Change, CheckStatus, Difference, Discipline, Priority, Severity
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.plain_english import first_sentence, is_plain


class Standing(Enum):
    """Where a difference belongs in a report."""

    WORSE = "worse"
    """The upgrade broke it, or brought it."""
    BETTER = "better"
    """Was wrong today, is right on the upgrade."""
    ALREADY = "already"
    """Wrong on both: already happens today."""
    EXPECTED = "expected"
    """Accepted beforehand as a documented change."""
    UNRELIABLE = "unreliable"
    """Differs, perhaps for a reason that is not the upgrade's: flake, environment, data, scanner."""
    NOT_COMPARED = "not-compared"
    """Seen on one side only, or not fit to compare."""
    SAME = "same"
    """No difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One suspected cause with the differences it explains, worst first.

    Attributes:
        id: the comparison's identity of the cause; a difference without one is its own cause.
        anchor: name of its place in a page, unique in the run.
        differences: the first leads: it is what a reader is told.
    """

    id: str
    anchor: str
    differences: tuple[Difference, ...]

    @property
    def lead(self) -> Difference:
        """The worst difference: the one that stands for the cause."""
        return self.differences[0]

    @property
    def effects(self) -> tuple[Difference, ...]:
        """The other differences."""
        return self.differences[1:]

    @property
    def disciplines(self) -> tuple[Discipline, ...]:
        """Every kind of quality touched, the one that matters most first."""
        return by_weight(difference.discipline for difference in self.differences)


def standing(difference: Difference) -> Standing:
    """Where a difference belongs, from its change and blame."""
    if difference.change is Change.STILL_PASSING:
        return Standing.UNRELIABLE if difference.blame is Blame.FLAKE else Standing.SAME
    if difference.expected:
        return Standing.EXPECTED
    match difference.change:
        case Change.REGRESSED:
            return _by_blame(difference.blame)
        case Change.ADDED:
            return _of_added(difference)
        case Change.REMOVED:
            return Standing.BETTER if difference.subject == "finding" else Standing.NOT_COMPARED
        case Change.FIXED | Change.STILL_FAILING | Change.NOT_COMPARABLE:
            return _SETTLED[difference.change]


_SETTLED = {
    Change.FIXED: Standing.BETTER,
    Change.STILL_FAILING: Standing.ALREADY,
    Change.NOT_COMPARABLE: Standing.NOT_COMPARED,
}


def _of_added(difference: Difference) -> Standing:
    if difference.is_manual and difference.candidate_status is CheckStatus.PASSED:
        return Standing.SAME  # asked of the upgrade alone, and it holds
    is_fault = difference.subject == "finding" or difference.candidate_status is CheckStatus.FAILED
    return _by_blame(difference.blame) if is_fault else Standing.NOT_COMPARED


def _by_blame(blame: Blame) -> Standing:
    match blame:
        case Blame.CANDIDATE | Blame.NONE:
            return Standing.WORSE
        case Blame.PRE_EXISTING:
            return Standing.ALREADY
        case Blame.FLAKE | Blame.ENVIRONMENT | Blame.DATA | Blame.SCANNER:
            return Standing.UNRELIABLE


def rank(difference: Difference) -> int:
    """How bad a difference is, 0 the worst: severity for findings, priority for everything else."""
    if difference.severity is not None:
        return _SEVERITY_RANK[difference.severity]
    return _PRIORITY_RANK[difference.priority]


# A broken must-have comes before a serious finding, because it is what staff meet on the first day.
_PRIORITY_RANK = {Priority.MUST: 0, Priority.SHOULD: 3, Priority.COULD: 5}
_SEVERITY_RANK = {
    Severity.CRITICAL: 1,
    Severity.HIGH: 2,
    Severity.MEDIUM: 4,
    Severity.LOW: 6,
    Severity.INFO: 7,
}


def with_standing(differences: Iterable[Difference], wanted: Standing) -> tuple[Difference, ...]:
    """The differences that belong in one place, worst first."""
    chosen = [difference for difference in differences if standing(difference) is wanted]
    return tuple(sorted(chosen, key=_order))


def grouped(differences: Iterable[Difference], *, prefix: str = "problem") -> tuple[Cause, ...]:
    """Differences gathered by cause, worst cause first.

    Args:
        differences: usually those of one standing.
        prefix: what the anchors begin with: `problem` gives `problem-1`, `problem-2` …
    """
    by_cause: dict[str, list[Difference]] = defaultdict(list)
    for difference in differences:
        by_cause[difference.cause or difference.key].append(difference)
    ordered = sorted(
        ((cause, sorted(members, key=_order)) for cause, members in by_cause.items()),
        key=lambda item: _order(item[1][0]),
    )
    return tuple(
        Cause(id=cause, anchor=f"{prefix}-{place}", differences=tuple(members))
        for place, (cause, members) in enumerate(ordered, start=1)
    )


def seen_first(difference: Difference) -> str:
    """What a person sees, without a full stop: the detail's first line when that reads as plain English."""
    first = one_line(difference.detail[: TITLE_LIMIT * 4].split("\n", 1)[0], TITLE_LIMIT).rstrip(".")
    is_told = difference.subject == "check" and is_plain(first)
    return first[0].upper() + first[1:] if is_told else ""


def headline(difference: Difference) -> str:
    """The difference in the words of somebody who meets it, without a full stop."""
    title = one_line(difference.title, TITLE_LIMIT).rstrip(".")
    match difference.subject:
        case "finding":
            return title
        case "snapshot":
            return f"“{title}” is not as it is today"
        case "measurement":
            return first_sentence(one_line(difference.detail, TITLE_LIMIT)).rstrip(".")
        case _:
            return seen_first(difference) or f"“{title}” {holds_no_more(difference)}"


# What harms people most is told first among equals: money and records before looks and wording.
_WEIGHT = (
    *(Discipline.MONEY, Discipline.DATA, Discipline.FUNCTIONAL, Discipline.BATCH, Discipline.ACCESS),
    *(Discipline.SECURITY, Discipline.SESSION, Discipline.REPORT, Discipline.INTERFACE, Discipline.TIME),
    *(Discipline.PERFORMANCE, Discipline.ACCESSIBILITY, Discipline.MISSING_PAGE, Discipline.VISUAL),
    *(Discipline.LANGUAGE, Discipline.IDENTITY),
)


def by_weight(disciplines: Iterable[Discipline]) -> tuple[Discipline, ...]:
    """Each discipline once, the one that matters most to people first."""
    wanted = set(disciplines)
    return tuple(discipline for discipline in _WEIGHT if discipline in wanted)


def _order(difference: Difference) -> tuple[int, int, str, str]:
    return (rank(difference), _WEIGHT.index(difference.discipline), difference.stage, difference.key)


def holds_no_more(difference: Difference) -> str:
    """“no longer holds”; “does not hold” where nobody knows whether it holds today."""
    is_alone = difference.is_manual and difference.change is Change.ADDED
    return "does not hold" if is_alone else "no longer holds"
