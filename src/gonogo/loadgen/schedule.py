"""When which journey starts: the same for both sides of a pair, decided by a seed. Pure.

Arrivals are a Poisson process with its number fixed: that many moments, spread evenly at random over the
round. The mix is dealt, not drawn: over the pairs every journey gets exactly its share. Both sides of a pair
get the same moments, the same journeys in the same order and the same random numbers, so that what differs
between the sides is the system under test. Where both sides run at once, what a request meets on its way (the
other side's, just begun; a slow one) depends on the schedule, and any one schedule favours a side by chance. So
the second half of such a round repeats the first with the sides exchanged: what it favours, it favours in both.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """One planned start.

    Attributes:
        due_s: seconds after the round opens.
        choice: which of the weights given.
        seed: for the random numbers of this run of the journey.
    """

    due_s: float
    choice: int
    seed: int


def arrivals(
    *,
    seed: int,
    pair: int,
    rate_per_s: float,
    duration_s: float,
    weights: Sequence[float],
    turn: int = -1,
    within: Sequence[float] = (),
) -> tuple[Arrival, ...]:
    """The arrivals of one round, in order of time.

    Args:
        seed: of the whole run.
        pair: which pair; other pairs get other arrivals.
        rate_per_s: mean arrivals a second, above 0.
        duration_s: length of the round, above 0.
        weights: shares that add up to 1.
        turn: when both sides run at once, which of them this is (0 or 1): of every arrival one side, by
            lot, gets its request first, and the other half a mean interval later; in the second half of the
            round, where the same arrivals come again with other random numbers, the other side. −1: alone.
        within: how dense arrivals are in equal parts of the round, one to another; empty: all the same.
            A round of such a shape has no halves that are alike, and nothing in it is repeated.
    """
    draw = random.Random(f"{seed}/{pair}")  # noqa: S311 - a schedule, not a secret
    times = 1 if turn == -1 or within else 2
    length_s = duration_s / times
    total = rate_per_s * length_s
    choices = [index for index, weight in enumerate(weights) for _ in range(_dealt(pair, total * weight))]
    draw.shuffle(choices)
    moments = sorted(_moment(draw.random(), within) * length_s for _ in choices)
    first = [index % 2 for index in range(len(choices))]
    draw.shuffle(first)
    lag_s = 0.5 / rate_per_s
    planned = [
        Arrival(
            due_s + time * length_s + (lag_s if turn not in (-1, (goes_first + time) % 2) else 0.0),
            choice,
            draw.getrandbits(48),
        )
        for time in range(times)
        for due_s, choice, goes_first in zip(moments, choices, first, strict=True)
    ]
    return tuple(sorted(planned, key=lambda arrival: arrival.due_s))


def _moment(chance: float, within: Sequence[float]) -> float:
    """The moment (0 to 1) before which a share `chance` of the arrivals falls."""
    if not within:
        return chance
    left = chance * math.fsum(within)
    for place, density in enumerate(within):
        if left < density:
            return (place + left / density) / len(within)
        left -= density
    return 1.0


def _dealt(pair: int, per_round: float) -> int:
    """How many this round gets, so that `n` rounds together get n × per_round, give or take one."""
    # Half a share ahead, so that what comes less than once a round comes early rather than late.
    return math.floor((pair + 1) * per_round + 0.5) - math.floor(pair * per_round + 0.5)
