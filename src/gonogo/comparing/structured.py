"""JSON documents, path by path: what is missing, what changed type, what has another value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gonogo.comparing.change import SAME, SnapshotChange, cap, counted, quote
from gonogo.comparing.paths import PathFilter
from gonogo.comparing.text import compare_text
from gonogo.model.errors import EvidenceError

DEPTH_LIMIT = 200
"""Levels looked into; a document nested deeper was built to break readers."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing found: where, what in plain words, and whether an existing reader could stumble over it."""

    path: str
    words: str
    is_harmless: bool = False


def compare_json(
    baseline: bytes,
    candidate: bytes,
    *,
    row_key: tuple[str, ...] = (),
    volatile: tuple[str, ...] = (),
) -> SnapshotChange:
    """Compare two JSON documents.

    The order of an object's fields does not matter. A field that only the candidate has is told and is not
    a difference: readers of the version in use never asked for it. Numbers are compared by value, exactly.

    Args:
        baseline: the document on the version in use.
        candidate: the document on the upgrade.
        row_key: fields that identify the objects of a list; their order then does not matter.
        volatile: paths that may differ (`$.items[*].id`, `**.updated_at`).
    """
    try:
        before, after = read_json(baseline), read_json(candidate, side="candidate")
    except EvidenceError as error:
        return _unreadable(baseline, candidate, error.message)
    allowed = PathFilter(volatile)
    found = [one for one in _walk("$", before, after, row_key) if not allowed.matches(one.path)]
    return summarise(found, total=max(_leaves(before), _leaves(after)))


def read_json(content: bytes, *, side: str = "baseline") -> Any:
    """The document, its numbers with a point as exact decimals.

    Raises:
        EvidenceError: it is not JSON; says what it looks like instead.
    """
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        looks = " but HTML" if content.lstrip()[:1] == b"<" else ""
        raise EvidenceError(f"the {side}'s document is not JSON{looks}") from error


def summarise(found: list[Deviation], *, total: int) -> SnapshotChange:
    """The answer for a list of deviations out of `total` values."""
    harmful = [deviation for deviation in found if not deviation.is_harmless]
    told = harmful or found
    if not told:
        return SAME
    first = told[0]
    more = f"; and {counted(len(told) - 1, 'more difference')}" if len(told) > 1 else ""
    lines = [f"{deviation.path}: {deviation.words}" for deviation in (harmful + found)[: len(found)][:200]]
    return SnapshotChange(
        is_different=bool(harmful),
        summary=first.words + more,
        detail=cap("\n".join(dict.fromkeys(lines))),
        share=min(1.0, len(harmful) / max(1, total)),
    )


def _unreadable(baseline: bytes, candidate: bytes, message: str) -> SnapshotChange:
    """Not JSON on one side or both: the texts tell what there is instead."""
    texts = (content.decode("utf-8", errors="backslashreplace") for content in (baseline, candidate))
    change = compare_text(*texts)
    return SnapshotChange(
        is_different=True, summary=message, detail=cap(f"{change.summary}\n{change.detail}"), share=1.0
    )


def _walk(path: str, before: Any, after: Any, row_key: tuple[str, ...]) -> Iterator[Deviation]:
    if path.count(".") + path.count("[") > DEPTH_LIMIT:
        yield Deviation(path, f"the document is nested deeper than {DEPTH_LIMIT} levels at {path[:60]}…")
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _objects(path, before, after, row_key)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, before, after, row_key)
    elif kind_of(before) != kind_of(after):
        was, now = kind_of(before), kind_of(after)
        yield Deviation(path, f"{_named(path)} was {was} and is {now}")
    elif before != after:
        yield Deviation(path, f"{_named(path)}: {show(before)} became {show(after)}")


def _objects(
    path: str, before: dict[str, Any], after: dict[str, Any], row_key: tuple[str, ...]
) -> Iterator[Deviation]:
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    for name in gone:
        # A field of another name with the same value, where one went and one came, is a rename.
        renamed = [other for other in come if after[other] == before[name] and len(gone) == 1 == len(come)]
        if renamed:
            yield Deviation(f"{path}.{name}", f"field '{name}' is now called '{renamed[0]}' at {path}")
            come.remove(renamed[0])
        else:
            yield Deviation(f"{path}.{name}", f"field '{name}' is missing at {path}")
    for name in come:
        yield Deviation(f"{path}.{name}", f"field '{name}' is new at {path}", is_harmless=True)
    for name, value in before.items():
        if name in after:
            yield from _walk(f"{path}.{name}", value, after[name], row_key)


def _lists(path: str, before: list[Any], after: list[Any], row_key: tuple[str, ...]) -> Iterator[Deviation]:
    if row_key and _are_keyed(before, row_key) and _are_keyed(after, row_key):
        yield from _keyed_lists(path, before, after, row_key)
        return
    if len(before) != len(after):
        yield Deviation(
            path, f"{_named(path)} has {counted(len(after), 'entry', 'entries')}, not {len(before):,}"
        )
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _walk(f"{path}[{index}]", old, new, row_key)


def _are_keyed(rows: list[Any], row_key: tuple[str, ...]) -> bool:
    if not all(isinstance(row, dict) and all(name in row for name in row_key) for row in rows):
        return False
    return len({_key(row, row_key) for row in rows}) == len(rows)


def _key(row: dict[str, Any], row_key: tuple[str, ...]) -> str:
    return ", ".join(str(row[name]) for name in row_key)


def _keyed_lists(
    path: str, before: list[Any], after: list[Any], row_key: tuple[str, ...]
) -> Iterator[Deviation]:
    old = {_key(row, row_key): (index, row) for index, row in enumerate(before)}
    new = {_key(row, row_key): (index, row) for index, row in enumerate(after)}
    for key, (index, row) in old.items():
        if key not in new:
            yield Deviation(f"{path}[{index}]", f"the entry {quote(key)} is missing from {path}")
        else:
            yield from _walk(f"{path}[{index}]", row, new[key][1], row_key)
    for key, (index, _) in new.items():
        if key not in old:
            yield Deviation(f"{path}[{index}]", f"the entry {quote(key)} is new in {path}")


def kind_of(value: Any) -> str:
    """The JSON type of a value, with its article."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, Decimal)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def show(value: Any) -> str:
    """A value as it appears in a summary."""
    if isinstance(value, str):
        return f"“{quote(value)}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(str(value)) if value is not None else "empty"


def _named(path: str) -> str:
    name = path.rsplit(".", 1)[-1]
    return f"'{name}' at {path}" if name != path else "the document"


def _leaves(value: Any) -> int:
    """Values that are neither objects nor lists. No recursion: documents may be nested to break readers."""
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        else:
            count += 1
    return count
