"""Before and after pictures of pages that changed: cut to the part that matters, the change framed, embedded.

The frames are drawn twice, dark on white, and numbered: they show on any page and need no colour.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.model import Difference, Side, SnapshotForm
from gonogo.model.errors import EvidenceError
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TITLE_LIMIT, one_line
from gonogo.publishing.evidence import Index
from gonogo.publishing.wording import counted, side_name

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

    from gonogo.comparing.images import PictureDifference

LARGEST_FILE_BYTES = 30_000_000
LARGEST_PIXELS = 40_000_000
SHOWN_WIDTH = 900
SHOWN_HEIGHT = 900
FRAMES = 9
_PADDING = 60
_LEAST_WIDTH, _LEAST_HEIGHT = 640, 200
_MARK = "#942514"


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePair:
    """The two pictures as data addresses.

    Attributes:
        key: the snapshot's key.
        before_text, after_text: what a person who cannot see the pictures is told.
    """

    key: str
    title: str
    before: str
    after: str
    before_caption: str
    after_caption: str
    before_text: str
    after_text: str
    width: int
    height: int


def picture_pairs(
    dossier: Dossier, index: Index, differences: Iterable[Difference]
) -> tuple[dict[str, PicturePair], tuple[str, ...]]:
    """The pictures behind changed snapshots, as many as fit into the limit, and notes on those left out.

    Args:
        differences: worst first; others than changed pictures are passed over.
    """
    room = dossier.settings.picture_limit_bytes
    pairs: dict[str, PicturePair] = {}
    left_out: list[str] = []
    for difference in differences:
        shot = index.snapshots.get((Side.CANDIDATE, difference.key))
        if difference.subject != "snapshot" or shot is None or shot.form is not SnapshotForm.IMAGE:
            continue
        title = one_line(difference.title, TITLE_LIMIT)
        if room <= 0:
            left_out.append(f"“{title}”: the report's limit for pictures is reached.")
            continue
        made = _pair(dossier, index, difference, title)
        if isinstance(made, str):
            left_out.append(f"“{title}”: {made}")
            continue
        room -= len(made.before) + len(made.after)
        pairs[difference.key] = made
    return pairs, tuple(left_out)


def _pair(dossier: Dossier, index: Index, difference: Difference, title: str) -> PicturePair | str:
    from gonogo.comparing.images import decode, difference_of

    contents = [_content(index, side, difference) for side in (Side.BASELINE, Side.CANDIDATE)]
    if contents[0] is None or contents[1] is None:
        return "a picture is missing or too large to show."
    try:
        before, after = decode(contents[0], contents[1])
    except (EvidenceError, MemoryError):
        return "a picture cannot be read."
    if max(before.width * before.height, after.width * after.height) > LARGEST_PIXELS:
        return "the pictures are too large to show."
    found = difference_of(before, after)
    boxes = frames(found)
    part = _part_shown(boxes, found.size)
    old, new = _shown(before, part, boxes), _shown(after, part, boxes)
    where = (
        f" {counted(len(boxes), 'changed part')} {'is' if len(boxes) == 1 else 'are'} framed."
        if boxes
        else ""
    )
    names = [side_name(side, dossier.upgrade) for side in (Side.BASELINE, Side.CANDIDATE)]
    return PicturePair(
        key=difference.key,
        title=title,
        before=_address(old),
        after=_address(new),
        before_caption=f"Before: {one_line(names[0], TITLE_LIMIT)}",
        after_caption=f"After: {one_line(names[1], TITLE_LIMIT)}.{where}",
        before_text=f"{title} as it is today.",
        after_text=f"{title} on the upgrade.{where}",
        width=old.width,
        height=old.height,
    )


def _content(index: Index, side: Side, difference: Difference) -> bytes | None:
    shot = index.snapshots.get((side, difference.key))
    path = index.artefact(side, difference.stage, shot.artefact) if shot else None
    if path is None or path.stat().st_size > LARGEST_FILE_BYTES:
        return None
    return path.read_bytes()


Box = tuple[int, int, int, int]


def frames(found: PictureDifference) -> tuple[Box, ...]:
    """Boxes (left, top, right, bottom) round the changed parts, from top to bottom; the `FRAMES` largest.

    What only one of the pictures has (it became longer or wider) is one frame more.
    """
    import numpy as np

    from gonogo.comparing.images import regions

    rows, columns = np.divmod(found.changed, found.common[0])
    boxes = regions(rows, columns, found.size) if found.changed.size else []
    if found.extra and found.longer:
        boxes.append((0, found.size[1] - abs(found.longer), found.size[0], found.size[1]))
    if found.extra and found.wider:
        boxes.append((found.size[0] - abs(found.wider), 0, found.size[0], found.size[1]))
    largest = sorted(boxes, key=lambda box: ((box[0] - box[2]) * (box[3] - box[1]), box))
    return tuple(sorted(largest[:FRAMES], key=lambda box: (box[1], box[0])))


def _part_shown(boxes: tuple[Box, ...], size: tuple[int, int]) -> Box:
    """The part of the page from the first to the last frame, with enough around it to know where one is."""
    if not boxes:
        return (0, 0, size[0], min(size[1], SHOWN_HEIGHT))
    left, right = _widened(min(box[0] for box in boxes), max(box[2] for box in boxes), size[0], _LEAST_WIDTH)
    top, bottom = _widened(min(box[1] for box in boxes), max(box[3] for box in boxes), size[1], _LEAST_HEIGHT)
    tallest = SHOWN_HEIGHT * max(right - left, SHOWN_WIDTH) // SHOWN_WIDTH
    return (left, top, right, min(bottom, top + tallest))


def _widened(first: int, last: int, size: int, least: int) -> tuple[int, int]:
    """A stretch with padding at both ends, at least `least` long, inside 0 to `size`."""
    first, last = first - _PADDING, last + _PADDING
    missing = max(0, least - (last - first)) // 2
    first, last = first - missing, last + missing
    # what hangs over one end is added at the other
    first, last = first - max(0, last - size), last + max(0, -first)
    return max(0, first), min(size, last)


def _shown(picture: Image.Image, part: Box, boxes: tuple[Box, ...]) -> Image.Image:
    from PIL import Image, ImageDraw

    paper = Image.new("RGB", (part[2] - part[0], part[3] - part[1]), "#b1b4b6")
    paper.paste(picture, (-part[0], -part[1]))
    draw = ImageDraw.Draw(paper)
    for place, (left, top, right, bottom) in enumerate(boxes, start=1):
        _frame(
            draw, (left - part[0], top - part[1], right - part[0], bottom - part[1]), str(place), paper.size
        )
    if paper.width > SHOWN_WIDTH:
        height = max(1, round(paper.height * SHOWN_WIDTH / paper.width))
        paper = paper.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
    return paper


def _frame(draw: ImageDraw.ImageDraw, box: Box, mark: str, size: tuple[int, int]) -> None:
    """A frame a little outside the changed part, its number outside the frame, so that neither hides it."""
    # drawn larger on a wide picture, which is shown smaller
    scale = max(1.0, size[0] / SHOWN_WIDTH * 1.3)
    thick, mark_size = round(3 * scale), round(20 * scale)
    gap = thick + 3
    left, top = max(0, box[0] - gap), max(0, box[1] - gap)
    right, bottom = min(size[0] - 1, box[2] + gap), min(size[1] - 1, box[3] + gap)
    if right <= left or bottom <= top:
        return
    draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="white", width=thick + 2)
    draw.rectangle((left, top, right, bottom), outline=_MARK, width=thick)
    wide, high = round(mark_size * 0.9), round(mark_size * 1.2)
    at = _mark_place((left, top, right, bottom), wide, high, size)
    draw.rectangle((*at, at[0] + wide, at[1] + high), fill=_MARK, outline="white")
    draw.text((at[0] + mark_size // 5, at[1]), mark, fill="white", font_size=mark_size)


def _mark_place(frame: Box, wide: int, high: int, size: tuple[int, int]) -> tuple[int, int]:
    left, top, right, _ = frame
    if left >= wide:
        return (left - wide, top)
    if right + wide < size[0]:
        return (right, top)
    return (left, max(0, top - high))


def _address(picture: Image.Image) -> str:
    """The picture as a data address: 128 colours do for a page and weigh a third."""
    from PIL import Image

    stream = io.BytesIO()
    picture.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        stream, "PNG", optimize=True
    )
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
