"""The builds of a corpus: what each has that should be seen, or should not be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from gonogo.model import Discipline, Record

FUNCTIONAL = ("uat", "regression")
"""Stages that every build goes through."""


class Kind(StrEnum):
    """What a build is for."""

    REFERENCE = "reference"
    """The release itself. What it differs in from the version in use is in every other build as well."""
    FAULT = "fault"
    """The release with one fault, which should be seen."""
    VARIATION = "variation"
    """The release with one harmless difference, which should not be held against it."""


class Visibility(StrEnum):
    """How much of the product shows a fault."""

    BLATANT = "blatant"
    ORDINARY = "ordinary"
    SUBTLE = "subtle"


class Build(Record, frozen=True, kw_only=True):
    """One build.

    Attributes:
        id: the fault's or variation's name; `REFERENCE` for the release itself.
        title: what a person sees.
        discipline: for a fault, the kind of test that should catch it.
        visibility: for a fault, how much of the product shows it.
        stages: the stages it goes through, settled before anything runs.
    """

    id: str
    kind: Kind
    title: str
    discipline: Discipline | None = None
    visibility: Visibility | None = None
    stages: tuple[str, ...] = FUNCTIONAL


REFERENCE = "reference"


def reference(builds: Iterable[Build]) -> Build:
    """The release itself, through every stage that any of the builds goes through."""
    stages = dict.fromkeys([*FUNCTIONAL, *(stage for build in builds for stage in build.stages)])
    return Build(id=REFERENCE, kind=Kind.REFERENCE, title="The release itself", stages=tuple(stages))


def subset(builds: Sequence[Build]) -> tuple[Build, ...]:
    """A part that takes minutes: every eleventh fault and every seventh variation.

    Chosen by place alone, so that nobody can choose by result.
    """
    faults = [build for build in builds if build.kind is Kind.FAULT]
    variations = [build for build in builds if build.kind is Kind.VARIATION]
    return (*faults[10::11], *variations[::7])


def left_out(builds: Iterable[Build], stages: Sequence[str]) -> dict[str, int]:
    """Stage → how many of the builds do not go through it."""
    counted = dict.fromkeys(stages, 0)
    for build in builds:
        for stage in stages:
            counted[stage] += stage not in build.stages
    return {stage: count for stage, count in counted.items() if count}
