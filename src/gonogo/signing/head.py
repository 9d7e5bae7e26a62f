"""The head of the sign-off log: how long it is and how it ends, signed, so that cutting its end is noticed.

A hash chain shows a change in the middle; it cannot show that the last entries are gone. So after every
signature the count and the last line's digest are signed and kept twice: beside the log, and in the signer's
key folder, where somebody who only has the run folder cannot reach it.

What this cannot show: on a machine that never saw the newer entries, an older copy of log and head together
looks whole. And whoever holds a private key can sign in its owner's name and write a new head.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from gonogo.model import Record, from_json, to_json
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.signing.keys import Keys, SigningKey, key_folder
from gonogo.signing.signed_records import signature_trouble, signed

FILE_NAME = "signoff.head.json"
WITNESSES = "signed"


class Head(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.signoff-head/1"):
    """The end of a log.

    Attributes:
        run: the evidence digest of the run it belongs to.
        count: how many entries there are.
        last: sha256 of the last line.
        key_id, signature: Ed25519 over the head with an empty signature (base64).
    """

    run: str
    count: int
    last: str
    key_id: str
    signature: str = ""


def write_head(folder: Path, run: str, lines: list[bytes], key: SigningKey) -> None:
    """Sign the log's end and keep it beside the log and in the key folder. Raises StorageError."""
    unsigned = Head(run=run, count=len(lines), last=hashlib.sha256(lines[-1]).hexdigest(), key_id=key.key_id)
    data = to_json(signed(unsigned, key, to_json))
    for place in (folder / FILE_NAME, witness_of(run)):
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = place.with_name(f"{place.name}.partial")
            aside.write_bytes(data)
            aside.replace(place)
        except OSError as error:
            raise StorageError(f"{place.name} could not be written: {error.strerror or error}.") from error


def head_problems(folder: Path, run: str, lines: list[bytes], keys: Keys) -> list[str]:
    """What does not fit between a log's lines and the heads that are kept of it.

    A log that is longer than its head is whole: each further entry is signed itself.
    """
    beside, witness = folder / FILE_NAME, witness_of(run)
    problems = []
    if lines and not beside.exists():
        problems.append(f"{FILE_NAME} is missing; whether the last signatures were cut off cannot be told.")
    for path, where in ((beside, "beside it"), (witness, "in your key folder")):
        if not path.exists():
            continue
        try:
            head = from_json(path.read_bytes(), Head, source=path.name)
            written = to_json(head) == path.read_bytes()
        except OSError as error:
            problems.append(f"{FILE_NAME} cannot be read: {error.strerror or error}.")
            continue
        except EvidenceError as error:
            problems.append(f"{FILE_NAME}: {error.message}")
            continue
        if not written or head.run != run or signature_trouble(head, keys, to_json):
            problems.append(f"{FILE_NAME} {where} was changed, or signed with a key that is not known here.")
        elif len(lines) < head.count:
            problems.append(
                f"signoff.jsonl has {len(lines)} of the {head.count} signatures recorded {where}: "
                "the newest were removed, or this is an older copy."
            )
        elif hashlib.sha256(lines[head.count - 1]).hexdigest() != head.last:
            problems.append(f"signoff.jsonl does not hold the signatures recorded {where}.")
    return problems


def witness_of(run: str) -> Path:
    """Where the key folder keeps the head of a run's log."""
    return key_folder() / WITNESSES / f"{hashlib.sha256(run.encode()).hexdigest()}.json"
