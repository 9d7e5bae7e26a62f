"""`manifest.json`: the digest of every file of a run folder, so that one changed byte can be named.

The manifest does not list itself, nor what is signed after it was made: `verdict.dsse`, the sign-off log with
its signed end, and the signed document. A symbolic link is listed with the digest of where it points to,
never followed; what is neither file nor folder (a pipe, a device) is listed as such, never opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gonogo.model import Artefact, Record, to_json
from gonogo.model.errors import StorageError

FILE_NAME = "manifest.json"
UNFINISHED = f"{FILE_NAME}.partial"
NOT_LISTED = frozenset(
    {FILE_NAME, UNFINISHED, "verdict.dsse", "signoff.jsonl", "signoff.head", "signoff.signed.pdf"}
)
THREADS = min(8, 2 * (os.cpu_count() or 1))
"""Hashing releases the interpreter; more threads than cores keep reading while others hash."""
NO_FILE = "neither a file nor a folder"


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
    paths = sorted(_below(folder))
    links = [path for path in paths if (folder / path).is_symlink()]
    files = [path for path in paths if not (folder / path).is_symlink()]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        digested = tuple(pool.map(lambda path: _file(folder, path), files))
    return Manifest(files=digested, links=tuple(_link(folder, path) for path in links))


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


def _below(folder: Path) -> list[str]:
    found: list[str] = []

    def complain(error: OSError) -> None:
        raise StorageError(f"{error.filename} could not be read: {error.strerror}.") from error

    for place, folders, names in os.walk(folder, onerror=complain, followlinks=False):
        here = Path(place)
        linked = [name for name in folders if (here / name).is_symlink()]
        found.extend((here / name).relative_to(folder).as_posix() for name in (*names, *linked))
    return [path for path in found if path not in NOT_LISTED]


def _file(folder: Path, path: str) -> Artefact:
    try:
        if not stat.S_ISREG((folder / path).lstat().st_mode):
            return Artefact(path=_written(path), sha256=NO_FILE, size_bytes=0)
        with (folder / path).open("rb") as file:
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
