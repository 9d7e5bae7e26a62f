"""The key and certificate that signed documents carry. Self-made: it proves the file, not the name.

PDF readers know ECDSA with P-256, not Ed25519, so documents have a key of their own, `documents/NAME.key` in the
user's key folder, with `NAME.crt` beside it: give that one to whoever verifies. Nobody vouches for the name in
it; what the signature shows is that the file is unchanged since whoever holds the key signed it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gonogo.model.errors import StorageError
from gonogo.signing.keys import key_folder

FOLDER = "documents"
VALID_DAYS = 3652


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A private key and its certificate, both PEM, and what the certificate calls its owner."""

    name: str
    key_pem: bytes
    certificate_pem: bytes


def open_certificate(owner: str, at: datetime, folder: Path | None = None) -> Certificate:
    """The certificate of an organisation; made, valid for ten years, when there is none yet.

    Args:
        owner: the organisation, or the project when none is named.
        at: now, with time zone.
        folder: the key folder; the user's when None.

    Raises:
        StorageError: it cannot be read or written.
    """
    place = (folder or key_folder()) / FOLDER
    slug = re.sub(r"[^a-z0-9]+", "-", owner.lower()).strip("-")[:60] or "sign-off"
    key, certificate = place / f"{slug}.key", place / f"{slug}.crt"
    try:
        if not key.exists():
            _make(owner, at, key, certificate)
        return Certificate(name=owner, key_pem=key.read_bytes(), certificate_pem=certificate.read_bytes())
    except OSError as error:
        raise StorageError(
            f"The certificate {certificate} cannot be used: {error.strerror or error}."
        ) from error


def trusted_certificates(folder: Path | None = None) -> tuple[bytes, ...]:
    """Every `documents/*.crt` of the key folder, PEM; unreadable files are passed over."""
    found = []
    for path in sorted(((folder or key_folder()) / FOLDER).glob("*.crt")):
        try:
            x509.load_pem_x509_certificate(data := path.read_bytes())
        except (OSError, ValueError):
            continue
        found.append(data)
    return tuple(found)


def _make(owner: str, at: datetime, key: Path, certificate: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{owner[:40]} (gonogo sign-off)")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_DIGITAL_SIGNATURE, critical=True)
        .sign(private, SHA256())
    )
    key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


_DIGITAL_SIGNATURE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
