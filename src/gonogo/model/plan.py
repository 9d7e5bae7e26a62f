"""The plan: every check on every side, listed before anything runs."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.vocabulary import Discipline, Priority, Side


class ManualStep(Record, frozen=True, kw_only=True):
    """One thing a tester does, and what is to be seen then; `expected` is empty where nothing is."""

    action: str
    expected: str = ""


class PlannedCheck(Record, frozen=True, kw_only=True):
    """One check that is to produce evidence on each of the plan's sides.

    Attributes:
        key: stable across sides, runs and machines: `<stage>:<what>`; never holds a URL's host, a
            port, a time or a counter.
        stage: the stage that carries it out.
        title: what is checked, in plain words.
        priority: what its failure means.
        discipline: the kind of quality it looks at.
        feature: the business area it belongs to, in the team's words.
        skip_reason: why it will not run; empty when it will. A skip is shown, and is not evidence.
        tags: the test's own tags or marks, sorted.
        source: where it is written, relative to the project (`features/rents.feature:12`).
        note: what is already known to keep it from being evidence (a step that nothing defines).
        is_manual: whether a person walks it; then no tool runs it, and `steps` says what the person does.
        sides: the sides it must give evidence on; empty for every side of the plan. A manual check is
            asked of the candidate alone. What was seen on the baseline counts as well where there is any.
        steps: for manual checks, the steps in their order.
    """

    key: str
    stage: str
    title: str
    priority: Priority = Priority.MUST
    discipline: Discipline = Discipline.FUNCTIONAL
    feature: str = ""
    skip_reason: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    is_manual: bool = False
    sides: tuple[Side, ...] = ()
    steps: tuple[ManualStep, ...] = ()

    def is_asked_of(self, side: Side) -> bool:
        """Whether evidence on this side is needed."""
        return not self.sides or side in self.sides


class StagePlan(Record, frozen=True, kw_only=True):
    """What one stage says it will do. `problem` says why it could not say; then nothing is planned."""

    stage: str
    checks: tuple[PlannedCheck, ...] = ()
    problem: str = ""


class Plan(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.plan/1"):
    """Every planned check × side. Made before anything runs, never changed afterwards.

    Attributes:
        packs: `sha256:…` over the files of the packs that were planned from; empty when not known.
    """

    sides: tuple[Side, ...]
    stages: tuple[StagePlan, ...]
    packs: str = ""

    @property
    def checks(self) -> tuple[PlannedCheck, ...]:
        """All planned checks, stage by stage."""
        return tuple(check for stage in self.stages for check in stage.checks)
