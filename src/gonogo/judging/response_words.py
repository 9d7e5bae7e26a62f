"""How response times, percentages and pairs of rounds are put into words."""

from __future__ import annotations

import math

from gonogo.judging.paired_rounds import Paired
from gonogo.model import MeasuredDifference

_AS_FACTOR = math.log(3.0)
"""From threefold on, a factor reads better than a percentage."""

_SMALL = math.log(1.1)
"""Up to a tenth, two times in whole milliseconds may look equal, or further apart than they are."""

_FOR_WHOM = {
    "log_mean": "typically takes {} instead of {}",
    "log_p95": "takes {} instead of {} for 1 in 20 requests",
    "log_p98": "takes {} instead of {} for 1 in 50 requests",
}


def sentence(measured: MeasuredDifference, rounds: Paired) -> str:
    """`Rent search takes 212 ms instead of 180 ms for 1 in 20 requests (+18%, between +12% and +24%)`.

    The times are those of a typical round (the geometric mean over rounds), so that they agree with the
    percentage; the interval holds the true difference with 95% confidence.
    """
    is_fine = abs(rounds.mean) < _SMALL
    times = _FOR_WHOM[measured.statistic].format(
        milliseconds(measured.baseline + rounds.mean, is_fine=is_fine),
        milliseconds(measured.baseline, is_fine=is_fine),
    )
    show = times_over if rounds.mean >= _AS_FACTOR else percent
    between = f"between {show(rounds.bound(0.025))} and {show(rounds.bound(0.975))}"
    return f"{measured.title} {times} ({show(rounds.mean)}, {between})"


def milliseconds(log_ms: float, *, is_fine: bool = False) -> str:
    """A time given as ln(ms): `4.2 ms`, `212 ms`, `12.4 s`; finely, `4.21 ms`, `20.3 ms`."""
    value = math.exp(min(log_ms, 50.0))
    if is_fine and value < 99.95:
        return f"{value:.2f} ms" if value < 9.995 else f"{value:.1f} ms"
    if value < 9.95:
        return f"{value:.1f} ms"
    if value < 9_999.5:
        return f"{value:,.0f} ms"
    return f"{value / 1000:,.1f} s"


def percent(log_ratio: float) -> str:
    """A difference of logs as a change: `+18%`, `−3.1%`."""
    change = (math.exp(min(log_ratio, 50.0)) - 1.0) * 100.0
    sign = "−" if round(change, 1) < 0 else "+"
    digits = 1 if abs(change) < 9.95 else 0
    return f"{sign}{abs(change):,.{digits}f}%"


def times_over(log_ratio: float) -> str:
    """A large difference of logs as a factor: `×7.4`."""
    return f"×{math.exp(min(log_ratio, 50.0)):,.1f}"


def plain_percent(log_ratio: float) -> str:
    """A margin given as a difference of logs: `10%`."""
    return f"{(math.exp(log_ratio) - 1.0) * 100.0:.3g}%"


def share(ratio: float) -> str:
    """A share of requests: `0%`, `0.4%`, `12%`."""
    value = ratio * 100.0
    if value == 0.0:
        return "0%"
    return f"{value:.1f}%" if value < 9.95 else f"{value:.0f}%"


def pairs_of_rounds(count: int) -> str:
    """`1 pair of rounds`, `8 pairs of rounds`."""
    return f"{count} pair of rounds" if count == 1 else f"{count} pairs of rounds"
