"""The story of a run while it goes on: a live line per stage on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from gonogo.cli.console import plain
from gonogo.events import Event

HEARTBEAT_S = 30.0
"""A pipeline that hears nothing for minutes ends the job; half a minute is safe everywhere."""


class PlainProgress:
    """One line when something starts or ends, and a heartbeat in between."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state: dict[str, str] = {}
        self._started: dict[str, float] = {}
        self._done = threading.Event()
        self._beat = threading.Thread(target=self._heartbeat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._beat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._done.set()
        self._beat.join(timeout=1.0)

    def __call__(self, event: Event) -> None:
        """Tell one event."""
        match event.kind:
            case "stage-started":
                self._started[event.stage] = time.monotonic()
                self._state[event.stage] = "started"
                self._print(f"{event.stage}: started, {event.total} checks planned")
            case "progress":
                self._state[event.stage] = _count(event)
            case "stage-finished":
                self._state.pop(event.stage, None)
                seconds = time.monotonic() - self._started.get(event.stage, time.monotonic())
                self._print(f"{event.stage}: finished after {seconds:.0f} s")
            case "target-starting" | "target-ready" | "repeating" | "warning":
                self._print(_line(event))
            case _:
                return

    def _heartbeat(self) -> None:
        while not self._done.wait(HEARTBEAT_S):
            for stage, state in sorted(self._state.items()):
                self._print(f"{stage}: {state}")

    def _print(self, text: str) -> None:
        self._console.print(plain(text), markup=False)


class LiveProgress:
    """A line per stage that moves."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]:<44}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._sides: dict[str, dict[str, tuple[int, int]]] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event.kind:
            case "stage-started":
                known = self._tasks.get(event.stage)
                if known is None:
                    known = self._progress.add_task(event.stage, total=None, state="starting")
                else:  # its doubtful checks are carried out again
                    self._progress.reset(known, total=None, state="repeating")
                self._tasks[event.stage] = known
                self._sides[event.stage] = {}
            case "progress":
                self._move(event)
            case "stage-finished":
                task = self._tasks.get(event.stage)
                if task is not None:
                    self._progress.update(task, total=1, completed=1, state="finished")
                    self._progress.stop_task(task)
            case "target-starting" | "target-ready" | "repeating" | "warning":
                self._progress.console.print(plain(_line(event)), markup=False)
            case _:
                return

    def _move(self, event: Event) -> None:
        task = self._tasks.get(event.stage)
        if task is None:
            return
        sides = self._sides[event.stage]
        sides[event.side.value if event.side else ""] = (event.done, event.total)
        done = sum(d for d, _ in sides.values())
        total = sum(t for _, t in sides.values()) or None
        self._progress.update(task, completed=done, total=total, state=plain(_count(event))[:44])


def _count(event: Event) -> str:
    side = f"{event.side.value} " if event.side else ""
    count = f"{event.done} of {event.total} " if event.total else f"{event.done} " if event.done else ""
    return f"{side}{count}{event.text}".strip()


def _line(event: Event) -> str:
    side = f"{event.side.value}: " if event.side else ""
    lead = "Warning: " if event.kind == "warning" else ""
    ready = "answers at " if event.kind == "target-ready" else ""
    return f"{lead}{side}{ready}{event.text}"
