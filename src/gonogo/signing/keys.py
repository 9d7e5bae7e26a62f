"""Ed25519 keys, kept in the user's key folder and nowhere else.

The folder is `GONOGO_KEYS`, else `gonogo/keys` in the user's configuration folder. `NAME.key` is private
(PEM, readable by its owner only), `NAME.pub` public (PEM): give that one to whoever verifies.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from gonogo.model.errors import StorageError, UsageError

VARIABLE = "GONOGO_KEYS"

Keys = Mapping[str, tuple[str, Ed25519PublicKey]]
"""Public keys that are known here: key id → (name, key)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key. `key_id` is the sha256 of the raw public key, in hexadecimal."""

    name: str
    key_id: str
    private: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """The signature of the data (64 bytes)."""
        return self.private.sign(data)


def key_folder() -> Path:
    """Where keys are kept."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", str(Path.home())))
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config")))
    return base / "gonogo" / "keys"


def key_id(public: Ed25519PublicKey) -> str:
    """The identity of a public key."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def open_key(name: str, folder: Path | None = None) -> SigningKey:
    """The private key of this name; made, with its public half, when there is none yet.

    Raises:
        UsageError: the file is not an Ed25519 key.
        StorageError: it cannot be read or written.
    """
    folder = folder or key_folder()
    path = folder / f"{name}.key"
    try:
        if not path.exists():
            _make(path)
        loaded = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise StorageError(f"The key {path} cannot be used: {error.strerror or error}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(path) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise _no_key(path)
    return SigningKey(name=name, key_id=key_id(loaded.public_key()), private=loaded)


def trusted_keys(folder: Path | None = None) -> dict[str, tuple[str, Ed25519PublicKey]]:
    """Key id → (name, key) of every `*.pub` in the key folder; unreadable files are passed over."""
    found: dict[str, tuple[str, Ed25519PublicKey]] = {}
    for path in sorted((folder or key_folder()).glob("*.pub")):
        try:
            loaded = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(loaded, Ed25519PublicKey):
            found[key_id(loaded)] = (path.stem, loaded)
    return found


def is_signed_by(public: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether the signature is this key's signature of the data."""
    try:
        public.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _make(path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub").write_bytes(public)


def _no_key(path: Path) -> UsageError:
    return UsageError(
        f"{path} is not an Ed25519 private key.", remedy="Move it away; a new one is made when it is needed."
    )
