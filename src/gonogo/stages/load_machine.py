"""What the machine is doing during a round: whose processor time it is, and how much of it is foreign."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

_MIB = 1024.0 * 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Processor seconds so far: of the whole machine, of ours, and of each target; and targets' memory."""

    moment: float
    machine_s: float
    ours_s: float
    targets_s: dict[int, float]
    memory_mib: dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Between two readings.

    Attributes:
        foreign_ratio: share of the whole machine that neither we nor the targets used; None when a target
            runs here that we did not start, for then its work cannot be told from anybody else's.
        target_ratio: cores' worth of processor time per target process id.
        memory_mib: resident memory per target process id at the end.
    """

    foreign_ratio: float | None
    target_ratio: dict[int, float]
    memory_mib: dict[int, float]


class Machine:
    """Reads processor times of this machine."""

    def __init__(self, generators: Iterable[int], targets: Iterable[int], *, is_telling: bool) -> None:
        """Watch these process ids and their children; `is_telling`: every target on this machine is among them."""
        self._generators = tuple(generators)
        self._targets = tuple(targets)
        self._is_telling = is_telling
        self.cores = psutil.cpu_count() or 1

    def read(self) -> Reading:
        """Now. Processes that are gone count as they did nothing."""
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        families = {pid: _family(pid) for pid in self._targets}
        return Reading(
            moment=time.monotonic(),
            machine_s=sum(times[:7]) - idle,
            ours_s=_cpu_s(os.getpid()) + sum(_cpu_s(m) for pid in self._generators for m in _family(pid)),
            targets_s={pid: sum(map(_cpu_s, family)) for pid, family in families.items()},
            memory_mib={pid: sum(map(_memory_mib, family)) for pid, family in families.items()},
        )

    def usage(self, before: Reading, after: Reading) -> Usage:
        """What happened between two readings."""
        wall_s = max(after.moment - before.moment, 1e-6)
        targets = {pid: max(after.targets_s[pid] - before.targets_s[pid], 0.0) for pid in self._targets}
        known = after.ours_s - before.ours_s + sum(targets.values())
        foreign = (after.machine_s - before.machine_s - known) / (wall_s * self.cores)
        return Usage(
            foreign_ratio=min(max(foreign, 0.0), 1.0) if self._is_telling else None,
            target_ratio={pid: seconds / wall_s for pid, seconds in targets.items()},
            memory_mib=after.memory_mib,
        )


def is_here(url: str) -> bool:
    """Whether an address is this machine by its loopback name; other names of this machine are not seen."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _family(pid: int) -> tuple[int, ...]:
    try:
        return (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True)))
    except psutil.Error:
        return (pid,)


def _cpu_s(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _memory_mib(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / _MIB
    except psutil.Error:
        return 0.0
