"""Trouble of a known size, put onto a server that is otherwise sound, to measure what a load test finds.

The environment variable `MERIDIAN_STRAIN` holds one or more of these, separated by blanks:

    slow=/accounts/:1.2     requests whose path starts so take 1.2 times as long as the server's own work
    tail=0.05:3             so does a share of all requests, by that factor
    errors=10:0.5           every 10 s the server answers 503 for half a second
    leak=16                 every request leaves 16 KiB behind

What slows a request down is waiting, not work: it costs no processor time that others would miss. Signing in
is never strained. Nobody's installation sets the variable; a server under strain says so in its first line.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

VARIABLE = "MERIDIAN_STRAIN"
_SPARED = ("/signin", "/api/v1/token")
_HELP = f"{VARIABLE} may hold slow=PATH:FACTOR, tail=SHARE:FACTOR, errors=EVERY_S:LENGTH_S, leak=KIB"


class StrainError(ValueError):
    """The wish cannot be read; the text says what was found and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was wished for; nothing by default.

    Attributes:
        slow: path prefixes and how many times as long they take.
        tail: share of requests, and how many times as long they take.
        errors: seconds from one burst of errors to the next, and how long each lasts.
        leak_kib: memory every request leaves behind.
    """

    slow: tuple[tuple[str, float], ...] = ()
    tail: tuple[float, float] | None = None
    errors: tuple[float, float] | None = None
    leak_kib: int = 0


def read_plan(text: str) -> Plan:
    """The wish that `MERIDIAN_STRAIN` states.

    Raises:
        StrainError: it cannot be read, or makes no sense.
    """
    slow: list[tuple[str, float]] = []
    tail = errors = None
    leak = 0
    for word in text.split():
        name, _, value = word.partition("=")
        first, _, second = value.rpartition(":")
        try:
            match name:
                case "slow":
                    slow.append((first, _within(float(second), 1.0, 1000.0)))
                case "tail":
                    tail = (_within(float(first), 0.0, 1.0), _within(float(second), 1.0, 1000.0))
                case "errors":
                    every_s = _within(float(first), 0.001, 86_400.0)
                    errors = (every_s, _within(float(second), 0.0, every_s))
                case "leak":
                    leak = int(_within(int(value), 0, 65_536))
                case _:
                    raise StrainError(f"{word!r} is not known; {_HELP}")
        except ValueError as error:
            raise StrainError(f"{word!r}: {error}; {_HELP}") from error
    return Plan(slow=tuple(slow), tail=tail, errors=errors, leak_kib=leak)


def _within(value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise ValueError(f"{value:g} is not from {least:g} to {most:g}")
    return value


class Strain:
    """Carries a plan out, request by request. Safe for several threads: each request stands by itself."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._left_behind: list[bytes] = []
        self._first_s: float | None = None

    def fails(self, path: str) -> bool:
        """Whether this request falls into a burst of errors. The first burst ends the first interval."""
        if self._plan.errors is None or path.startswith(_SPARED):
            return False
        now = time.monotonic()
        if self._first_s is None:
            self._first_s = now
        every_s, length_s = self._plan.errors
        return (now - self._first_s) % every_s > every_s - length_s

    def slow_down(self, path: str, spent_s: float) -> None:
        """Wait as long as the plan has it for a request that took the server `spent_s`, and leak."""
        if path.startswith(_SPARED):
            return
        if self._plan.leak_kib:
            self._left_behind.append(b"x" * (self._plan.leak_kib * 1024))
        factor = self._factor(path)
        if factor > 1.0:
            time.sleep((factor - 1.0) * spent_s)

    def _factor(self, path: str) -> float:
        factor = 1.0
        for prefix, times in self._plan.slow:
            if path.startswith(prefix):
                factor *= times
        if self._plan.tail is not None and random.random() < self._plan.tail[0]:  # noqa: S311 - a delay
            factor *= self._plan.tail[1]
        return factor
