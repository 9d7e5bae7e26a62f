"""What varies in a picture by itself: regions, painted over before pictures are compared."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from gonogo.comparing.images import decode, difference_of, regions
from gonogo.model.errors import EvidenceError

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels, all of them part of the region."""

_PAINT = (128, 128, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureNoise:
    """Regions of one picture."""

    boxes: tuple[Box, ...]
    share: float = 0.0

    @property
    def places(self) -> tuple[str, ...]:
        """Where they are, in words."""
        return tuple(
            f"{left}–{right} pixels from the left, {top}–{bottom} from the top"
            for left, top, right, bottom in self.boxes
        )

    def apply(self, content: bytes) -> bytes:
        """The picture with its regions painted over; content that is no picture is left as it is."""
        try:
            picture, _ = decode(content, content)
        except EvidenceError:
            return content
        draw = ImageDraw.Draw(picture)
        for box in self.boxes:
            draw.rectangle(box, fill=_PAINT)
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        return file.getvalue()


def learn_picture(first: bytes, others: Sequence[bytes]) -> PictureNoise | None:
    """Noise of a picture seen several times; None when its size varies or one of them is no picture."""
    boxes: set[Box] = set()
    size = (1, 1)
    for other in others:
        try:
            difference = difference_of(*decode(first, other))
        except EvidenceError:
            return None
        if difference.extra:
            return None
        size = difference.size
        if difference.changed.size:
            rows, columns = np.divmod(difference.changed, difference.common[0])
            boxes.update(regions(rows, columns, size))
    return PictureNoise(boxes=tuple(sorted(boxes)), share=_covered(boxes, size))


def declared_boxes(patterns: Sequence[str]) -> tuple[Box, ...]:
    """Regions as a person writes them: `left, top, width, height` in pixels.

    Raises:
        EvidenceError: one is written otherwise.
    """
    boxes = []
    for pattern in patterns:
        numbers = re.fullmatch(r"\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*", pattern)
        if numbers is None:
            raise EvidenceError(
                f"{pattern!r} is no region of a picture.",
                remedy="Write it as left, top, width, height in pixels.",
            )
        left, top, width, height = map(int, numbers.groups())
        boxes.append((left, top, left + max(1, width) - 1, top + max(1, height) - 1))
    return tuple(boxes)


def _covered(boxes: set[Box], size: tuple[int, int]) -> float:
    """The share of the picture under any of the boxes."""
    covered = Image.new("1", size)
    draw = ImageDraw.Draw(covered)
    for box in boxes:
        draw.rectangle(box, fill=1)
    return covered.histogram()[-1] / (size[0] * size[1])
