"""The base of every record, and the one way records become bytes and come back.

Encoding is deterministic: same record, same bytes, on any machine (fields in declaration order,
mappings sorted, floats in shortest round-trip form, UTF-8, one trailing newline).
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from gonogo.model.errors import EvidenceError


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable, slotted, keyword-only record. Sequences are tuples; times are ISO 8601 UTC strings."""


R = TypeVar("R")

_encoder = msgspec.json.Encoder(order="deterministic")


def to_json(record: Record) -> bytes:
    """The record as indented JSON for a file: deterministic, with a trailing newline."""
    return msgspec.json.format(_encoder.encode(record), indent=2) + b"\n"


def to_line(record: Record) -> bytes:
    """The record as one line of JSON (for `.jsonl` files), newline included."""
    return _encoder.encode(record) + b"\n"


def from_json(data: bytes, kind: type[R], *, source: str) -> R:
    """Read a record back, strictly.

    Args:
        data: one JSON document.
        kind: the record's type, or a union of tagged records.
        source: what the user would call the file, for the error.

    Raises:
        EvidenceError: the bytes are not JSON, lack a field, or hold one that `kind` does not know
            (a file of a later schema, or one that was edited).
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise EvidenceError(
            f"{source} cannot be read as evidence: {error}.",
            remedy="Run the stage again; a damaged or edited file is not evidence.",
        ) from error
