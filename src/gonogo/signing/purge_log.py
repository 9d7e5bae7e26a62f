"""`purge.jsonl`: what was deleted because its time was up. Append-only, chained and signed like the sign-off log."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from gonogo.model import Record, RetentionClass, from_json, to_line
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.signing.encoding import decode, encode
from gonogo.signing.keys import Keys, SigningKey, is_signed_by

LOG = "purge.jsonl"
START = "0" * 64


class Deletion(Record, frozen=True, kw_only=True):
    """One deleted file.

    Attributes:
        sha256: its digest when it was deleted.
        delete_by: the ISO day from which it was due.
    """

    path: str
    sha256: str
    kind: RetentionClass
    delete_by: str


class PurgeEntry(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.purge/1"):
    """What was deleted at one moment.

    Attributes:
        previous: sha256 of the line before, or zeros for the first.
        at: the moment, ISO 8601 UTC.
        key_id, signature: Ed25519 over the entry with an empty signature (base64).
    """

    previous: str
    at: str
    deletions: tuple[Deletion, ...]
    key_id: str = ""
    signature: str = ""


def append_deletions(folder: Path, at: str, deletions: tuple[Deletion, ...], key: SigningKey) -> None:
    """Write down, durably, what is about to be deleted. Raises StorageError when it cannot be written."""
    path = folder / LOG
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
        previous = hashlib.sha256(lines[-1]).hexdigest() if lines else START
        unsigned = PurgeEntry(previous=previous, at=at, deletions=deletions, key_id=key.key_id)
        signature = encode(key.sign(to_line(unsigned)))
        with path.open("ab") as log:
            log.write(to_line(msgspec.structs.replace(unsigned, signature=signature)))
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise StorageError(f"{LOG} could not be written: {error.strerror or error}.") from error


def read_deletions(folder: Path, keys: Keys) -> tuple[tuple[PurgeEntry, ...], tuple[str, ...]]:
    """The entries that hold, in order, and every problem met."""
    path = folder / LOG
    if not path.exists():
        return (), ()
    try:
        data = path.read_bytes()
    except OSError as error:
        return (), (f"{LOG} cannot be read: {error.strerror or error}.",)
    problems = [] if data.endswith(b"\n") else [f"{LOG} ends in the middle of an entry."]
    entries: list[PurgeEntry] = []
    previous = START
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        source = f"{LOG}, entry {number}"
        try:
            entry = from_json(line, PurgeEntry, source=source)
        except EvidenceError as error:
            problems.append(error.message)
            continue
        trouble = _trouble(entry, line, previous, keys)
        previous = hashlib.sha256(line).hexdigest()
        if trouble:
            problems.append(f"{source}: {trouble}.")
        else:
            entries.append(entry)
    return tuple(entries), tuple(problems)


def _trouble(entry: PurgeEntry, line: bytes, previous: str, keys: Keys) -> str:
    if to_line(entry).rstrip(b"\n") != line:
        return "was changed after it was written"
    if entry.previous != previous:
        return "does not follow the entry before it; one was changed, removed or put in between"
    if entry.key_id not in keys:
        return f"signed with a key that is not known here ({entry.key_id[:16]}…)"
    try:
        raw = decode(entry.signature)
    except ValueError:
        raw = b""
    unsigned = msgspec.structs.replace(entry, signature="")
    return "" if is_signed_by(keys[entry.key_id][1], raw, to_line(unsigned)) else "the signature does not fit"
