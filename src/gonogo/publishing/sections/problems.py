"""Problems as a reader meets them: what a person sees first, the technical part and the effects folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gonogo.model import Difference, Side
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import (
    Cause,
    Standing,
    grouped,
    headline,
    holds_no_more,
    seen_first,
    standing,
    with_standing,
)
from gonogo.publishing.cleaning import DETAIL_LIMIT, TEXT_LIMIT, TITLE_LIMIT, block, one_line, safe_path
from gonogo.publishing.evidence import Index
from gonogo.publishing.plain_english import is_plain
from gonogo.publishing.sections.meanings import meaning_of_finding
from gonogo.publishing.wording import (
    BLAMES,
    DISCIPLINES,
    PRIORITIES,
    SEVERITIES,
    listed,
    sentence,
    stage_name,
)

EVIDENCE_SHOWN = 12
EFFECTS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One difference as one line of a list: its name, what it came to, and the technical part."""

    title: str
    heading: str
    sees: str
    stage: str
    importance: str
    where: str
    detail: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One cause with its effects.

    Attributes:
        anchor, number: its place in the page.
        lead: what stands for it.
        disciplines: kinds of quality touched, in words.
        remedy: what the tool that found it advises; empty when it advises nothing.
        effects: everything else it explains; `more_effects` counts those left out.
        evidence: (name, address) pairs; the address is empty for a file that is not to be linked to.
        picture_key: key of the changed picture among its differences, if any.
    """

    anchor: str
    number: str
    lead: Line
    disciplines: str
    remedy: str
    effects: tuple[Line, ...]
    more_effects: int
    evidence: tuple[tuple[str, str], ...]
    picture_keys: tuple[str, ...]


def problems(causes: Iterable[Cause], index: Index) -> tuple[Problem, ...]:
    """The causes as problems, in their order."""
    return tuple(_problem(cause, index) for cause in causes)


def lines_of(dossier: Dossier, wanted: Standing) -> tuple[Line, ...]:
    """The differences of one standing as lines, worst first; one line for each cause."""
    return tuple(line(cause.lead) for cause in grouped(with_standing(dossier.comparison.differences, wanted)))


def line(difference: Difference) -> Line:
    """One difference as a line: what a person sees first."""
    first, _, rest = difference.detail[: DETAIL_LIMIT * 4].partition("\n")
    is_finding = difference.subject == "finding"
    title = one_line(difference.title, TITLE_LIMIT)
    plain = sentence(one_line(first, TEXT_LIMIT)) if is_plain(first, longest=TEXT_LIMIT) else ""
    if standing(difference) is Standing.UNRELIABLE:
        plain = f"{plain} Possible reason: {BLAMES[difference.blame]}.".strip()
    return Line(
        title=title,
        heading=sentence(title),
        sees=meaning_of_finding(difference) if is_finding else plain,
        stage=stage_name(difference.stage),
        importance=importance(difference),
        where=one_line(difference.where, TITLE_LIMIT),
        detail=block(difference.detail if is_finding or not plain else rest),
        key=one_line(difference.key, TITLE_LIMIT),
    )


def importance(difference: Difference) -> str:
    """How bad it is, in words: the severity of a finding, the priority of anything else."""
    return SEVERITIES[difference.severity] if difference.severity else PRIORITIES[difference.priority]


def _problem(cause: Cause, index: Index) -> Problem:
    seen = index.findings.get((Side.CANDIDATE, cause.lead.key))
    return Problem(
        anchor=cause.anchor,
        number=cause.anchor.rsplit("-", 1)[1],
        lead=_lead(cause.lead),
        disciplines=listed([DISCIPLINES[each] for each in cause.disciplines]),
        remedy=sentence(one_line(seen.remedy, TEXT_LIMIT)) if seen else "",
        effects=tuple(line(each) for each in cause.effects[:EFFECTS_SHOWN]),
        more_effects=max(0, len(cause.effects) - EFFECTS_SHOWN),
        evidence=_evidence(cause, index),
        picture_keys=tuple(each.key for each in cause.differences if each.subject == "snapshot"),
    )


def _lead(difference: Difference) -> Line:
    """The line of what stands for a cause: headed by what a person sees, when that is known."""
    shown = line(difference)
    heading = sentence(headline(difference))
    sees = shown.sees
    if seen_first(difference):
        sees = f"The check “{shown.title}” {holds_no_more(difference)}."
    elif difference.subject == "measurement":
        sees = f"What had to hold: {shown.title[:1].lower()}{shown.title[1:].rstrip('.')}."
        return replace(shown, heading=heading, sees=sees, detail=block(difference.detail))
    return replace(shown, heading=heading, sees=sees)


def _evidence(cause: Cause, index: Index) -> tuple[tuple[str, str], ...]:
    paths = dict.fromkeys(path for difference in cause.differences for path in difference.evidence)
    inside = [path for path in paths if safe_path(path)]
    return tuple((one_line(path, TITLE_LIMIT), index.link(path)) for path in inside[:EVIDENCE_SHOWN])
