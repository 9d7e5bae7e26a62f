"""Stage plans → Plan."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import pairwise

import msgspec

from gonogo.model import Criterion, CriterionKind, Discipline, Plan, PlannedCheck, Priority, Side, StagePlan

IDENTITY_PLAN = StagePlan(
    stage="identity",
    checks=tuple(
        PlannedCheck(
            key=f"identity:{name}",
            stage="identity",
            title=title,
            priority=Priority.MUST,
            discipline=Discipline.IDENTITY,
        )
        for name, title in (
            ("answers", "The system answers at its address"),
            ("states-version", "The system states the version claimed for it"),
            ("distinct", "Today's version and the upgrade are two different systems"),
            ("still-answers", "The system still answers after all tests"),
        )
    ),
)
"""Planned in every run, before everything else."""


def assemble_plan(
    stage_plans: tuple[StagePlan, ...],
    sides: tuple[Side, ...],
    packs: str = "",
    criteria: tuple[Criterion, ...] = (),
) -> Plan:
    """The whole plan, identity first, then the stages in the order given, each sorted by key.

    Two checks with one key could hide one another's failure, so they make the stage's plan a problem. So does a
    promised fix among the criteria that no planned check could show.
    """
    stages = (IDENTITY_PLAN, *(_checked(stage, criteria) for stage in stage_plans))
    return Plan(sides=sides, stages=stages, packs=packs)


def _checked(stage: StagePlan, criteria: tuple[Criterion, ...]) -> StagePlan:
    ordered = tuple(sorted(stage.checks, key=lambda check: check.key))
    problem = stage.problem or _problem_with([check.key for check in ordered], stage.stage, criteria)
    return msgspec.structs.replace(stage, checks=ordered, problem=problem)


def _problem_with(keys: list[str], stage: str, criteria: tuple[Criterion, ...]) -> str:
    """What is wrong with the plan of a stage, by the keys of its checks in order; empty when nothing is."""
    twice = next((key for key, following in pairwise(keys) if key == following), None)
    if twice is not None:
        return f"two checks share the name {twice!r}; give each its own."
    for criterion in criteria:
        if criterion.kind is not CriterionKind.FIXED or criterion.stage != stage:
            continue
        if not any(fnmatchcase(key, criterion.scope_key) for key in keys):
            return f"no check is called {criterion.scope_key!r}, which expected_fixes names; see `gonogo plan --keys`."
    return ""
