"""The entry point: turns every outcome into one of the documented exit codes."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import typer

from gonogo.cli import commands
from gonogo.cli.console import complain, story
from gonogo.model import ExitCode
from gonogo.model.errors import GonogoError


def main() -> None:
    """Run the command line and exit. Never with 1: a Python traceback exits 1 and is not a verdict."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code (see `gonogo.model.ExitCode`)."""
    command = typer.main.get_command(commands.app)
    try:
        if not arguments:
            command.main(["--help"], prog_name="gonogo", standalone_mode=False)
            return int(ExitCode.USAGE)
        code = command.main(arguments, prog_name="gonogo", standalone_mode=False)
    except GonogoError as error:
        complain(error)
        return int(error.exit_code)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.TyperException as error:
        story.print(f"gonogo: {error}", markup=False)
        story.print("  → See `gonogo --help`, or `gonogo COMMAND --help`.", markup=False)
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        story.print("gonogo: stopped.", markup=False)
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost edge: users see no traceback, we still get one
        return _internal_error(error)
    return int(code) if isinstance(code, int) else int(ExitCode.GO)


def _internal_error(error: BaseException) -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="gonogo-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write("".join(traceback.format_exception(error)))
    story.print(
        f"gonogo: this is a defect in gonogo itself ({type(error).__name__}). The details are in "
        f"{Path(report.name)}; please report it.",
        markup=False,
    )
    return int(ExitCode.INTERNAL_ERROR)
