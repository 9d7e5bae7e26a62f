"""Results of builds → how often the verdict is true, each rate with the interval it is known to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gonogo.corpus.builds import Kind, Visibility
from gonogo.corpus.results import BuildResult
from gonogo.judging.proportions import exact_interval
from gonogo.model import Blame, Decision, Record


class Rate(Record, frozen=True, kw_only=True):
    """A share of cases, and the interval that holds the true share with a confidence of 95%.

    `low` and `high` are 0 and 1 when there is no case at all: then nothing is known.
    """

    name: str
    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share seen; 0.0 when there is no case."""
        return self.count / self.of if self.of else 0.0


class Bar(Record, frozen=True, kw_only=True):
    """What must hold: at least this share, or with `is_ceiling` at most."""

    rate: Rate
    limit: float
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the share seen keeps to the limit; None when there is no case."""
        if not self.rate.of:
            return None
        return self.rate.share <= self.limit if self.is_ceiling else self.rate.share >= self.limit


class Score(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.truth/1"):
    """How true the verdict was.

    Attributes:
        rates: detection (of all and by visibility), discipline, blame, and false alarms.
        bars: the rates that must hold.
        misses: faults that were not detected.
        elsewhere: faults that were seen and put down to something other than the upgrade.
        false_alarms: harmless variations that led to NO_GO.
        blamed: harmless variations that anything was held against.
        not_judged: builds without a verdict, with the reason.
    """

    rates: tuple[Rate, ...]
    bars: tuple[Bar, ...]
    misses: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    false_alarms: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool | None:
        """False when a bar is missed; None when one could not be shown, or a build was not judged."""
        answers = [bar.is_met for bar in self.bars]
        if False in answers:
            return False
        return None if None in answers or self.not_judged else True


def rate(name: str, count: int, of: int) -> Rate:
    """A rate with its exact interval.

    Raises:
        ValueError: `count` is not within 0 and `of`.
    """
    low, high = exact_interval(count, of)
    return Rate(name=name, count=count, of=of, low=low, high=high)


def is_detected(result: BuildResult) -> bool:
    """Whether a fault is detected: it stops or conditions the upgrade, or its own discipline shows it.

    INCONCLUSIVE alone is no detection: it says that something could not be shown, not that it is wrong.
    """
    if result.decision in (Decision.NO_GO, Decision.GO_WITH_CONDITIONS) and held(result):
        return True
    return is_by_its_discipline(result)


def is_by_its_discipline(result: BuildResult) -> bool:
    """Whether a difference of the fault's own discipline is held against the upgrade."""
    return any(s.is_held_against_it and s.discipline is result.build.discipline for s in result.seen)


def held(result: BuildResult) -> bool:
    """Whether anything is held against the upgrade."""
    return any(seen.is_held_against_it for seen in result.seen)


def is_blamed_elsewhere(result: BuildResult) -> bool:
    """Whether something is seen, and all of it put down to something other than the upgrade."""
    others = [s for s in result.seen if s.blame not in (Blame.CANDIDATE, Blame.NONE)]
    return bool(others) and not held(result)


def score(results: Iterable[BuildResult]) -> Score:
    """How true the verdict was, over the faults and variations that were judged."""
    found = [result for result in results if result.build.kind is not Kind.REFERENCE]
    judged = [result for result in found if result.decision is not None]
    faults = [result for result in judged if result.build.kind is Kind.FAULT]
    variations = [result for result in judged if result.build.kind is Kind.VARIATION]
    detected = [result for result in faults if is_detected(result)]
    easy = [r for r in faults if r.build.visibility is not Visibility.SUBTLE]
    subtle = [r for r in faults if r.build.visibility is Visibility.SUBTLE]
    seen = [r for r in faults if held(r) or is_blamed_elsewhere(r)]
    rates = [_share("faults detected", faults, is_detected)]
    rates += [
        _share(f"{v.value} faults detected", [r for r in faults if r.build.visibility is v], is_detected)
        for v in Visibility
    ]
    bars = (
        Bar(rate=_share("blatant and ordinary faults detected", easy, is_detected), limit=1.0),
        Bar(rate=_share("subtle faults detected", subtle, is_detected), limit=0.95),
        Bar(rate=_share("of the faults seen, blamed on the upgrade", seen, held), limit=0.95),
        Bar(rate=_share("faults blamed elsewhere", faults, is_blamed_elsewhere), limit=0.0, is_ceiling=True),
        Bar(
            rate=_share("harmless variations that led to NO_GO", variations, _is_no_go),
            limit=0.0,
            is_ceiling=True,
        ),
    )
    rates += [
        _share("of the detected, by their own discipline", detected, is_by_its_discipline),
        bars[2].rate,
        bars[3].rate,
        bars[4].rate,
        _share("harmless variations that anything was held against", variations, held),
    ]
    return Score(
        rates=tuple(rates),
        bars=bars,
        misses=_names(r for r in faults if not is_detected(r)),
        elsewhere=_names(r for r in faults if is_blamed_elsewhere(r)),
        false_alarms=_names(r for r in variations if _is_no_go(r)),
        blamed=_names(r for r in variations if held(r)),
        not_judged=tuple(f"{r.build.id}: {r.problem}" for r in found if r.decision is None),
    )


def _is_no_go(result: BuildResult) -> bool:
    return result.decision is Decision.NO_GO


def _share(name: str, results: Sequence[BuildResult], holds: Callable[[BuildResult], bool]) -> Rate:
    return rate(name, sum(holds(result) for result in results), len(results))


def _names(results: Iterable[BuildResult]) -> tuple[str, ...]:
    return tuple(sorted(result.build.id for result in results))
