"""Base64 that has one spelling only.

The last character before the padding carries bits that decoders pass over, so two texts can stand for the same
bytes. A changed character must be seen, also that one.
"""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    """The one base64 text of the data."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """The data. Raises ValueError when the text is not exactly what `encode` gives."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if encode(data) != text:
        raise ValueError("not the usual base64 of anything")
    return data
