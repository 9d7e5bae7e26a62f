"""`gonogo purge`: deletes evidence whose time is up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.clock import SystemClock, iso
from gonogo.engine.purging import Purged, by_kind, purge
from gonogo.model import ExitCode, RetentionClass
from gonogo.model.errors import EvidenceError
from gonogo.publishing.retention import FILE_NAME
from gonogo.publishing.wording import counted, day, listed
from gonogo.store import RunFolder

_WORDS = {
    RetentionClass.PICTURE: ("picture", "pictures"),
    RetentionClass.EXTRACT: ("extract", "extracts"),
    RetentionClass.EVIDENCE: ("other piece of evidence", "other pieces of evidence"),
    RetentionClass.REPORT: ("report", "reports"),
    RetentionClass.RECORD: ("record", "records"),
}


def purge_command(
    run_folder: Annotated[
        Path, typer.Argument(help="A run folder, or a folder of run folders such as reports/.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; only say what is due.")] = False,
) -> int:
    """Delete what has been kept for as long as it may be. Digests, verdict and signatures stay."""
    now = iso(SystemClock().now())
    if _is_run(run_folder):
        folders = [RunFolder.open(run_folder)]
        _show(folders[0], purge(folders[0], now=now, is_rehearsal=dry_run), is_rehearsal=dry_run)
    else:
        folders = _runs_below(run_folder)
        for folder in folders:
            if (folder.path / FILE_NAME).is_file():
                _show(folder, purge(folder, now=now, is_rehearsal=dry_run), is_rehearsal=dry_run)
            else:
                say(f"{folder.path.name}: passed over; it has no {FILE_NAME} (gonogo publish writes it).")
    next_step(f"gonogo verify {folders[0].path}")
    return int(ExitCode.GO)


def _is_run(path: Path) -> bool:
    return (path / "runs").is_dir() or path.with_name(f"{path.name}.txt").is_file()


def _runs_below(reports: Path) -> list[RunFolder]:
    """The run folders directly below; raises EvidenceError when there is none."""
    there = sorted(reports.iterdir()) if reports.is_dir() else []
    found = [
        RunFolder(path.resolve()) for path in there if not path.is_symlink() and (path / "runs").is_dir()
    ]
    if not found:
        raise EvidenceError(
            f"{reports} is not a run folder and holds none.", remedy="Name a run folder, or reports/."
        )
    return found


def _show(folder: RunFolder, purged: Purged, *, is_rehearsal: bool) -> None:
    kinds = [counted(count, *_WORDS[kind]) for kind, count in by_kind(purged.deleted).items()]
    done = "would be deleted" if is_rehearsal else "deleted"
    what = f"{listed(kinds)} {done}" if kinds else "nothing is due"
    later = (
        f"; the next is due on {day(purged.next_due)}" if purged.next_due else "; nothing more will be due"
    )
    answer.print(plain(f"{folder.path.name}: {what}{later}."), markup=False)
