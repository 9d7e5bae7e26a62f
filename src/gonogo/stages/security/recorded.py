"""What the stages before this one saw: the answers their browsers were given, and the places they went to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gonogo.readers.answers import Answer
from gonogo.readers.traffic import FILE, RecordedAnswer, read_traffic, visited


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The traffic of one side.

    Attributes:
        answers: each kind of answer once, as the passive rules take them.
        places: addresses that were shown, path and query, to be explored too.
        stages: whose traffic it is.
        unreadable: lines that could not be read.
    """

    answers: tuple[Answer, ...] = ()
    places: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    unreadable: int = 0

    def notes(self) -> list[str]:
        """What the report says of it."""
        if not self.stages:
            return [
                "No other stage of this run recorded what its browsers saw, so only explored pages were looked at."
            ]
        said = [
            f"Looked at besides: {len(self.answers)} kinds of answers that {' and '.join(self.stages)} recorded."
        ]
        return said + (
            [f"{self.unreadable} lines of what was recorded could not be read."] if self.unreadable else []
        )


def read_recorded(before: Mapping[str, Path]) -> Recorded:
    """The traffic in the sealed folders of the stages that ran before on one side.

    A stage without any is left out: it drove no browser, or its file was withheld for the data in it.
    """
    found: dict[RecordedAnswer, None] = {}
    stages, unreadable = [], 0
    for stage, folder in sorted(before.items()):
        try:
            data = (folder / "raw" / FILE).read_bytes()
        except OSError:
            continue
        traffic = read_traffic(data)
        stages.append(stage)
        unreadable += traffic.unreadable
        found.update(dict.fromkeys(traffic.answers))
    return Recorded(
        answers=tuple(recorded.answer for recorded in found),
        places=visited(found),
        stages=tuple(stages),
        unreadable=unreadable,
    )


def places_of_all(recorded: Sequence[Recorded]) -> tuple[str, ...]:
    """Every address any side's browsers were shown: both sides are asked for all of them."""
    return tuple(sorted({place for each in recorded for place in each.places}))
