"""behave's model objects → the records of `gonogo.readers.behave_records`. Runs in behave's process.

Step libraries may leave two attributes on behave's scenario object for us: `gonogo_where` (the request or
page at fault, without host) and `gonogo_artefacts` (files, relative to the stage's folder).
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path, PurePosixPath
from typing import Any

from gonogo.model import ManualStep, to_line
from gonogo.readers.behave import MANUAL
from gonogo.readers.behave_records import (
    FaultRecord,
    ScenarioRecord,
    SelectedScenario,
    StepRecord,
    WorkerRecord,
)

TRACE_LIMIT = 4000

_HOOK = re.compile(r"HOOK-ERROR in (\w+)")
_OWN_FRAMES = f"{os.sep}behave{os.sep}"


class Recorder:
    """Appends records to a file, one line each, whole and at once: what was written survives a kill.

    `last` is the scenario recorded last in this process.
    """

    def __init__(self, path: str) -> None:
        # Opened before the workers are forked: they share one append-only description.
        flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY
        self._file = os.open(path, flags, 0o644) if path else -1
        self.last: ScenarioRecord | None = None

    def write(self, record: ScenarioRecord | WorkerRecord) -> None:
        """Append one record."""
        if not isinstance(record, WorkerRecord):
            self.last = record
        if self._file >= 0:
            os.write(self._file, to_line(record))


def selected(scenario: Any, registry: Any, root: str) -> SelectedScenario:
    """A scenario (or an outline without examples) as the plan wants it.

    Args:
        scenario: behave's Scenario or ScenarioOutline.
        registry: behave's step registry, to find steps that nothing defines.
        root: the folder of the features, for keys of files in sub-folders.
    """
    is_outline = hasattr(scenario, "examples")
    undefined = () if is_outline else _undefined(scenario, registry)
    return SelectedScenario(
        key=scenario_key(scenario, root),
        title=title(scenario),
        feature=scenario.feature.name or PurePosixPath(scenario.filename).stem,
        source=f"{_posix(scenario.filename)}:{scenario.line}",
        tags=_own_tags(scenario),
        inherited_tags=_inherited_tags(scenario),
        own_steps=0 if is_outline else len(scenario.steps),
        undefined_steps=undefined,
        manual_steps=() if is_outline or MANUAL not in scenario.effective_tags else manual_steps(scenario),
    )


def manual_steps(scenario: Any) -> tuple[ManualStep, ...]:
    """What a person does: every Given and When is an action, the Thens below it are what is to be seen.

    A Then that no action comes before is an action of its own ("Check that …"). Tables and texts below a
    step stand below its words.
    """
    steps: list[tuple[str, list[str]]] = []
    for step in scenario.all_steps:
        text = _with_data(step)
        if step.step_type != "then":
            steps.append((text, []))
        elif steps:
            steps[-1][1].append(text)
        else:
            steps.append(("Check", [text]))
    return tuple(ManualStep(action=action, expected="\n".join(seen)) for action, seen in steps)


def _with_data(step: Any) -> str:
    lines = [str(step.name)]
    if step.table is not None:
        rows = (step.table.headings, *(row.cells for row in step.table))
        lines += [" | ".join(str(cell) for cell in row) for row in rows]
    if step.text:
        lines.append(str(step.text))
    return "\n".join(lines)


def recorded(scenario: Any, root: str, *, duration_s: float, worker: int) -> ScenarioRecord:
    """A scenario that has just ended."""
    is_outline = hasattr(scenario, "examples")
    steps = () if is_outline else tuple(scenario.all_steps)
    return ScenarioRecord(
        key=scenario_key(scenario, root),
        title=title(scenario),
        feature=scenario.feature.name or PurePosixPath(scenario.filename).stem,
        status=scenario.status.name,
        tags=_own_tags(scenario),
        inherited_tags=_inherited_tags(scenario),
        steps=tuple(
            StepRecord(text=_text(step), status=step.status.name, duration_s=round(step.duration, 4))
            for step in steps
        ),
        own_steps=0 if is_outline else len(scenario.steps),
        fault=_fault(scenario, steps),
        where=getattr(scenario, "gonogo_where", ""),
        artefacts=tuple(getattr(scenario, "gonogo_artefacts", ())),
        duration_s=round(duration_s, 4),
        worker=worker,
    )


def not_reached(scenario: Any, root: str, *, worker: int, hook_of: Any) -> ScenarioRecord:
    """A scenario that did not run because a hook of its feature or rule failed."""
    record = recorded(scenario, root, duration_s=0.0, worker=worker)
    fault = _hook_fault(hook_of) or FaultRecord(message="The hooks of its feature failed.")
    return ScenarioRecord(
        key=record.key,
        title=record.title,
        feature=record.feature,
        status="hook_error",
        tags=record.tags,
        inherited_tags=record.inherited_tags,
        own_steps=record.own_steps,
        fault=fault,
        worker=worker,
    )


def scenario_key(scenario: Any, root: str) -> str:
    """`uat:<file>:<scenario>[ #<cells of the example row>]`; never a line number or a counter."""
    path = PurePosixPath(_posix(os.path.relpath(scenario.filename, root) if root else scenario.filename))
    file = path.with_suffix("").as_posix()
    row = getattr(scenario, "_row", None)
    if row is None:
        return f"uat:{file}:{scenario.name.strip()}"
    cells = ", ".join(str(cell) for cell in row.cells)
    return f"uat:{file}:{scenario.parent.name.strip()} #{cells}"


def title(scenario: Any) -> str:
    """The scenario's name as a person wrote it, an outline's with the row's cells filled in."""
    name = (
        str(scenario.name).rpartition(" -- @")[0] if getattr(scenario, "_row", None) else str(scenario.name)
    )
    cells = getattr(getattr(scenario, "_row", None), "cells", ())
    if name and cells and not any(str(cell) in name for cell in cells if str(cell)):
        return f"{name.strip()} ({', '.join(str(cell) for cell in cells)})"
    return name.strip()


def kinds(error: BaseException) -> tuple[str, ...]:
    """The class of an exception and its bases, `module.Name`, without `object` and the like."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return tuple(
        n for n in names if n not in ("builtins.object", "builtins.BaseException", "builtins.Exception")
    )


def _fault(scenario: Any, steps: tuple[Any, ...]) -> FaultRecord | None:
    for step in steps:
        if not step.status.has_failed() or step.exception is None:
            continue
        hook = _HOOK.search(step.error_message or "") if step.hook_failed else None
        return _described(step.exception, step=_text(step), hook=hook[1] if hook else "")
    return _hook_fault(scenario)


def _hook_fault(statement: Any) -> FaultRecord | None:
    if not statement.hook_failed:
        return None
    message = str(statement.error_message or "")
    found = _HOOK.search(message)
    hook = found[1] if found else "hook"
    if statement.exception is None:
        return FaultRecord(hook=hook, message=message)
    return _described(statement.exception, step="", hook=hook)


def _described(error: BaseException, *, step: str, hook: str) -> FaultRecord:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _OWN_FRAMES not in f.filename]
    lines = (f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)
    return FaultRecord(
        step=step, hook=hook, kinds=kinds(error), message=str(error), trace="\n".join(lines)[-TRACE_LIMIT:]
    )


def _short(filename: str) -> str:
    """A file's path from the project or from its package on: the same on every machine."""
    path = Path(filename)
    if path.is_relative_to(Path.cwd()):
        return path.relative_to(Path.cwd()).as_posix()
    for root in sys.path:
        if root and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def _text(step: Any) -> str:
    return f"{step.keyword} {step.name}"


def _undefined(scenario: Any, registry: Any) -> tuple[str, ...]:
    return tuple(_text(step) for step in scenario.all_steps if registry.find_match(step) is None)


def _own_tags(scenario: Any) -> tuple[str, ...]:
    return tuple(sorted({str(tag) for tag in scenario.tags}))


def _inherited_tags(scenario: Any) -> tuple[str, ...]:
    return tuple(sorted({str(tag) for tag in scenario.effective_tags} - {str(tag) for tag in scenario.tags}))


def _posix(path: str) -> str:
    return path.replace("\\", "/")
