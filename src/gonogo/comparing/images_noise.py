"""What differs between two pictures without a person seeing a difference: small shifts, smoothed edges.

A picture is an array of shape (height, width) whose elements hold a whole pixel each: red, green, blue and
one unused byte, packed into 32 bits, because comparing and gathering those is several times faster than rows
of three bytes. Pixels are given by their index into the flattened picture. Each picture has a frame of
`FRAME` pixels of the value `OUTSIDE`, so that a neighbour is found by adding to an index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint32]
    Colours = NDArray[np.uint32]
    Pixels = NDArray[np.intp]
    Truths = NDArray[np.bool_]

COLOUR_LIMIT = 35215.0 * 0.1 * 0.1
"""Largest YIQ distance of two colours that look the same; 35215 is that of black and white."""

SHIFT = 2
"""Pixels by which a part of the picture may move without counting as changed."""

TILE = 16
"""Edge of a tile in pixels: about one line of text, so that lines may move independently."""

SURROUNDINGS = 2
"""How far around a differing pixel a shift must explain the picture too."""

FRAME = SURROUNDINGS + 2 * SHIFT
"""Pixels of frame around a picture: as far as anything here looks."""

OUTSIDE = 0
"""The value of the frame; a pixel of the picture has its unused byte set, so it is never this."""

_NEIGHBOURS = tuple((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0))

# The straight and small ones first: they are the likely ones.
_STEPS = range(-SHIFT, SHIFT + 1)
_SHIFTS = sorted(
    ((y, x) for y in _STEPS for x in _STEPS if (y, x) != (0, 0)),
    key=lambda shift: (shift[0] != 0 and shift[1] != 0, abs(shift[0]) + abs(shift[1]), shift),
)

# Where red, green and blue stand in a packed pixel, read with its first byte as the lowest.
_PLACES = (0, 8, 16)


def looks_same(first: Colours, second: Colours) -> Truths:
    """Whether each pair of colours is too close for the eye: weighted squared distance in YIQ space.

    What lies outside of the picture could be anything, so it looks the same as anything.
    """
    result: Truths = (first == second) | (first == OUTSIDE) | (second == OUTSIDE)
    unequal = np.flatnonzero(~result)
    if unequal.size:
        result[unequal] = _distance(first[unequal], second[unequal]) <= COLOUR_LIMIT
    return result


def _distance(first: Colours, second: Colours) -> NDArray[np.float32]:
    # Written out, not as a product of matrices: at these sizes a threaded one costs more than it saves.
    red, green, blue = (a - b for a, b in zip(_parts(first), _parts(second), strict=True))
    y = 0.29889531 * red + 0.58662247 * green + 0.11448223 * blue
    i = 0.59597799 * red - 0.27417610 * green - 0.32180189 * blue
    q = 0.21147017 * red - 0.52261711 * green + 0.31114694 * blue
    result: NDArray[np.float32] = 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q
    return result


def _parts(colours: Colours) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Red, green and blue of each."""
    red, green, blue = ((colours >> shift & 0xFF).astype(np.float32) for shift in _PLACES)
    return red, green, blue


def forgive_shifts(first: Picture, second: Picture, pixels: Pixels) -> Pixels:
    """The differing pixels that no shift of their tile by up to `SHIFT` pixels explains.

    Args:
        first, second: pictures of one shape.
        pixels: the differing pixels.
    """
    if pixels.size == 0:
        return pixels
    tile, tiles = _tiles(pixels, first.shape)
    # One pixel a tile rules out most shifts of most tiles; only what is left is looked at in full.
    sample = np.full(tiles, -1, dtype=np.intp)
    sample[tile] = pixels
    unexplained = np.flatnonzero(sample >= 0)
    surroundings: tuple[Pixels, Pixels] | None = None
    for shift in _SHIFTS:
        hopeful = unexplained[_is_moved(first, second, sample[unexplained], shift)]
        if hopeful.size == 0:
            continue
        if surroundings is None:
            near = _surroundings(first.shape, pixels)
            surroundings = near, _tiles(near, first.shape)[0]
        moved = _fully_moved(first, second, surroundings, hopeful, tiles, shift)
        unexplained = np.setdiff1d(unexplained, moved, assume_unique=True)
    remains = np.zeros(tiles, dtype=bool)
    remains[unexplained] = True
    return pixels[remains[tile]]


def _tiles(pixels: Pixels, shape: tuple[int, ...]) -> tuple[Pixels, int]:
    """The tile of each pixel, and how many tiles there are."""
    height, width = shape
    across = width // TILE + 1
    rows, columns = np.divmod(pixels, width)
    return rows // TILE * across + columns // TILE, (height // TILE + 1) * across


def _surroundings(shape: tuple[int, ...], pixels: Pixels) -> Pixels:
    """The pixels at or near a differing one."""
    near = np.zeros(shape, dtype=bool)
    near.reshape(-1)[pixels] = True
    for view in (near, near.T):
        grown = view.copy()
        for step in range(1, SURROUNDINGS + 1):
            grown[step:] |= view[:-step]
            grown[:-step] |= view[step:]
        view[:] = grown
    return np.flatnonzero(near)


def _fully_moved(
    first: Picture,
    second: Picture,
    surroundings: tuple[Pixels, Pixels],
    hopeful: Pixels,
    tiles: int,
    shift: tuple[int, int],
) -> Pixels:
    """Those of the hopeful tiles in which the shift explains each differing pixel and what is around it."""
    near, tile = surroundings
    is_moved = np.zeros(tiles, dtype=bool)
    is_moved[hopeful] = True
    chosen = np.flatnonzero(is_moved[tile])
    is_same = _is_moved(first, second, near[chosen], shift)
    is_moved[tile[chosen[~is_same]]] = False
    return np.flatnonzero(is_moved)


def _is_moved(first: Picture, second: Picture, pixels: Pixels, shift: tuple[int, int]) -> Truths:
    """Whether each pixel of the first is found at the shift in the second, and the other way round."""
    step = shift[0] * first.shape[1] + shift[1]
    result = looks_same(first.reshape(-1)[pixels], second.reshape(-1)[pixels + step])
    left = np.flatnonzero(result)
    found = pixels[left]
    result[left] = looks_same(second.reshape(-1)[found], first.reshape(-1)[found - step])
    return result


def forgive_smoothing(first: Picture, second: Picture, pixels: Pixels) -> Pixels:
    """The differing pixels that are not the smoothed edge of something in either picture."""
    left = pixels[~_is_smoothing(first, second, pixels)]
    return left[~_is_smoothing(second, first, left)]


def _is_smoothing(picture: Picture, other: Picture, pixels: Pixels) -> Truths:
    """Whether each pixel lies between a darker and a brighter plain area that both pictures have."""
    result = np.zeros(pixels.size, dtype=bool)
    flat = picture.reshape(-1)
    steps = [y * picture.shape[1] + x for y, x in _NEIGHBOURS]
    equal = np.zeros(pixels.size, dtype=np.uint8)
    for step in steps:
        equal += flat[pixels + step] == flat[pixels]
    candidates = np.flatnonzero(equal <= 2)
    around = np.stack([pixels[candidates] + step for step in steps])
    contrast = _brightness(flat[around]) - _brightness(flat[pixels[candidates]])
    lies_between = (contrast.min(axis=0) < 0) & (contrast.max(axis=0) > 0)
    lies_between &= (contrast == 0).sum(axis=0) <= 2
    kept = np.flatnonzero(lies_between)
    is_edge = np.zeros(kept.size, dtype=bool)
    for extreme in (contrast.argmin(axis=0)[kept], contrast.argmax(axis=0)[kept]):
        neighbour = around[extreme, kept]
        is_edge |= _is_plain(picture, neighbour) & _is_plain(other, neighbour)
    result[candidates[kept[is_edge]]] = True
    return result


def _brightness(colours: Colours) -> NDArray[np.float32]:
    red, green, blue = _parts(colours)
    result: NDArray[np.float32] = 0.29889531 * red + 0.58662247 * green + 0.11448223 * blue
    return result


def _is_plain(picture: Picture, pixels: Pixels) -> Truths:
    """Whether at least three of the eight neighbours have exactly the pixel's own colour."""
    flat = picture.reshape(-1)
    own = flat[pixels]
    equal = np.zeros(pixels.size, dtype=np.uint8)
    for y, x in _NEIGHBOURS:
        equal += flat[pixels + y * picture.shape[1] + x] == own
    result: Truths = (equal >= 3) & (own != OUTSIDE)
    return result
