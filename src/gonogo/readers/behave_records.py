"""What the behave pool writes down as it goes, before anybody gives it a meaning.

`selection.json` holds one Selection; `results.jsonl` holds a ScenarioRecord per scenario as it ends and a
WorkerRecord per worker. The pool (in the child process) writes them, `gonogo.readers.behave` reads them.
"""

from __future__ import annotations

from gonogo.model import CheckResult, ManualStep, Record


class StepRecord(Record, frozen=True, kw_only=True):
    """One step as it ran. `status` is behave's own word for it."""

    text: str
    status: str
    duration_s: float = 0.0


class FaultRecord(Record, frozen=True, kw_only=True):
    """The exception that ended a scenario.

    Attributes:
        step: the step it happened in, with its keyword; empty when it was a hook.
        hook: the hook it happened in (`before_scenario`); empty when it was a step.
        kinds: the exception's class and its bases, `module.Name`, nearest first.
        message: the exception's own text.
        trace: where in the code.
    """

    step: str = ""
    hook: str = ""
    kinds: tuple[str, ...] = ()
    message: str = ""
    trace: str = ""


class ScenarioRecord(Record, frozen=True, kw_only=True, tag_field="kind", tag="scenario"):
    """One scenario as it ran. `status` is behave's own word; artefacts are relative to the stage's folder."""

    key: str
    title: str
    feature: str
    status: str
    tags: tuple[str, ...] = ()
    inherited_tags: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    own_steps: int = 0
    fault: FaultRecord | None = None
    where: str = ""
    artefacts: tuple[str, ...] = ()
    duration_s: float = 0.0
    worker: int = 0


class WorkerRecord(Record, frozen=True, kw_only=True, tag_field="kind", tag="worker"):
    """What became of one worker: `event` is `finished` or `failed`, `message` says why it failed."""

    worker: int
    event: str
    message: str = ""


class SelectedScenario(Record, frozen=True, kw_only=True):
    """A scenario that the pack's paths and tags select, before anything ran.

    Attributes:
        tags: its own tags, without `@`.
        inherited_tags: those of its outline, rule and feature.
        source: `features/rents.feature:12`.
        own_steps: how many steps it has of its own (without the background).
        undefined_steps: steps that no sentence of the pack matches.
        manual_steps: of a scenario tagged `@manual`, what a person does and is to see.
    """

    key: str
    title: str
    feature: str
    source: str
    tags: tuple[str, ...] = ()
    inherited_tags: tuple[str, ...] = ()
    own_steps: int = 0
    undefined_steps: tuple[str, ...] = ()
    manual_steps: tuple[ManualStep, ...] = ()


class Selection(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.behave-selection/1"):
    """Everything behave would run. `problem` is non-empty when it could not be read."""

    scenarios: tuple[SelectedScenario, ...] = ()
    problem: str = ""


class BehaveResults(Record, frozen=True, kw_only=True):
    """What the lines of one run amount to.

    Attributes:
        results: one per scenario that ran, in order of key.
        failures: what workers that failed said.
        is_finished: every worker that started says it came to its end.
        unreadable: how many lines could not be read.
    """

    results: tuple[CheckResult, ...] = ()
    failures: tuple[str, ...] = ()
    is_finished: bool = False
    unreadable: int = 0
