"""`gonogo calibrate`: how often the gate errs on this system with these packs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.format import Format
from gonogo.cli.session import gate_for, load_project, parse_overrides, select_stages, stoppable
from gonogo.clock import SystemClock
from gonogo.engine import calibration_file
from gonogo.engine.calibrating import FOLDER, calibrate
from gonogo.model import Calibration, ExitCode, to_json


def calibrate_command(
    times: Annotated[
        int, typer.Option("-n", help="How often to compare the version in use with itself.")
    ] = 5,
    root: Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")] = Path(),
    reports: Annotated[
        Path | None, typer.Option(help="Where run folders go; the project's reports/ if not given.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Replace a setting of gonogo.toml: KEY=VALUE; may be repeated."),
    ] = None,
    stage: Annotated[
        list[str] | None, typer.Option("--stage", help="Only this stage; may be repeated.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
) -> int:
    """Compare the version in use with itself, and say how often the gate is wrong and what is unreliable.

    Installs the version in use twice each time and runs every stage. Every later report quotes the result.
    """
    project = select_stages(load_project(root, parse_overrides(settings or [])), stage or [])
    # How often these stages err is asked, not whether anything can go live.
    project = replace(project, upgrade=msgspec.structs.replace(project.upgrade, left_out=()))
    kept = (reports or project.root / "reports").resolve()
    clock = SystemClock()
    with stoppable() as stop, gate_for(project, clock, stop) as gate:
        found = calibrate(gate, times, kept, say)
    calibration_file.keep(found, kept)
    if output is Format.JSON:
        answer.print(to_json(found).decode(), markup=False)
    else:
        answer.print(calibration_text(found), markup=False)
    if found.unreliable:
        next_step(f"look at the run folders below {kept / FOLDER} and mend or pin what is unreliable")
    return int(ExitCode.GO)


def calibration_text(found: Calibration) -> str:
    """The rate with its interval, then what was unreliable, most often first."""
    times = len(found.decisions)
    interval = f"95% interval {found.no_go_low:.1%} to {found.no_go_high:.1%}"
    lines = [
        f"{found.system} {found.version}, compared with itself {times} times ({', '.join(found.stages)}):",
        f"false NO_GO: {found.false_no_go} of {times}, {found.false_no_go / times:.1%}, {interval}",
        *(f"  {d.value:<19} {found.decisions.count(d)}" for d in dict.fromkeys(found.decisions)),
        "",
    ]
    lines.append(f"Unreliable: {len(found.unreliable) or 'nothing'}")
    for check in found.unreliable:
        lines.append(f"  {check.times} of {times}  {check.title}  [{check.key}]")
        lines.append(f"         {check.what}")
    return plain("\n".join(lines).rstrip())
