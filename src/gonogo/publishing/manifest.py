"""`manifest.json`: the digest of every file of a run folder, so that one changed byte can be named.

The manifest does not list itself, nor what is signed after it was made: `verdict.dsse`, the sign-off log,
and the signed document with what binds it to that log. A symbolic link is listed with the digest of where it points to,
never followed; what is neither file nor folder (a pipe, a device) is listed as such, never opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gonogo.model import Artefact, Record, to_json
from gonogo.model.errors import StorageError

FILE_NAME = "manifest.json"
UNFINISHED = f"{FILE_NAME}.partial"
NOT_LISTED = frozenset(
    {
        FILE_NAME, UNFINISHED, "verdict.dsse", "signoff.jsonl", "signoff.head.json", "signoff.document.json",
        "signoff.signed.pdf", "purge.jsonl",
    }
)  # fmt: skip
THREADS = min(8, 2 * (os.cpu_count() or 1))
"""Hashing releases the interpreter; more threads than cores keep reading while others hash."""
LARGE = 256 * 1024
"""Bytes from which a file is worth a thread's while."""
NO_FILE = "neither a file nor a folder"
_LINK = -1
_NO_FILE = -2


class Manifest(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.manifest/1"):
    """Every file of a run folder by its path relative to it (always `/`), sorted by path.

    Attributes:
        files: path, `sha256` in hexadecimal, size in bytes.
        links: symbolic links, with the digest of the path they point to.
    """

    files: tuple[Artefact, ...]
    links: tuple[Artefact, ...] = ()


def manifest_of(folder: Path) -> Manifest:
    """Digest every file below a folder.

    Raises:
        StorageError: the folder or a file in it cannot be read; names it.
    """
    found = sorted(_below(os.fspath(folder), ""))
    links = tuple(_link(folder, path) for path, size in found if size == _LINK)
    files = [(path, size) for path, size in found if size != _LINK]
    digested: dict[str, Artefact] = {}
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        # the largest first, so that no thread is left alone with one at the end
        large = sorted((entry for entry in files if entry[1] >= LARGE), key=lambda entry: -entry[1])
        waiting = [pool.submit(_file, folder, *entry) for entry in large]
        digested.update((path, _file(folder, path, size)) for path, size in files if size < LARGE)
        digested.update(zip((path for path, _ in large), (each.result() for each in waiting), strict=True))
    return Manifest(files=tuple(digested[path] for path, _ in files), links=links)


def write_manifest(folder: Path) -> Manifest:
    """Digest every file below a run folder and write `manifest.json` into it.

    Raises:
        StorageError: a file cannot be read, or the manifest cannot be written.
    """
    manifest = manifest_of(folder)
    target = folder / FILE_NAME
    unfinished = target.with_name(UNFINISHED)
    try:
        unfinished.write_bytes(to_json(manifest))
        unfinished.replace(target)
    except OSError as error:
        raise StorageError(f"{target} could not be written: {error.strerror}.") from error
    return manifest


def _below(folder: str, prefix: str) -> Iterator[tuple[str, int]]:
    """Each file, link and other entry below a folder by its path, with its size (`_LINK`, `_NO_FILE`)."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                if entry.is_symlink():
                    if path not in NOT_LISTED:
                        yield path, _LINK
                elif entry.is_dir(follow_symlinks=False):
                    yield from _below(entry.path, f"{path}/")
                elif path not in NOT_LISTED:
                    state = entry.stat(follow_symlinks=False)
                    yield path, state.st_size if stat.S_ISREG(state.st_mode) else _NO_FILE
    except OSError as error:
        raise StorageError(f"{prefix or folder} could not be read: {error.strerror}.") from error


def _file(folder: Path, path: str, size: int) -> Artefact:
    if size == _NO_FILE:
        return Artefact(path=_written(path), sha256=NO_FILE, size_bytes=0)
    try:
        with open(f"{folder}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - thousands of files: no Path each
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise StorageError(f"{path} could not be read: {error.strerror}.") from error
    return Artefact(path=_written(path), sha256=digest, size_bytes=size)


def _written(path: str) -> str:
    r"""A path as JSON can hold it: bytes that are not UTF-8 become `\xNN`."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _link(folder: Path, path: str) -> Artefact:
    target = os.fsencode((folder / path).readlink())
    return Artefact(path=_written(path), sha256=hashlib.sha256(target).hexdigest(), size_bytes=len(target))
