"""Which checks are worth carrying out again before their difference is believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gonogo.model import Change, CheckResult, Difference, Finding, Priority, Record, Snapshot, StageRun

OF_EACH_CAUSE = 2
"""How many checks of one cause are repeated: the others fail for the same reason."""


class Choice(Record, frozen=True, kw_only=True):
    """What is repeated of one stage.

    Attributes:
        keys: checks to carry out again, the most important first.
        left_out: checks with a difference that are not, because others stand for them or there are too many.
    """

    keys: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def choose_repeats(
    differences: Iterable[Difference], runs: Iterable[StageRun], *, most: int, time_limit_s: float
) -> Choice:
    """Choose the checks of one stage to carry out again.

    Of every cause one check comes first, then a second one; must-haves before the rest. Snapshots and findings
    are seen again by repeating the check that took them.

    Args:
        differences: of the stage, as compared after the first pass.
        runs: the stage's first passes.
        most: how many checks at most.
        time_limit_s: seconds that these checks took in the first pass, all together and on both sides.
    """
    runs = tuple(runs)
    owners, seconds = _owners(runs), _seconds(runs)
    of_cause: dict[str, int] = defaultdict(int)
    places: dict[str, tuple[int, int, str]] = {}
    for difference in sorted(differences, key=lambda d: (_RANK[d.priority], d.key)):
        owner = difference.key if difference.subject == "check" else owners.get(difference.key, "")
        if difference.change is not Change.REGRESSED or difference.expected or owner not in seconds:
            continue
        if difference.is_manual:  # only people can walk it again
            continue
        cause = difference.cause or difference.key
        place = of_cause[cause], _RANK[difference.priority], owner
        of_cause[cause] += 1
        places[owner] = min(places.get(owner, place), place)
    return _within(sorted(places.values()), seconds, most, time_limit_s)


_RANK = {Priority.MUST: 0, Priority.SHOULD: 1, Priority.COULD: 2}


def _within(
    places: list[tuple[int, int, str]], seconds: Mapping[str, float], most: int, time_limit_s: float
) -> Choice:
    keys: list[str] = []
    left_out: list[str] = []
    spent_s = 0.0
    for nth_of_cause, _, key in places:
        fits = not keys or spent_s + seconds[key] <= time_limit_s
        if nth_of_cause < OF_EACH_CAUSE and len(keys) < most and fits:
            keys.append(key)
            spent_s += seconds[key]
        else:
            left_out.append(key)
    return Choice(keys=tuple(keys), left_out=tuple(left_out))


def _owners(runs: tuple[StageRun, ...]) -> dict[str, str]:
    """Snapshots and findings → the check that took them."""
    seen = (o for run in runs for o in run.observations)
    return {o.key: o.check for o in seen if isinstance(o, Snapshot | Finding)}


def _seconds(runs: tuple[StageRun, ...]) -> dict[str, float]:
    """Checks → seconds they took on all sides."""
    found: dict[str, float] = defaultdict(float)
    for run in runs:
        for seen in run.observations:
            if isinstance(seen, CheckResult):
                found[seen.key] += seen.duration_s
    return found
