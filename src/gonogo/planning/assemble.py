"""Stage plans → Plan."""

from __future__ import annotations

import msgspec

from gonogo.model import Discipline, Plan, PlannedCheck, Priority, Side, StagePlan

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


def assemble_plan(stage_plans: tuple[StagePlan, ...], sides: tuple[Side, ...], packs: str = "") -> Plan:
    """The whole plan, identity first, then the stages in the order given, each sorted by key.

    Two checks with one key could hide one another's failure, so they make the stage's plan a problem.
    """
    stages = (IDENTITY_PLAN, *(_checked(stage) for stage in stage_plans))
    return Plan(sides=sides, stages=stages, packs=packs)


def _checked(stage: StagePlan) -> StagePlan:
    keys = [check.key for check in stage.checks]
    twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    problem = stage.problem
    if twice and not problem:
        problem = f"two checks share the name {twice[0]!r}; give each its own."
    ordered = tuple(sorted(stage.checks, key=lambda check: check.key))
    return msgspec.structs.replace(stage, checks=ordered, problem=problem)
