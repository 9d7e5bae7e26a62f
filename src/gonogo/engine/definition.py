"""What a run is given and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.clock import Clock
from gonogo.events import Emitter
from gonogo.job import BrowserToUse
from gonogo.model import Plan, Publication, Side, Upgrade, Verdict
from gonogo.processes import Stop
from gonogo.publishing.base import Dossier, Publisher, PublishSettings
from gonogo.stages.base import Project, Stage
from gonogo.store import RunFolder

SIDES = (Side.BASELINE, Side.CANDIDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier run whose evidence of the version in use serves again.

    Attributes:
        folder: its run folder.
        stages: the stages whose evidence is carried over; the others exercise both sides.
    """

    folder: RunFolder
    stages: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Everything a run is given: the project, its stages, and what the machine has.

    Attributes:
        stages: the stages that the upgrade lists, by name.
        workers: browser workers one stage may use on one side.
        plan: what to check, when it is known already; None has the stages say it.
        earlier: a run whose evidence of the version in use is carried over; None exercises it again.
    """

    project: Project
    stages: Mapping[str, Stage]
    clock: Clock
    events: Emitter
    stop: Stop
    browser: BrowserToUse | None
    publishers: tuple[Publisher, ...] = ()
    settings: PublishSettings = field(default_factory=PublishSettings)
    workers: int = 1
    plan: Plan | None = None
    earlier: Earlier | None = None

    @property
    def upgrade(self) -> Upgrade:
        """The upgrade under test."""
        return self.project.upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    folder: RunFolder
    verdict: Verdict
    dossier: Dossier
    publications: tuple[Publication, ...] = ()
