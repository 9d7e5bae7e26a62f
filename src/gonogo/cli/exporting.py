"""`gonogo export`: a run's result for other tools and boards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain
from gonogo.clock import SystemClock, iso
from gonogo.engine.change_export import export_change
from gonogo.model import ExitCode
from gonogo.store import RunFolder

export_app = typer.Typer(
    name="export", help="Write a run's result for other tools and boards.", add_completion=False,
    rich_markup_mode=None, no_args_is_help=True,
)  # fmt: skip


@export_app.callback()
def _export() -> None:
    """Write a run's result for other tools and boards."""


@export_app.command(name="change")
def export_change_command(
    run_folder: Annotated[Path, typer.Argument(help="The run folder, such as reports/latest.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the pack goes; beside the run folder if not given.")
    ] = None,
) -> int:
    """Write what a change advisory board needs: one folder and one zip file."""
    folder = RunFolder.open(run_folder)
    pack, archive = export_change(folder, out or folder.path.parent, now=iso(SystemClock().now()))
    answer.print(plain(f"{pack}\n{archive}"), markup=False)
    next_step(f"open {pack / 'change-record.html'}, or send {archive.name} to the board")
    return int(ExitCode.GO)
