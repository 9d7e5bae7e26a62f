"""One round's samples: the columns every request is recorded in, as bytes and back.

A round is a zip of numpy columns (`.npz`), one row a request, in the order they ended. It is complete in
itself, so that a run that is killed keeps the rounds it finished.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gonogo.model.errors import EvidenceError

COLUMNS: dict[str, type[np.generic]] = {
    "journey": np.int16,
    "endpoint": np.int16,
    "execution": np.int32,
    "intended_s": np.float64,
    "ready_s": np.float64,
    "start_s": np.float64,
    "duration_ms": np.float64,
    "status": np.int16,
    "bytes": np.int64,
    "failed": np.bool_,
}
"""Name and type of every column.

`journey`, `endpoint`: index into the names. `execution`: which run of the journey within the round, from 0.
`intended_s`, `ready_s`, `start_s`: seconds since the round opened. The first request of an execution was due
at `intended_s`; a user was free for it at `ready_s`; it was sent at `start_s`. Later requests are due, ready and
sent when they start. `duration_ms`: as Locust measured it, unrounded. `status`: HTTP status, 0 without an answer.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSamples:
    """The columns of one round, and what their indices stand for."""

    journeys: tuple[str, ...]
    endpoints: tuple[str, ...]
    journey: NDArray[np.int16]
    endpoint: NDArray[np.int16]
    execution: NDArray[np.int32]
    intended_s: NDArray[np.float64]
    ready_s: NDArray[np.float64]
    start_s: NDArray[np.float64]
    duration_ms: NDArray[np.float64]
    status: NDArray[np.int16]
    bytes: NDArray[np.int64]
    failed: NDArray[np.bool_]

    @property
    def response_ms(self) -> NDArray[np.float64]:
        """Time from when each request was due to its answer, the generator's own lateness left out.

        Waiting for a free user is part of it: there is none because the system has not answered the others
        (no coordinated omission). What passes from `ready_s` to `start_s` is the generator's doing.
        """
        return self.duration_ms + np.maximum(self.ready_s - self.intended_s, 0.0) * 1000.0


_MOMENTS = ("intended_s", "ready_s", "start_s")

Row = tuple[int, int, int, float, float, float, float, int, int, bool]
"""One request, its values in the order of `COLUMNS`."""


def round_as_bytes(
    rows: list[Row],
    journeys: tuple[str, ...],
    endpoints: tuple[str, ...],
    *,
    opened: float = 0.0,
) -> bytes:
    """The file of one round; each row holds the columns in the order of `COLUMNS`.

    Args:
        opened: the moment 0 of the round, on the clock of the moments in the rows.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    arrays = {
        name: np.array(column, dtype=kind)
        for (name, kind), column in zip(COLUMNS.items(), columns, strict=True)
    }
    for name in _MOMENTS:
        arrays[name] = arrays[name] - opened
    return _as_file(arrays, journeys, endpoints)


def _as_file(
    arrays: Mapping[str, NDArray[np.generic]], journeys: tuple[str, ...], endpoints: tuple[str, ...]
) -> bytes:
    names = json.dumps({"journeys": journeys, "endpoints": endpoints}).encode()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, names=np.frombuffer(names, dtype=np.uint8), **arrays)
    return buffer.getvalue()


def merge_rounds(parts: Sequence[bytes]) -> bytes:
    """One file of what several load processes recorded in the same round, each of which counts executions from 0.

    Raises:
        EvidenceError: a part cannot be read, or the parts are of different journeys.
    """
    rounds = [
        read_round(part, source=f"the samples of worker {place + 1}") for place, part in enumerate(parts)
    ]
    journeys = rounds[0].journeys
    if any(one.journeys != journeys for one in rounds):
        raise EvidenceError(
            "The load's workers ran different journeys.", remedy="Give every worker the same locustfile."
        )
    endpoints = tuple(dict.fromkeys(name for one in rounds for name in one.endpoints))
    columns: dict[str, list[NDArray[np.generic]]] = {name: [] for name in COLUMNS}
    begun = 0
    for one in rounds:
        places = np.array([*map(endpoints.index, one.endpoints), -1], dtype=np.int16)
        changed = {"endpoint": places[one.endpoint], "execution": one.execution + np.int32(begun)}
        for name in COLUMNS:
            columns[name].append(changed.get(name, getattr(one, name)))
        begun += int(one.execution.max()) + 1 if one.execution.size else 0
    return _as_file({name: np.concatenate(parts) for name, parts in columns.items()}, journeys, endpoints)


def read_round(data: bytes, *, source: str) -> RoundSamples:
    """Read a round back.

    Raises:
        EvidenceError: the file is truncated, or lacks a column, or its columns differ in length.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            names = json.loads(archive["names"].tobytes())
            arrays = {name: archive[name].astype(kind, copy=False) for name, kind in COLUMNS.items()}
        journeys, endpoints = tuple(names["journeys"]), tuple(names["endpoints"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise EvidenceError(
            f"{source} cannot be read as a round of samples: {error}.", remedy="Run the load stage again."
        ) from error
    if len({len(array) for array in arrays.values()}) != 1:
        raise EvidenceError(f"{source} is damaged: its columns differ in length.")
    return RoundSamples(journeys=journeys, endpoints=endpoints, **arrays)
