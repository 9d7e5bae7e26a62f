"""`purge.jsonl`: what was deleted because its time was up. Append-only, chained and signed like the sign-off log."""

from __future__ import annotations

from pathlib import Path

from gonogo.model import Record, RetentionClass
from gonogo.signing.chained_log import START, ChainedLog
from gonogo.signing.keys import Keys, SigningKey

LOG = "purge.jsonl"


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


_log = ChainedLog(LOG, PurgeEntry)


def append_deletions(folder: Path, at: str, deletions: tuple[Deletion, ...], key: SigningKey) -> None:
    """Write down, durably, what is about to be deleted.

    Raises:
        EvidenceError: the log was cut or cannot be read; nothing is added to such a log.
        StorageError: it cannot be written.
    """
    _log.append(folder, PurgeEntry(previous=START, at=at, deletions=deletions), key)


def read_deletions(folder: Path, keys: Keys) -> tuple[tuple[PurgeEntry, ...], tuple[str, ...]]:
    """The entries that hold, in order, and every problem met."""
    return _log.read(folder, keys)
