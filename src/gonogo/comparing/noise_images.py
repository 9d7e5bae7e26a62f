"""What varies in a picture by itself: regions, painted over before pictures are compared."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from gonogo.comparing.images import decode, difference_of, regions
from gonogo.model.errors import EvidenceError

Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels, all of them part of the region."""

Region = tuple[int, int, int, int]
"""Left, top, width and height in pixels; a negative left or top counts from the right or the lower edge."""

_REGION = re.compile(r"\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*")
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
        return _painted(content, lambda _: self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRegions:
    """Regions of pictures as a person declared them."""

    regions: tuple[Region, ...]
    share: float = 0.0

    @property
    def places(self) -> tuple[str, ...]:
        """Where they are, as they were written."""
        return tuple(", ".join(map(str, region)) for region in self.regions)

    def apply(self, content: bytes) -> bytes:
        """The picture with the regions painted over; content that is no picture is left as it is."""
        return _painted(content, lambda size: [_box(region, size) for region in self.regions])


def _painted(content: bytes, boxes_of: Callable[[tuple[int, int]], Sequence[Box]]) -> bytes:
    try:
        picture, _ = decode(content, content)
    except EvidenceError:
        return content
    draw = ImageDraw.Draw(picture)
    for box in boxes_of(picture.size):
        draw.rectangle(box, fill=_PAINT)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _box(region: Region, size: tuple[int, int]) -> Box:
    left, top, width, height = region
    left, top = left + size[0] * (left < 0), top + size[1] * (top < 0)
    return left, top, left + width - 1, top + height - 1


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


def declared_regions(patterns: Sequence[str]) -> tuple[Region, ...]:
    """Regions as a person writes them: `left, top, width, height` in pixels.

    A negative left or top counts from the right or the lower edge, where a footer stands whatever the
    length of the page.

    Raises:
        EvidenceError: one is written otherwise.
    """
    regions = []
    for pattern in patterns:
        numbers = _REGION.fullmatch(pattern)
        if numbers is None:
            raise EvidenceError(
                f"{pattern!r} is no region of a picture.",
                remedy="Write it as left, top, width, height in pixels.",
            )
        left, top, width, height = map(int, numbers.groups())
        regions.append((left, top, max(1, width), max(1, height)))
    return tuple(regions)


def _covered(boxes: set[Box], size: tuple[int, int]) -> float:
    """The share of the picture under any of the boxes."""
    covered = Image.new("1", size)
    draw = ImageDraw.Draw(covered)
    for box in boxes:
        draw.rectangle(box, fill=1)
    return covered.histogram()[-1] / (size[0] * size[1])
