"""`signoff.document.json`: which signed document belongs to which sign-off log, signed by who signed last.

The document shows the log as it was when it was made. The binding states how far the log went then and what it held, so
that neither another document nor a shorter log can be put in its place. A log that goes further is no problem: each
further entry is signed itself.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from gonogo.model import Record, from_json, to_json
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.signing.keys import Keys, SigningKey
from gonogo.signing.signed_records import signature_trouble, signed

BINDING = "signoff.document.json"
DOCUMENT = "signoff.signed.pdf"
LOG = "signoff.jsonl"


class Binding(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.signoff-document/1"):
    """What belongs together.

    Attributes:
        entries: how many entries the log had.
        log_sha256: of their bytes.
        document_sha256: of the document.
        key_id, signature: Ed25519 over this record with an empty signature (base64).
    """

    entries: int
    log_sha256: str
    document_sha256: str
    key_id: str
    signature: str = ""


def bind_document(folder: Path, document: bytes, key: SigningKey) -> None:
    """Write the document and its binding to the log as it is now.

    Raises:
        StorageError: the log cannot be read, or something cannot be written.
    """
    try:
        log = (folder / LOG).read_bytes()
        unsigned = Binding(
            entries=log.count(b"\n"),
            log_sha256=hashlib.sha256(log).hexdigest(),
            document_sha256=hashlib.sha256(document).hexdigest(),
            key_id=key.key_id,
        )
        binding = signed(unsigned, key)
        for name, data in ((DOCUMENT, document), (BINDING, to_json(binding))):
            aside = folder / f".{name}.new"
            aside.write_bytes(data)
            aside.replace(folder / name)
    except OSError as error:
        raise StorageError(f"{DOCUMENT} could not be written: {error.strerror or error}.") from error


def unbind_document(folder: Path) -> None:
    """Take a document away that shows an older log. Raises StorageError when it cannot be removed."""
    try:
        for name in (DOCUMENT, BINDING):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{DOCUMENT} could not be removed: {error.strerror or error}.") from error


def binding_problems(folder: Path, keys: Keys) -> list[str]:
    """What about the document, or the log it shows, is not as it was signed; a plain sentence each."""
    present = [name for name in (BINDING, DOCUMENT) if os.path.lexists(folder / name)]
    if not present:
        return []
    missing = [name for name in (LOG, BINDING, DOCUMENT) if not (folder / name).is_file()]
    if missing:
        return [f"{name} is missing, but there is {present[0]}." for name in missing]
    try:
        data, log, document = ((folder / name).read_bytes() for name in (BINDING, LOG, DOCUMENT))
        binding = from_json(data, Binding, source=BINDING)
    except OSError as error:
        return [f"{BINDING} cannot be checked: {error.strerror or error}."]
    except EvidenceError as error:
        return [error.message]
    trouble = _trouble(binding, data, keys)
    if trouble:
        return [f"{BINDING}: {trouble}."]
    problems = []
    if (
        hashlib.sha256(b"".join(log.splitlines(keepends=True)[: binding.entries])).hexdigest()
        != binding.log_sha256
    ):
        shown = "1 entry" if binding.entries == 1 else f"{binding.entries} entries"
        problems.append(f"{LOG} does not hold what {DOCUMENT} shows of it ({shown}).")
    if hashlib.sha256(document).hexdigest() != binding.document_sha256:
        problems.append(f"{DOCUMENT} was changed afterwards.")
    return problems


def _trouble(binding: Binding, data: bytes, keys: Keys) -> str:
    return (
        "was changed after it was written" if to_json(binding) != data else signature_trouble(binding, keys)
    )
