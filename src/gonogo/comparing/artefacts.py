"""How a comparison gets at file contents without opening files itself."""

from __future__ import annotations

from typing import Protocol

from gonogo.model import Side


class ReadArtefact(Protocol):
    """Gives the bytes of an artefact of a stage on one side, of its first pass or of a repeat."""

    def __call__(self, stage: str, side: Side, path: str, repeat: int = 0, /) -> bytes:
        """The bytes. Raises EvidenceError when the artefact is missing or altered."""
