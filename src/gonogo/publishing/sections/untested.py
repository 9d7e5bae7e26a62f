"""What was not tested, and why: everything planned without evidence, and what no test here looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gonogo.model import CheckStatus, Difference, Side, StageStatus
from gonogo.publishing.base import Dossier
from gonogo.publishing.causes import Standing, with_standing
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.evidence import Index
from gonogo.publishing.sections.glance import NOT_TESTED, glance
from gonogo.publishing.wording import (
    CHECK_STATUSES,
    PRIORITIES,
    STAGE_STATUSES,
    counted,
    sentence,
    side_name,
    stage_name,
)

SHOWN_PER_REASON = 25

ALWAYS = (
    "Undoing the upgrade was not rehearsed by this test. Ask for the date and result of the last rehearsal.",
    "Automated checks find only some accessibility problems. The rest has to be tried by people.",
    "What this plan does not name was not looked at.",
)
"""True of every run, so said in every report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untested:
    """Something without evidence. `items` names the checks concerned; `more` counts those left out."""

    what: str
    why: str
    items: tuple[str, ...] = ()
    more: int = 0


def untested(dossier: Dossier, index: Index) -> tuple[Untested, ...]:
    """Everything without evidence: kinds of quality nobody looked at, stages, then checks by reason."""
    return (
        *_kinds(dossier, index),
        *_stages(dossier),
        *_checks(dossier, index),
        *_others(dossier),
        *_problems(dossier),
        *_noise(dossier),
    )


def _kinds(dossier: Dossier, index: Index) -> Iterator[Untested]:
    headings = [row.heading for row in glance(dossier, index) if row.outcome == NOT_TESTED]
    if headings:
        yield Untested(
            what="Not tested at all",
            why="The plan names no check of these kinds.",
            items=tuple(headings),
        )


def _stages(dossier: Dossier) -> Iterator[Untested]:
    for plan in dossier.plan.stages:
        name = stage_name(plan.stage)
        if plan.problem:
            yield Untested(what=f"{name}: nothing could be planned", why=_why(plan.problem))
        elif not plan.checks:
            yield Untested(
                what=f"{name}: nothing was planned", why="The project holds no check of this kind."
            )
    for run in dossier.runs:
        header = run.header
        if header.status is not StageStatus.COMPLETED:
            where = one_line(side_name(header.side, dossier.upgrade), TITLE_LIMIT)
            what = f"{stage_name(header.stage)} on {where}: {STAGE_STATUSES[header.status].lower()}"
            yield Untested(what=what, why=_why(header.reason))


def _checks(dossier: Dossier, index: Index) -> Iterator[Untested]:
    """Planned checks that gave no evidence on some side, gathered by stage and reason."""
    missing: dict[tuple[str, str], list[str]] = {}
    for coverage in dossier.comparison.coverage:
        for key in coverage.missing:
            plan = index.planned.get(key)
            title = one_line(plan.title if plan else key, TITLE_LIMIT)
            importance = f" ({PRIORITIES[plan.priority].lower()})" if plan else ""
            reason = _reason(dossier, index, coverage.side, key)
            titles = missing.setdefault((coverage.stage, reason), [])
            if f"{title}{importance}" not in titles:
                titles.append(f"{title}{importance}")
    for (stage, reason), titles in missing.items():
        yield Untested(
            what=f"{stage_name(stage)}: {counted(len(titles), 'planned check')} gave no evidence",
            why=reason,
            items=tuple(titles[:SHOWN_PER_REASON]),
            more=max(0, len(titles) - SHOWN_PER_REASON),
        )


def _reason(dossier: Dossier, index: Index, side: Side, key: str) -> str:
    plan = index.planned.get(key)
    if plan is not None and plan.skip_reason:
        return f"Left out on purpose: {_why(plan.skip_reason)}"
    where = one_line(side_name(side, dossier.upgrade), TITLE_LIMIT)
    seen = index.checks.get((side, key))
    if seen is None and plan is not None and plan.is_manual:
        return f"Nobody has walked it by hand on {where}."
    if seen is None:
        return f"Did not run on {where}."
    said = (
        f" {_why(seen.message)}"
        if seen.message and (seen.status is CheckStatus.BROKEN or (plan and plan.is_manual))
        else ""
    )
    return f"{CHECK_STATUSES[seen.status]} on {where}.{said}"


def _others(dossier: Dossier) -> Iterator[Untested]:
    """Findings, pages and documents that one side lacks; planned checks are told of above."""
    told = {key for coverage in dossier.comparison.coverage for key in coverage.missing}
    seen: dict[tuple[str, str], list[str]] = {}
    for difference in with_standing(dossier.comparison.differences, Standing.NOT_COMPARED):
        if difference.key not in told:
            reason = _first_line(difference) or "Seen on one version only."
            seen.setdefault((difference.stage, reason), []).append(one_line(difference.title, TITLE_LIMIT))
    for (stage, reason), titles in seen.items():
        yield Untested(
            what=f"{stage_name(stage)}: {counted(len(titles), 'item')} could not be compared",
            why=reason,
            items=tuple(titles[:SHOWN_PER_REASON]),
            more=max(0, len(titles) - SHOWN_PER_REASON),
        )


def _problems(dossier: Dossier) -> Iterator[Untested]:
    told = {
        (run.header.stage, run.header.side)
        for run in dossier.runs
        if run.header.status is not StageStatus.COMPLETED
    }
    for problem in dossier.comparison.problems:
        if (problem.stage, problem.side) in told:
            continue
        yield Untested(
            what=f"{stage_name(problem.stage)}: evidence does not count", why=_why(problem.message)
        )


def _noise(dossier: Dossier) -> Iterator[Untested]:
    """Places within pages, tables and documents that change by themselves."""
    for noise in dossier.comparison.noise:
        title = one_line(noise.title, TITLE_LIMIT)
        yield Untested(
            what=f"“{title}”: {counted(len(noise.places), 'place')} not compared, because it changes by itself",
            why=_why(noise.reason),
            items=tuple(one_line(place, TITLE_LIMIT) for place in noise.places[:SHOWN_PER_REASON]),
            more=max(0, len(noise.places) - SHOWN_PER_REASON),
        )


def _first_line(difference: Difference) -> str:
    return _why(difference.detail.split("\n", 1)[0]) if difference.detail else ""


def _why(text: str) -> str:
    return sentence(one_line(text, TEXT_LIMIT)) or "No reason is recorded."
