"""`manual/results/` of a project: every walk that was ever taken in. Files are only added, never changed.

manual/results/<moment>-<digest>.jsonl    the walks of one file handed in, one a line
manual/results/pictures/<sha256>.png      screenshots
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from gonogo.manual.records import Walk
from gonogo.model import to_line
from gonogo.model.errors import EvidenceError
from gonogo.store import storing

RESULTS = "manual/results"
PICTURES = "pictures"

_decoder = msgspec.json.Decoder(Walk)


def keep(root: Path, walks: tuple[Walk, ...], pictures: Mapping[str, bytes]) -> tuple[Walk, ...]:
    """Add the walks that are not there yet; returns those that were added.

    The same result handed in again (same script, words, build, tester, moment and marks) is not added twice.

    Raises:
        StorageError: it cannot be written.
        EvidenceError: what is there cannot be read.
    """
    known = {_content(walk) for walk in read_walks(root)}
    new = tuple({_content(walk): walk for walk in walks if _content(walk) not in known}.values())
    if not new:
        return ()
    folder = root / RESULTS
    lines = b"".join(to_line(walk) for walk in new)
    stamp = "".join(c for c in new[0].taken_in_at if c.isalnum())
    name = f"{stamp}-{hashlib.sha256(lines).hexdigest()[:12]}.jsonl"
    with storing(RESULTS):
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        for digest, data in pictures.items():
            file = folder / PICTURES / f"{digest}.png"
            if not file.exists():
                file.write_bytes(data)
        with (folder / name).open("xb") as file_of_walks:
            file_of_walks.write(lines)
    return new


def read_walks(root: Path) -> tuple[Walk, ...]:
    """Every walk of a project, by file name; none when nothing was taken in.

    Raises:
        EvidenceError: a line cannot be read. Leaving it out could hide a failure.
    """
    return tuple(_read(root / RESULTS))


def picture(root: Path, digest: str) -> bytes:
    """A picture by its digest.

    Raises:
        EvidenceError: it is missing, or not what was taken in.
    """
    is_digest = len(digest) == 64 and all(c in "0123456789abcdef" for c in digest)
    file = root / RESULTS / PICTURES / f"{digest}.png"
    if not is_digest or file.is_symlink() or not file.is_file():
        raise EvidenceError(f"The screenshot {digest[:12]} of a manual test is missing from {RESULTS}.")
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise EvidenceError(f"The screenshot {digest[:12]} in {RESULTS} was changed after it was taken in.")
    return data


def _read(folder: Path) -> Iterator[Walk]:
    if not folder.is_dir():
        return
    for file in sorted(folder.glob("*.jsonl")):
        for number, text in enumerate(file.read_bytes().splitlines(), start=1):
            try:
                yield _decoder.decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise EvidenceError(
                    f"{RESULTS}/{file.name} cannot be read at line {number}: {error}.",
                    remedy="Take the file back from version control, or hand its results in again.",
                ) from error


def _content(walk: Walk) -> bytes:
    return to_line(msgspec.structs.replace(walk, taken_in_at="", source=""))
