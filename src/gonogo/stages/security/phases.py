"""A phase of the stage on every side at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gonogo.stages.security.side import SideScan

T = TypeVar("T")


def together(scans: Sequence[SideScan], phase: Callable[[SideScan], T]) -> list[T]:
    """What a phase gives on each side, in the order of the sides. Raises Interrupted when all have stopped."""
    if not scans:
        return []
    with ThreadPoolExecutor(max_workers=len(scans), thread_name_prefix="security") as pool:
        pending = [pool.submit(phase, scan) for scan in scans]
    return [done.result() for done in pending]
