"""`retention.json`: for every file of a run folder, what kind it is and by which day it is to be deleted."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from gonogo.model import Record, RetentionClass, RetentionDays, to_json
from gonogo.model.errors import StorageError
from gonogo.publishing.manifest import NOT_LISTED

FILE_NAME = "retention.json"
_PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".webm", ".mp4", ".zip", ".har", ".trace"}
)
_EXTRACTS = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".ods", ".pdf", ".docx", ".odt", ".db", ".sqlite"})
_RECORDS = frozenset(
    {
        "upgrade.json", "plan.json", "judging.json", "comparison.json", "verdict.json", "manifest.json",
        "verdict.dsse", "signoff.jsonl", "signoff.head.json", "purge.jsonl", "calibration.json",
        FILE_NAME,
    }
)  # fmt: skip


class Kept(Record, frozen=True, kw_only=True):
    """One file: its path in the run folder, its class, and the ISO day from which it is due for deletion.

    `delete_by` is empty for records.
    """

    path: str
    kind: RetentionClass
    delete_by: str = ""


class Retention(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.retention/1"):
    """Every file of a run folder, sorted by path.

    Attributes:
        counted_from: the day the run started, ISO date.
        days: how long each class is kept.
    """

    counted_from: str
    days: RetentionDays
    files: tuple[Kept, ...]


def retention_class(path: str) -> RetentionClass:
    """What kind a file is, by its path relative to the run folder (always `/`).

    The detailed Allure report counts as pictures: it holds every screenshot.
    """
    place = PurePosixPath(path)
    if path in _RECORDS or (
        place.name == "stage.json" and len(place.parts) == 3 and place.parts[0] == "runs"
    ):
        return RetentionClass.RECORD
    if place.parts[0] == "published":
        is_detail = len(place.parts) > 2 or place.suffix.lower() in _PICTURES
        return RetentionClass.PICTURE if is_detail else RetentionClass.REPORT
    if place.suffix.lower() in _PICTURES:
        return RetentionClass.PICTURE
    if place.suffix.lower() in _EXTRACTS:
        return RetentionClass.EXTRACT
    return RetentionClass.EVIDENCE


def delete_by(kind: RetentionClass, days: RetentionDays, counted_from: str) -> str:
    """The ISO day from which files of a class are due; empty for what is not deleted."""
    kept = days.of(kind)
    return "" if kept is None else (date.fromisoformat(counted_from) + timedelta(days=kept)).isoformat()


def write_retention(folder: Path, days: RetentionDays, counted_from: str) -> None:
    """List every file that `manifest.json` will list in `retention.json`. Raises StorageError.

    What the manifest leaves out (itself, signatures and logs) are records.
    """
    files = []
    for path in sorted(set(files_below(folder)) - NOT_LISTED - {FILE_NAME}):
        kind = retention_class(path)
        files.append(Kept(path=path, kind=kind, delete_by=delete_by(kind, days, counted_from)))
    try:
        (folder / FILE_NAME).write_bytes(
            to_json(Retention(counted_from=counted_from, days=days, files=tuple(files)))
        )
    except OSError as error:
        raise StorageError(f"{FILE_NAME} could not be written: {error.strerror or error}.") from error


def files_below(folder: Path) -> dict[str, Path]:
    r"""Every file and link below a folder: its path as JSON can hold it (bytes that are no UTF-8 as `\xNN`)."""
    found: dict[str, Path] = {}
    for place, folders, names in os.walk(folder, followlinks=False):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*names, *linked):
            path = Path(place) / name
            relative = os.fsencode(path.relative_to(folder).as_posix())
            found[relative.decode("utf-8", errors="backslashreplace")] = path
    return found
