"""`signoff.head`: the signed end of the sign-off log.

Each entry of the log is chained to the one before it, which says nothing about entries cut off at the end. The
head states how far the log goes, and which signed document belongs to it; it is written anew with each entry.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from gonogo.model import Record, from_json, to_json, to_line
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.signing.encoding import decode, encode
from gonogo.signing.keys import Keys, SigningKey, is_signed_by

HEAD = "signoff.head"
LOG = "signoff.jsonl"
DOCUMENT = "signoff.signed.pdf"


class Head(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.signoff-head/1"):
    """Where the log ends.

    Attributes:
        entries: how many entries it has.
        log_sha256: of all its bytes.
        document_sha256: of the signed document made for it; empty when there is none.
        key_id, signature: Ed25519 over this record with an empty signature (base64).
    """

    entries: int
    log_sha256: str
    document_sha256: str = ""
    key_id: str
    signature: str = ""


def sign_head(folder: Path, key: SigningKey) -> None:
    """Sign the log, and the document beside it, as they are now.

    Raises:
        StorageError: the log cannot be read, or the head cannot be written.
    """
    try:
        log = (folder / LOG).read_bytes()
        document = folder / DOCUMENT
        unsigned = Head(
            entries=log.count(b"\n"),
            log_sha256=hashlib.sha256(log).hexdigest(),
            document_sha256=hashlib.sha256(document.read_bytes()).hexdigest() if document.is_file() else "",
            key_id=key.key_id,
        )
        signature = encode(key.sign(to_line(unsigned)))
        aside = folder / f".{HEAD}.new"
        aside.write_bytes(to_json(msgspec.structs.replace(unsigned, signature=signature)))
        aside.replace(folder / HEAD)
    except OSError as error:
        raise StorageError(f"{HEAD} could not be written: {error.strerror or error}.") from error


def head_problems(folder: Path, keys: Keys) -> list[str]:
    """What about the end of the log, or the document, is not as it was signed; a plain sentence each."""
    present = [name for name in (LOG, HEAD, DOCUMENT) if os.path.lexists(folder / name)]
    if not present:
        return []
    missing = [name for name in (LOG, HEAD) if name not in present]
    if missing:
        return [f"{name} is missing, but there is {present[0]}." for name in missing]
    try:
        data = (folder / HEAD).read_bytes()
        log = (folder / LOG).read_bytes()
        head = from_json(data, Head, source=HEAD)
    except OSError as error:
        return [f"{HEAD} cannot be checked: {error.strerror or error}."]
    except EvidenceError as error:
        return [error.message]
    trouble = _trouble(head, data, keys)
    if trouble:
        return [f"{HEAD}: {trouble}."]
    problems = []
    if hashlib.sha256(log).hexdigest() != head.log_sha256:
        held = "1 entry" if head.entries == 1 else f"{head.entries} entries"
        problems.append(f"{LOG} is not as it was when it was last signed, with {held}.")
    problems.extend(_document_problems(folder / DOCUMENT, head.document_sha256))
    return problems


def _document_problems(path: Path, sha256: str) -> list[str]:
    if not path.is_file() or path.is_symlink():
        return [f"{DOCUMENT} is missing."] if sha256 or path.is_symlink() else []
    try:
        data = path.read_bytes()
    except OSError as error:
        return [f"{DOCUMENT} cannot be read: {error.strerror or error}."]
    if not sha256:
        return [f"{DOCUMENT} was added afterwards."]
    is_same = hashlib.sha256(data).hexdigest() == sha256
    return [] if is_same else [f"{DOCUMENT} was changed afterwards."]


def _trouble(head: Head, data: bytes, keys: Keys) -> str:
    if to_json(head) != data:
        return "was changed after it was written"
    if head.key_id not in keys:
        return f"signed with a key that is not known here ({head.key_id[:16]}…)"
    try:
        raw = decode(head.signature)
    except ValueError:
        raw = b""
    unsigned = msgspec.structs.replace(head, signature="")
    return "" if is_signed_by(keys[head.key_id][1], raw, to_line(unsigned)) else "the signature does not fit"
