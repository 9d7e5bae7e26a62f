"""Records that carry the signature over themselves: Ed25519 over the record with an empty `signature`.

Such a record has the fields `key_id` and `signature`, both text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from gonogo.model import Record, to_line
from gonogo.signing.encoding import decode, encode
from gonogo.signing.keys import Keys, SigningKey, is_signed_by

R = TypeVar("R", bound=Record)
AsBytes = Callable[[Record], bytes]


def signed(record: R, key: SigningKey, as_bytes: AsBytes = to_line) -> R:
    """The record with the key's name and signature.

    Args:
        record: what its `key_id` and `signature` hold does not matter.
        key: signs.
        as_bytes: what is signed of it.
    """
    unsigned = msgspec.structs.replace(record, key_id=key.key_id, signature="")
    return msgspec.structs.replace(unsigned, signature=encode(key.sign(as_bytes(unsigned))))


def signature_trouble(record: Record, keys: Keys, as_bytes: AsBytes = to_line) -> str:
    """What is wrong with a record's signature, without a full stop; empty when it holds.

    Args:
        record: as it was read.
        keys: the public keys that are trusted here.
        as_bytes: what was signed of it.
    """
    fields = msgspec.structs.asdict(record)
    key_id, signature = str(fields["key_id"]), str(fields["signature"])
    if key_id not in keys:
        return f"signed with a key that is not known here ({key_id[:16]}…)"
    try:
        raw = decode(signature)
    except ValueError:
        raw = b""
    unsigned = as_bytes(msgspec.structs.replace(record, signature=""))
    return "" if is_signed_by(keys[key_id][1], raw, unsigned) else "the signature does not fit"
