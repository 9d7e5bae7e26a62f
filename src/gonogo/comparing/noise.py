"""What differs between a version and itself is noise: it is measured on the repeats of the baseline and masked.

Noise is bound to its place (a line, a path, a row, a region): the same words or figures elsewhere are compared
as ever. What a person declared beforehand (`noise.toml`) is masked as well, measured or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

import msgspec

from gonogo.comparing import noise_images
from gonogo.comparing.noise_documents import learn_json, learn_xml
from gonogo.comparing.noise_images import DeclaredRegions, learn_picture
from gonogo.comparing.noise_tables import learn_table
from gonogo.comparing.noise_text import learn_text
from gonogo.model import DeclaredNoise, Snapshot, SnapshotForm

WIDEST = 0.5
"""Share from which something varies too much to say anything about the rest."""


class Noise(Protocol):
    """Something that varies by itself."""

    @property
    def share(self) -> float:
        """How much it covers, 0–1."""

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is, in words."""

    def apply(self, content: bytes) -> bytes:
        """The content with the noise masked. Content of another kind is left as it is."""


def measured_noise(snapshot: Snapshot, first: bytes, repeats: Sequence[bytes]) -> Noise | None:
    """What varies in the baseline's own captures.

    Args:
        snapshot: the baseline's record; what it allows to differ is not noise.
        first: the content of the first pass.
        repeats: contents of the repeats.

    Returns:
        The noise, or None when nothing varies, or too much does to mask it.
    """
    others = [content for content in dict.fromkeys(repeats) if content != first]
    if not others:
        return None
    noise = _learn(snapshot, first, others)
    return noise if noise is not None and noise.places and noise.share <= WIDEST else None


def _learn(snapshot: Snapshot, first: bytes, others: Sequence[bytes]) -> Noise | None:
    match snapshot.form:
        case SnapshotForm.IMAGE:
            return learn_picture(first, others)
        case SnapshotForm.TEXT | SnapshotForm.TREE:
            return learn_text(first, others, snapshot.volatile)
        case SnapshotForm.TABLE:
            return learn_table(first, others, snapshot.row_key, snapshot.volatile)
        case SnapshotForm.JSON:
            return learn_json(first, others, snapshot.row_key)
        case SnapshotForm.XML:
            return learn_xml(first, others)


def declared_for(snapshot: Snapshot, declared: Iterable[DeclaredNoise]) -> tuple[DeclaredNoise, ...]:
    """What people declared about this snapshot."""
    return tuple(one for one in declared if one.key == snapshot.key or fnmatchcase(snapshot.key, one.key))


def with_declared(snapshot: Snapshot, declared: Iterable[DeclaredNoise]) -> Snapshot:
    """The record with what was declared added to what may differ; for a picture, see `declared_regions`."""
    patterns = tuple(pattern for one in declared for pattern in one.ignore)
    if not patterns or snapshot.form is SnapshotForm.IMAGE:
        return snapshot
    return msgspec.structs.replace(snapshot, volatile=(*snapshot.volatile, *patterns))


def declared_regions(snapshot: Snapshot, declared: Iterable[DeclaredNoise]) -> Noise | None:
    """The regions of a picture that people declared; None when there are none.

    Raises:
        EvidenceError: one is not written as `left, top, width, height`.
    """
    if snapshot.form is not SnapshotForm.IMAGE:
        return None
    regions = noise_images.declared_regions([pattern for one in declared for pattern in one.ignore])
    return DeclaredRegions(regions=regions) if regions else None
