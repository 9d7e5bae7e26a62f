"""Deletes what a run has kept for long enough, and tells lawful deletion from any other."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from gonogo.model import RetentionClass, from_json
from gonogo.model.errors import EvidenceError, GonogoError, StorageError, VerificationError
from gonogo.publishing.manifest import FILE_NAME as MANIFEST
from gonogo.publishing.manifest import Manifest
from gonogo.publishing.retention import FILE_NAME, Kept, Retention, files_below
from gonogo.signing.keys import Keys, open_key
from gonogo.signing.purge_log import LOG, Deletion, append_deletions, read_deletions
from gonogo.store import RunFolder

RUN_KEY = "gonogo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What became of one run folder.

    Attributes:
        deleted: what was deleted, or would be.
        next_due: the next ISO day on which something is due; empty when nothing more will be.
    """

    deleted: tuple[Deletion, ...]
    next_due: str


def read_retention(folder: Path) -> Retention:
    """What is kept how long.

    Raises:
        EvidenceError: the run has no `retention.json`, or it cannot be read.
        VerificationError: it is not the one that `manifest.json` lists.
    """
    try:
        data = (folder / FILE_NAME).read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"{folder.name} has no {FILE_NAME}, so nothing says what may be deleted.",
            remedy="Run `gonogo publish` on it first.",
        ) from error
    if listed_digests(folder).get(FILE_NAME) != hashlib.sha256(data).hexdigest():
        raise VerificationError(
            f"{FILE_NAME} of {folder.name} was changed after it was written; nothing is deleted by it.",
            remedy="Run `gonogo verify` to see every problem.",
        )
    return from_json(data, Retention, source=FILE_NAME)


def listed_digests(folder: Path) -> dict[str, str]:
    """Path → digest of every file that `manifest.json` lists. Raises EvidenceError when it cannot be read."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise EvidenceError(f"{MANIFEST} cannot be read: {error.strerror or error}.") from error
    manifest = from_json(data, Manifest, source=MANIFEST)
    return {each.path: each.sha256 for each in (*manifest.files, *manifest.links)}


def purge(folder: RunFolder, *, now: str, is_rehearsal: bool = False) -> Purged:
    """Delete every file that is due, after writing down in `purge.jsonl` which and why.

    The log comes first: after a crash in between, a file that is logged and still there is deleted next
    time, and none is missing without a word.

    Args:
        now: the present moment, ISO 8601 UTC.
        is_rehearsal: delete nothing, only say what would be.

    Raises:
        EvidenceError, VerificationError: see `read_retention`.
        StorageError: the log cannot be written, or a file cannot be deleted.
    """
    retention = read_retention(folder.path)
    there = files_below(folder.path)
    kept = [each for each in retention.files if each.delete_by and each.path in there]
    due = [each for each in kept if each.delete_by <= now[:10]]
    deletions = tuple(_deletion(each, there[each.path]) for each in due)
    later = min((each.delete_by for each in kept if each.delete_by > now[:10]), default="")
    if deletions and not is_rehearsal:
        append_deletions(folder.path, now, deletions, open_key(RUN_KEY))
        for each in due:
            _delete(there[each.path], each.path)
        _remove_empty_folders(folder.path)
    return Purged(deleted=deletions, next_due=later)


def lawfully_deleted(folder: Path, keys: Keys) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which files of a run were deleted when they were due, and everything wrong about deletions.

    A deletion is lawful when its log entry is signed and whole, the signed manifest listed the file, it
    had not been changed, and its day had come.

    Returns:
        (path → day of deletion, problems in plain sentences).
    """
    entries, problems = read_deletions(folder, keys)
    found: dict[str, str] = {}
    told = list(problems)
    if not entries:
        return {}, tuple(told)
    try:
        listed, retention = listed_digests(folder), read_retention(folder)
    except GonogoError as error:
        return {}, (*told, error.message)
    due = {each.path: each.delete_by for each in retention.files}
    for entry in entries:
        for deletion in entry.deletions:
            day, when = due.get(deletion.path, ""), entry.at[:10]
            if not day or when < day:
                told.append(f"{deletion.path} was deleted on {when}, before it was due.")
            elif listed.get(deletion.path) != deletion.sha256:
                told.append(f"{deletion.path} was changed before it was deleted on {when}.")
            else:
                found[deletion.path] = when
    return found, tuple(told)


def refuse_when_purged(folder: Path) -> None:
    """Evidence that is gone cannot be judged again; the signed verdict stands as it is.

    Raises:
        EvidenceError: some of a run's evidence was deleted.
    """
    if not (folder / LOG).exists():
        return
    lines = (folder / LOG).read_bytes()
    if b'"path":"runs/' in lines:
        raise EvidenceError(
            f"Evidence of {folder.name} was deleted when it was due, so the verdict cannot be made again.",
            remedy="verdict.json stands as it was signed; `gonogo verify` says what was deleted.",
        )


def by_kind(deletions: tuple[Deletion, ...]) -> dict[RetentionClass, int]:
    """How many files of each class, in the order of the classes."""
    counts = {kind: sum(each.kind is kind for each in deletions) for kind in RetentionClass}
    return {kind: count for kind, count in counts.items() if count}


def _deletion(kept: Kept, path: Path) -> Deletion:
    try:
        data = bytes(path.readlink()) if path.is_symlink() else None
        if data is None:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            digest = hashlib.sha256(data).hexdigest()
    except OSError as error:
        raise StorageError(f"{kept.path} cannot be read: {error.strerror or error}.") from error
    return Deletion(path=kept.path, sha256=digest, kind=kept.kind, delete_by=kept.delete_by)


def _delete(path: Path, name: str) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{name} could not be deleted: {error.strerror or error}.",
            remedy="Check the folder's permissions and run `gonogo purge` again.",
        ) from error


def _remove_empty_folders(folder: Path) -> None:
    """Empty folders below `runs` and `published`; the stage folders keep their headers."""
    for top in ("runs", "published"):
        places = sorted((folder / top).rglob("*"), key=lambda path: -len(path.parts))
        for place in places:
            if place.is_dir() and not place.is_symlink():
                with contextlib.suppress(OSError):  # not empty
                    place.rmdir()
