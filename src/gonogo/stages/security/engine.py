"""What a scanner is to this stage: told where to go, asked what it found and whether it really did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gonogo.guard import Guard
from gonogo.model import Finding, ToolUsed
from gonogo.model.errors import ToolError
from gonogo.processes import Stop
from gonogo.readers.site_map import Place


class ScanBrokenOff(ToolError):
    """The scan was stopped because it had become pointless; the reason is known to whoever stopped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOrder:
    """One scan of one side.

    Attributes:
        origin: scheme, host and port of the target.
        guard: the only way to it.
        places: path of the page, served by the guard, that links to every place to be attacked.
        raw: the side's folder for raw output; nothing unscrubbed goes there.
        scrub: takes secrets out of text.
        templates: routes to prefer over guessing.
        tick: to be called a few times a second; raises ScanBrokenOff or Interrupted to stop.
        time_limit_s: seconds it may take.
        plan: a plan of ZAP's Automation Framework, to be run besides; empty: none.
        rules: look for these again and, where the scanner can, for nothing else; empty: for everything.
        targets: what stands on the page of places.
        refused_paths: regular expressions of what the guard turns away, for the record.
    """

    origin: str
    guard: Guard
    places: str
    raw: Path
    scrub: Callable[[bytes], bytes]
    templates: tuple[str, ...]
    stop: Stop
    tick: Callable[[], None]
    time_limit_s: float
    plan: str = ""
    rules: tuple[str, ...] = ()
    targets: tuple[Place, ...] = ()
    refused_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scanner came back with.

    Attributes:
        findings: each hanging on `security:web-scan`; the stage ties them to routes.
        problems: why the scan is no evidence, each a phrase that goes on from "The scan proves nothing:".
        is_timed_out: it was cut by its time limit.
        notes: facts for the report.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    is_timed_out: bool = False
    notes: tuple[str, ...] = ()


class Engine(Protocol):
    """A scanner that is there and works."""

    @property
    def tool(self) -> ToolUsed:
        """Name, version, and a digest of its rules and settings: two sides must have the same."""

    def scan(self, order: ScanOrder) -> ScanResult:
        """Scan one side. Called for several sides at once.

        Raises:
            ToolError: it could not be started or said nothing readable.
            ScanBrokenOff, Interrupted: as `tick` raised them; whatever was started is gone.
        """

    def close(self) -> None:
        """End whatever serves all sides together."""
