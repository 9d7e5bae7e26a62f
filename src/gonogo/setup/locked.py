"""The lock files that set-up installs tools from; they travel inside the package."""

from __future__ import annotations

import hashlib
from pathlib import Path

LOCKS = Path(__file__).parent / "locks"


def lock_key(*names: str) -> str:
    """A short name for the exact content of these lock files.

    It names the folder a tool is installed to, so that a changed lock is a fresh install and an
    old one is never mistaken for it.
    """
    digest = hashlib.sha256()
    for name in names:
        digest.update((LOCKS / name).read_bytes())
    return digest.hexdigest()[:12]
