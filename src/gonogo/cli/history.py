"""`gonogo history`: the trend of decisions and measurements, unreliable checks, and known causes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.format import Format
from gonogo.history.database import JudgedRun, add_run, rebuild
from gonogo.history.reading import HistoryAnswer, KnownCause, Trend, read_history
from gonogo.model import ExitCode, to_json
from gonogo.model.errors import GonogoError, UsageError
from gonogo.publishing.base import Dossier

_VALUES = 5
_TELLING = ("p95_ms", "error_ratio", "log_p95")
"""Statistics the text shows; `--format json` has all of them."""


def history_command(
    root: Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")] = Path(),
    reports: Annotated[
        Path | None, typer.Option(help="Where the run folders are; the project's reports/ if not given.")
    ] = None,
    last: Annotated[int, typer.Option(help="How many runs to show; 0 shows all.")] = 20,
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
    *,
    again: Annotated[
        bool, typer.Option("--rebuild", help="Make it again from the run folders first.")
    ] = False,
) -> int:
    """Show how decisions and measurements went, which checks flip without a change, and known causes."""
    place = reports or root / "reports"
    if not place.is_dir():
        raise UsageError(
            f"There is no {place}.", remedy="Run `gonogo run` first, or name the folder: --reports"
        )
    if again:
        for name in rebuild(place):
            say(f"Warning: {name} cannot be read and is left out.")
    found = read_history(place, last)
    if output is Format.JSON:
        answer.print(to_json(found).decode(), markup=False)
    else:
        answer.print(history_text(found), markup=False)
    if found.unreliable:
        next_step("mend the unreliable checks: what they say is chance")
    return int(ExitCode.GO)


def remember(dossier: Dossier) -> None:
    """Add a judged run to the history. A history that cannot be written costs the history, never the verdict."""
    try:
        run = JudgedRun(
            run_id=dossier.run_id,
            upgrade=dossier.upgrade,
            plan=dossier.plan,
            runs=dossier.runs,
            comparison=dossier.comparison,
            verdict=dossier.verdict,
        )
        add_run(dossier.folder.parent, run)
    except GonogoError as error:
        say(f"Warning: the history does not have this run: {error.message} {error.remedy}".rstrip())


def history_text(found: HistoryAnswer) -> str:
    """The history as lists that read well aloud."""
    if not found.runs:
        return "There is no run yet."
    lines = [f"{len(found.runs)} runs, oldest first:"]
    lines += [
        f"  {run.started_at:<20} {run.system} {run.baseline} → {run.candidate}: {run.decision}, "
        f"{run.worse} worse  [{run.run_id}]"
        for run in found.runs
    ]
    trends = [trend for trend in found.trends if trend.statistic in _TELLING]
    if trends:
        lines += ["", f"Measurements, the last {_VALUES} runs (in use → upgrade):"]
        lines += [f"  {_trend(trend)}" for trend in trends]
    lines += ["", *_unreliable(found), "", f"Causes met before: {len(found.causes) or 'none'}"]
    lines += [f"  {_cause(cause)}" for cause in found.causes]
    return plain("\n".join(lines))


def _unreliable(found: HistoryAnswer) -> list[str]:
    often = [check for check in found.reliability if check.passed + check.failed > 1]
    lines = [f"Unreliable checks: {len(found.unreliable) or 'none'}, of {len(often)} that ran more than once"]
    lines.extend(
        f"  {check.title} on {check.version}: passed {check.passed}, failed {check.failed}, "
        f"changed {check.flips} times  [{check.key}]"
        for check in found.unreliable
    )
    return lines


def _trend(trend: Trend) -> str:
    pairs = list(zip(trend.baseline, trend.candidate, strict=True))[-_VALUES:]
    values = ", ".join(f"{_value(old, trend.unit)} → {_value(new, trend.unit)}" for old, new in pairs)
    return f"{trend.title} {trend.statistic}: {values}"


def _value(value: float, unit: str) -> str:
    match unit:
        case "ln(ms)":
            return f"{math.exp(value):.3g} ms"
        case "ratio":
            return f"{value:.2%}"
        case _:
            return f"{value:.3g} {unit}".rstrip()


def _cause(cause: KnownCause) -> str:
    now = "in the latest run too" if cause.is_in_latest else "not in the latest run"
    return f"{cause.title}: {len(cause.runs)} runs since {cause.runs[0]}, {now}  [{cause.cause}]"
