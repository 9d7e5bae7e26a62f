"""Screenshots that testers paste: made into plain PNG pixels, whatever they were sent as.

A picture is decoded with limits and written anew, so neither a place where it was taken nor anything hidden
behind the pixels is kept. Names are never taken over: a picture is called by its digest.
"""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, UnidentifiedImageError

LARGEST_PICTURE_BYTES = 12_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_400
MOST_PICTURES = 6
"""For one step."""
_MAGIC = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


def as_png(data: bytes) -> tuple[str, bytes] | None:
    """(sha256, PNG bytes) of a picture; None when it is no PNG or JPEG, damaged, or too large."""
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if kind is None or len(data) > LARGEST_PICTURE_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                pixels = picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels.info.clear()
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    written = buffer.getvalue()
    return hashlib.sha256(written).hexdigest(), written
