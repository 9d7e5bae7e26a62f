"""DSSE envelopes (Dead Simple Signing Envelope, v1): a payload, its type, and signatures over both.

What is signed is the pre-authentication encoding of the specification:
`DSSEv1 <len(type)> <type> <len(payload)> <payload>`.
"""

from __future__ import annotations

from gonogo.model import Record, from_json, to_line
from gonogo.model.errors import EvidenceError
from gonogo.signing.encoding import decode, encode
from gonogo.signing.keys import Keys, SigningKey, is_signed_by

IN_TOTO = "application/vnd.in-toto+json"


class EnvelopeSignature(Record, frozen=True, kw_only=True):
    """One signature: whose (key id) and the signature itself, base64."""

    keyid: str
    sig: str


class Envelope(Record, frozen=True, kw_only=True, rename={"payload_type": "payloadType"}):
    """A DSSE envelope; `payload` is base64."""

    payload_type: str
    payload: str
    signatures: tuple[EnvelopeSignature, ...]


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, key: SigningKey, payload_type: str = IN_TOTO) -> Envelope:
    """An envelope with one signature."""
    signature = key.sign(pre_authentication(payload_type, payload))
    return Envelope(
        payload_type=payload_type,
        payload=encode(payload),
        signatures=(EnvelopeSignature(keyid=key.key_id, sig=encode(signature)),),
    )


def read_envelope(line: bytes, *, source: str) -> Envelope:
    """An envelope from its line.

    Raises:
        EvidenceError: it is not an envelope, or not written the one way we write it (a changed space
            or field order is a change too).
    """
    envelope = from_json(line, Envelope, source=source)
    if to_line(envelope).rstrip(b"\n") != line.rstrip(b"\n"):
        raise EvidenceError(f"{source} was changed after it was written.")
    return envelope


def payload_of(envelope: Envelope, *, source: str) -> bytes:
    """The payload's bytes. Raises EvidenceError when it is not base64."""
    try:
        return decode(envelope.payload)
    except ValueError as error:
        raise EvidenceError(f"The payload of {source} is damaged.") from error


def signers(envelope: Envelope, keys: Keys, *, source: str) -> tuple[list[str], list[str]]:
    """Whose signatures hold.

    Returns:
        (names of trusted keys whose signature is right, problems in plain words).

    Raises:
        EvidenceError: the payload is damaged; names `source`.
    """
    names: list[str] = []
    problems: list[str] = []
    data = pre_authentication(envelope.payload_type, payload_of(envelope, source=source))
    for signature in envelope.signatures:
        if signature.keyid not in keys:
            problems.append(f"signed with a key that is not known here ({signature.keyid[:16]}…)")
            continue
        name, public = keys[signature.keyid]
        try:
            raw = decode(signature.sig)
        except ValueError:
            raw = b""
        if is_signed_by(public, raw, data):
            names.append(name)
        else:
            problems.append(f"the signature of {name} does not fit")
    if not envelope.signatures:
        problems.append("not signed by anybody")
    return names, problems
