"""Pictures of pages: which share of the pixels differs in a way a person would see, and where.

1. Equal bytes are equal pictures; nothing is decoded.
2. Two colours differ when their distance in YIQ space, weighted for the eye, exceeds a tenth of the largest
   possible one (Kotsarenko and Ramos, 2010; the metric of pixelmatch and odiff). It is computed only for
   those pixels that are not equal anyway.
3. A part that merely moved by up to two pixels is not a difference. The picture is looked at in tiles; a tile
   is forgiven when one and the same shift explains all its differing pixels together with their
   surroundings, from each picture to the other. (To look for just any similar pixel near by would forgive a
   0 that became an 8.)
4. A pixel that smooths the edge of a letter or line is no difference (Vyšniauskas, 2009; as in pixelmatch).
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, UnidentifiedImageError

from gonogo.comparing.change import SAME, SnapshotChange
from gonogo.comparing.images_noise import FRAME, SHIFT, forgive_shifts, forgive_smoothing, looks_same
from gonogo.model.errors import EvidenceError

if TYPE_CHECKING:
    from numpy.typing import NDArray


_CHANGED = (213, 0, 109)
_EXTRA = (0, 90, 181)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDifference:
    """Which pixels of the common part differ, and by how much the sizes do.

    Attributes:
        changed: the differing pixels, by index into the flattened common part.
        common: width and height of the part that both pictures have.
        size: width and height of the larger picture in each direction.
        extra: pixels that only one of the pictures has.
        wider, longer: candidate's width and height less the baseline's.
    """

    changed: NDArray[np.intp]
    common: tuple[int, int]
    size: tuple[int, int]
    extra: int
    wider: int
    longer: int

    @property
    def count(self) -> int:
        """Differing pixels, those that only one picture has included."""
        return self.changed.size + self.extra

    @property
    def share(self) -> float:
        """Differing pixels as a share of the larger area, 0–1."""
        return self.count / max(1, self.size[0] * self.size[1])


def compare_images(baseline: bytes, candidate: bytes, *, tolerance: float = 0.0) -> SnapshotChange:
    """Compare two PNG files.

    Args:
        baseline, candidate: the files' bytes. A file that is no picture makes the two different.
        tolerance: the share of pixels (0–1) that may differ.
    """
    if baseline == candidate:
        return SAME
    try:
        difference = difference_of(*decode(baseline, candidate))
    except EvidenceError as error:
        return SnapshotChange(is_different=True, summary=error.message, share=1.0)
    if difference.count == 0:
        return SAME
    return SnapshotChange(
        is_different=difference.share > tolerance,
        summary=describe(difference),
        detail=_detail(difference, tolerance),
        share=difference.share,
    )


def decode(baseline: bytes, candidate: bytes) -> tuple[Image.Image, Image.Image]:
    """Both pictures as RGB, decoded side by side; what is transparent is shown on white.

    Raises:
        EvidenceError: either is not a picture.
    """
    with ThreadPoolExecutor(max_workers=1) as second:
        other = second.submit(_decode_one, candidate, "candidate")
        return _decode_one(baseline, "baseline"), other.result()


def _decode_one(data: bytes, side: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.mode == "RGB":
                picture.load()
                return picture.copy() if picture.readonly else picture
            shown = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise EvidenceError(f"The {side}'s picture cannot be read.") from error
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    return paper.convert("RGB")


def diff_picture(baseline: bytes, candidate: bytes) -> bytes:
    """The candidate's picture, paled, each differing pixel marked, a frame around each changed region.

    Returns:
        A PNG as large as the larger of the two.

    Raises:
        EvidenceError: either is not a picture.
    """
    first, second = decode(baseline, candidate)
    difference = difference_of(first, second)
    width, height = difference.size
    shown = Image.new("RGB", (width, height), _EXTRA)
    shown.paste(first, (0, 0))
    shown.paste(second, (0, 0))
    shown = Image.blend(shown, Image.new("RGB", shown.size, "white"), 0.6)
    rows, columns = np.divmod(difference.changed, difference.common[0])
    pixels = np.array(shown)
    pixels[rows, columns] = _CHANGED
    marked = Image.fromarray(pixels)
    draw = ImageDraw.Draw(marked)
    for left, top, right, bottom in regions(rows, columns, difference.size):
        draw.rectangle((left, top, right, bottom), outline=_CHANGED, width=2)
    if difference.extra:
        draw.line((0, difference.common[1], width, difference.common[1]), fill=_EXTRA, width=2)
        draw.line((difference.common[0], 0, difference.common[0], height), fill=_EXTRA, width=2)
    file = io.BytesIO()
    marked.save(file, "PNG")
    return file.getvalue()


def difference_of(baseline: Image.Image, candidate: Image.Image) -> PictureDifference:
    """Compare two RGB pictures; only the part both have is compared pixel by pixel."""
    width, height = min(baseline.width, candidate.width), min(baseline.height, candidate.height)
    size = max(baseline.width, candidate.width), max(baseline.height, candidate.height)
    wider, longer = candidate.width - baseline.width, candidate.height - baseline.height
    # A page that became a pixel or two longer has moved by as much, which is forgiven elsewhere too.
    is_shift = abs(wider) <= SHIFT and abs(longer) <= SHIFT
    extra = 0 if is_shift else size[0] * size[1] - width * height
    return PictureDifference(
        changed=_changed_pixels(_part(baseline, width, height), _part(candidate, width, height)),
        common=(width, height),
        size=size,
        extra=extra,
        wider=wider,
        longer=longer,
    )


def _part(picture: Image.Image, width: int, height: int) -> Image.Image:
    return picture if picture.size == (width, height) else picture.crop((0, 0, width, height))


def _changed_pixels(baseline: Image.Image, candidate: Image.Image) -> NDArray[np.intp]:
    box = ImageChops.difference(baseline, candidate).getbbox()
    if box is None:
        return np.empty(0, dtype=np.intp)
    # Only the part that differs is looked at, with as much around it as the forgiving needs.
    left, top, right, bottom = box[0] - FRAME, box[1] - FRAME, box[2] + FRAME, box[3] + FRAME
    first = _packed(baseline, (left, top, right, bottom))
    second = _packed(candidate, (left, top, right, bottom))
    unequal = np.flatnonzero(first != second)
    is_same = looks_same(first.reshape(-1)[unequal], second.reshape(-1)[unequal])
    changed = forgive_shifts(first, second, unequal[~is_same])
    changed = forgive_smoothing(first, second, changed)
    rows, columns = np.divmod(changed, right - left)
    result: NDArray[np.intp] = (rows + top) * baseline.width + columns + left
    return result


def _packed(picture: Image.Image, box: tuple[int, int, int, int]) -> NDArray[np.uint32]:
    """A part of the picture, one 32-bit element a pixel; what lies beyond the picture is `OUTSIDE`."""
    left, top, right, bottom = box
    inner = max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)
    # In the layout Pillow itself keeps: nothing is repacked. The second crop adds the frame.
    part = picture.crop(inner).convert("RGBX")
    offset = left - inner[0], top - inner[1]
    framed = part.crop((*offset, offset[0] + right - left, offset[1] + bottom - top))
    return np.asarray(framed).view("<u4")[:, :, 0]


def describe(difference: PictureDifference) -> str:
    """What a person would say: how much differs, and whereabouts; how much longer the page is."""
    parts = []
    if difference.extra:
        for pixels, grown, shrunk in (
            (difference.longer, "longer", "shorter"),
            (difference.wider, "wider", "narrower"),
        ):
            if pixels:
                parts.append(f"the page is {abs(pixels):,} pixels {grown if pixels > 0 else shrunk}")
    if difference.changed.size:
        rows, columns = np.divmod(difference.changed, difference.common[0])
        area = difference.common[0] * difference.common[1]
        of = "what both versions show" if difference.extra else "the page"
        share = _percent(difference.changed.size / area)
        parts.append(f"{share} of {of} differs, {whereabouts(rows, columns, difference.common)}")
    return ", and ".join(parts)


def _percent(share: float) -> str:
    if share >= 0.0995:
        return f"{share:.0%}"
    return f"{share:.1%}" if share >= 0.0005 else "less than 0.1%"


def whereabouts(rows: NDArray[np.intp], columns: NDArray[np.intp], size: tuple[int, int]) -> str:
    """Where most of the pixels are: one of nine fields, a row or a column of fields, or everywhere."""
    width, height = size
    fields = np.zeros((3, 3))
    np.add.at(fields, (rows * 3 // height, columns * 3 // width), 1)
    fields /= fields.sum()
    upright, across = ("upper", "middle", "lower"), ("left", "centre", "right")
    row, column = np.unravel_index(fields.argmax(), fields.shape)
    if fields[row, column] >= 0.6:
        if row == 1:
            return f"mostly the {'middle' if column == 1 else across[column] + ' side'}"
        return f"mostly the {upright[row]} {across[column]}"
    if fields.sum(axis=1).max() >= 0.8:
        return f"mostly the {upright[int(fields.sum(axis=1).argmax())]} third"
    if fields.sum(axis=0).max() >= 0.8:
        return f"mostly the {across[int(fields.sum(axis=0).argmax())]} third"
    return "in many places"


def regions(
    rows: NDArray[np.intp], columns: NDArray[np.intp], size: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) around groups of differing pixels that lie close together."""
    coarse = 24
    occupied = set(zip((rows // coarse).tolist(), (columns // coarse).tolist(), strict=True))
    boxes = []
    while occupied:
        group = _spread(occupied, occupied.pop())
        upper, left = min(row for row, _ in group), min(column for _, column in group)
        lower, right = max(row for row, _ in group), max(column for _, column in group)
        edges = (left * coarse, upper * coarse, (right + 1) * coarse, (lower + 1) * coarse)
        boxes.append((edges[0], edges[1], min(edges[2], size[0]) - 1, min(edges[3], size[1]) - 1))
    return sorted(boxes)


def _spread(occupied: set[tuple[int, int]], start: tuple[int, int]) -> list[tuple[int, int]]:
    """Take `start`'s connected group out of the occupied fields."""
    group, waiting = [], [start]
    while waiting:
        row, column = waiting.pop()
        group.append((row, column))
        near = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)} & occupied
        occupied -= near
        waiting += near
    return group


def _detail(difference: PictureDifference, tolerance: float) -> str:
    lines = [f"{difference.count:,} pixels differ ({difference.share:.4%}); allowed {tolerance:.4%}."]
    rows, columns = np.divmod(difference.changed, difference.common[0])
    boxes = regions(rows, columns, difference.size)
    for left, top, right, bottom in boxes[:12]:
        lines.append(f"{left}–{right} from the left, {top}–{bottom} from the top")
    if len(boxes) > 12:
        lines.append(f"and {len(boxes) - 12} more regions")
    return "\n".join(lines)
