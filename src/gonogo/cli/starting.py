"""`gonogo init`: a working project for a new system, from the same packs the demo runs."""

from __future__ import annotations

from pathlib import Path

from gonogo.cli.console import say
from gonogo.model.errors import UsageError
from gonogo.setup import pack_folder
from gonogo.setup.project_template import PIPELINES, project_files, write_project


def start_project(folder: Path, *, system: str, from_version: str, to_version: str, ci: str) -> None:
    """Write the project.

    Raises:
        UsageError: the folder is not empty or a file, a name is none, or `ci` is not a pipeline we can write.
        StorageError: it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", remedy="Name a new folder.")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            f"{folder} is not empty.", remedy="Name a new folder; init never overwrites anything."
        )
    if ci and ci not in PIPELINES:
        raise UsageError(
            f"{ci!r} is not a pipeline gonogo can write.", remedy=f"Choose: {', '.join(PIPELINES)}."
        )
    files = project_files(
        pack_folder(), system=system, from_version=from_version, to_version=to_version, pipeline=ci
    )
    write_project(folder, files)
    for name in sorted(files):
        say(f"wrote {folder / name}")
