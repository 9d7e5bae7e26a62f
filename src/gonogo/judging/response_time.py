"""Is the upgrade slower? Three answers: no slower, slower, cannot tell (and how much load would tell).

The rule, for a margin of m% (the criterion's limit), over pairs of interleaved rounds:

- **Slower** when, beyond chance, the whole mix, a journey or an endpoint got slower by more than m/2 on
  average or by m for 1 in 20 requests, or the whole mix by 2m for 1 in 50. "Beyond chance" is a one-sided
  Student's t over the pairs; over the journeys it is corrected for their number (Holm).
- **No slower** when it is not, and the mean of the whole mix is below m with 95% confidence, and no
  journey looks slower (p below `DOUBT_ALPHA`) without it being shown.
- **Cannot tell** otherwise, and whenever the load itself was not sound (`load_doubts`).

No slower is never the answer to missing, one-sided, failing or unlike measurements. The rule's error rates
are in `docs/explanation/load-statistics.md`; `benchmarks/load_simulation.py` measures them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gonogo.judging.load_doubts import doubt_about_generator, doubt_about_load, doubt_about_times
from gonogo.judging.load_evidence import (
    BUSY_MACHINE,
    OVERALL,
    PART_STATISTICS,
    LoadEvidence,
    busy_machine,
    foreign_share,
    too_much_load,
)
from gonogo.judging.paired_rounds import MINIMUM_PAIRS, Paired, alpha_at, holm, paired, pairs_needed
from gonogo.judging.request_errors import judge_no_more_errors
from gonogo.judging.response_words import pairs_of_rounds, percent, plain_percent, sentence
from gonogo.judging.rulings import judgement
from gonogo.model import Criterion, Judgement, MeasuredDifference, ReasonCode, Ruling

__all__ = ["Confirmation", "judge_no_more_errors", "judge_no_slower", "unsettled"]

CONFIDENCE = 0.95
"""Of the upper bound that must lie below the margin."""

DOUBT_ALPHA = 0.02
"""A journey whose slowdown is this unlikely to be chance keeps the answer open."""

CONFIRMING_PAIRS = 6
"""So many pairs after a slowdown first showed, it must show over all of them as well to be believed."""

BEYOND_DOUBT = 0.999
"""Of the lower bound that spares a slowdown its confirmation when it is above the margin."""

RARE_SHARE = 0.1
RARE_MARGINS = 2.0
"""A journey that is less than this share of the mix need only be shown to stay below so many margins before
the stage may stop: it comes so seldom that one margin would take several times as long to show."""

BUSY_DRIFT = 0.8
"""By how much near-identical versions may differ over a whole run (as a difference of logs) for each unit of the
machine that others use beyond `BUSY_MACHINE`: a slowdown must exceed the margin by this as well. Seen: 46% where
others used three quarters of two processors."""

_FLOORS = {"log_mean": 0.5, "log_p95": 1.0, "log_p98": 2.0}
"""By how much of the margin a statistic must be worse before it counts, however sure it is."""

_MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slow:
    """One statistic that got slower: the measurement and its rounds."""

    measured: MeasuredDifference
    rounds: Paired


def judge_no_slower(criterion: Criterion, measured: tuple[MeasuredDifference, ...]) -> Judgement:
    """Whether response times are shown to be no more than `limit` percent worse.

    Args:
        criterion: of kind NO_SLOWER; `limit` is the margin in percent, above 0.
        measured: all measurements of the stage; others are ignored.

    Returns:
        NOT_MET with SLOWER, or with MORE_ERRORS when everything fails; MET; else INCONCLUSIVE with its
        own code: NO_SAMPLES, EVIDENCE_MISSING, NOT_COMPARABLE, GENERATOR_SATURATED, BASELINE_UNUSABLE
        or CANNOT_TELL.
    """
    evidence = LoadEvidence(criterion.stage, measured)
    failing = evidence.failing_everything()
    if failing is not None:
        count = f"{failing.candidate_samples:,}"
        reason = f"The upgrade failed all of {count} journeys, so it has no response time to accept."
        return judgement(
            criterion, Ruling.NOT_MET, reason, code=ReasonCode.MORE_ERRORS, evidence=(failing.key,)
        )
    doubt = doubt_about_load(evidence) or doubt_about_generator(evidence)
    if doubt is None:
        slower = _slower(evidence, criterion)
        if slower:
            return _not_met(criterion, slower)
        doubt = doubt_about_times(evidence)
    if doubt is not None:
        return judgement(
            criterion, Ruling.INCONCLUSIVE, doubt.reason, code=doubt.code, evidence=doubt.evidence
        )
    return _met_or_open(criterion, evidence)


def unsettled(criterion: Criterion, measured: tuple[MeasuredDifference, ...]) -> tuple[str, ...]:
    """The journeys that are not each shown to be no slower, by name: worth more pairs while there is time.

    The answer for the whole mix does not wait for them; a stage with time to spare may. Of a rare journey less
    is asked (`RARE_SHARE`).
    """
    evidence = LoadEvidence(criterion.stage, measured)
    margin = _margin(criterion)
    return tuple(journey for journey in evidence.journeys if not _is_settled(evidence, journey, margin))


class Confirmation:
    """Believes a slowdown when it shows again, `CONFIRMING_PAIRS` pairs after it first did.

    Of many looks at many journeys one is impressed by chance now and then; over further pairs chance fades and a
    slowdown stays. What is slower than the margin beyond doubt is believed at once. It only ever puts an answer
    off, so that fewer equal versions are called slower with it than without.
    """

    def __init__(self, criterion: Criterion) -> None:
        self._criterion = criterion
        self._first_shown_at: int | None = None

    def is_confirmed(self, measured: tuple[MeasuredDifference, ...], pairs: int) -> bool:
        """To be asked at every look at which the criterion is not met, in order."""
        if self._first_shown_at is None:
            self._first_shown_at = pairs
        if pairs - self._first_shown_at >= CONFIRMING_PAIRS:
            return True
        margin = _margin(self._criterion)
        evidence = LoadEvidence(self._criterion.stage, measured)
        return any(one.rounds.bound(1 - BEYOND_DOUBT) > margin for one in _slower(evidence, self._criterion))


def _is_settled(evidence: LoadEvidence, journey: str, margin: float) -> bool:
    measured = evidence.get(journey, "log_mean")
    rounds = paired(measured)
    if measured is None or rounds is None:
        return False
    allowed = margin * RARE_MARGINS if measured.weight < RARE_SHARE else margin
    return rounds.bound(CONFIDENCE) < allowed


def _margin(criterion: Criterion) -> float:
    return math.log1p(max(criterion.limit, 0.0) / 100.0)


def _floor(criterion: Criterion, statistic: str) -> float:
    return math.log1p(max(criterion.limit, 0.0) / 100.0 * _FLOORS[statistic])


def _slower(evidence: LoadEvidence, criterion: Criterion) -> list[_Slow]:
    """What got slower beyond chance and beyond its floor: parts first, worst first, then the whole mix.

    Beside busy neighbours one side can be hit harder than the other for the whole run, which pairs do not
    show. There only what is slower than the margin by more than that, chance left aside, is held against the
    upgrade.
    """
    others = foreign_share(evidence)
    drift = BUSY_DRIFT * (others - BUSY_MACHINE)
    least = _margin(criterion) + drift if others > BUSY_MACHINE else -math.inf

    def counts(one: _Slow) -> bool:
        return _is_beyond_floor(one, criterion) and one.rounds.bound(1 - CONFIDENCE) > least

    parts: dict[str, _Slow] = {}
    for subject in evidence.parts:
        for statistic in PART_STATISTICS:
            found = _rounds_of(evidence.get(subject, statistic))
            if found is not None:
                parts[found.measured.key] = found
    pairs = max((one.rounds.pairs for one in parts.values()), default=0)
    held = holm({key: one.rounds.p_not_slower for key, one in parts.items()}, alpha_at(pairs))
    slow = [parts[key] for key in held if counts(parts[key])]
    slow.sort(key=lambda one: (-one.rounds.mean, one.measured.key))
    for statistic in _FLOORS:
        found = _rounds_of(evidence.get(OVERALL, statistic))
        if found is None or found.rounds.p_not_slower > alpha_at(found.rounds.pairs):
            continue
        if counts(found):
            slow.append(found)
    return slow


def _rounds_of(measured: MeasuredDifference | None) -> _Slow | None:
    rounds = paired(measured)
    if measured is None or rounds is None or rounds.pairs < MINIMUM_PAIRS:
        return None
    return _Slow(measured=measured, rounds=rounds)


def _is_beyond_floor(one: _Slow, criterion: Criterion) -> bool:
    return one.rounds.mean > _floor(criterion, one.measured.statistic)


def _not_met(criterion: Criterion, slower: list[_Slow]) -> Judgement:
    told = _one_a_subject(slower)
    shown = told[:_MOST_SENTENCES]
    sentences = ". ".join(_with_tail(one, slower) for one in shown)
    more = f" {len(told) - len(shown)} more got slower." if len(told) > len(shown) else ""
    pairs = pairs_of_rounds(shown[0].rounds.pairs)
    reason = f"{sentences}.{more} Seen beyond chance over {pairs}; the limit is {_plain(criterion)}."
    return judgement(
        criterion,
        Ruling.NOT_MET,
        reason,
        code=ReasonCode.SLOWER,
        evidence=[one.measured.key for one in slower],
    )


def _one_a_subject(slower: list[_Slow]) -> list[_Slow]:
    """One statistic a subject, no endpoint beside its own journey. What 1 in 20 wait says most."""
    told: dict[str, _Slow] = {}
    for one in slower:
        subject = one.measured.key.rpartition(":")[0]
        if subject not in told or one.measured.statistic == "log_p95":
            told[subject] = one
    return [
        one
        for subject, one in told.items()
        if subject.partition(" > ")[0] == subject or (subject.partition(" > ")[0] not in told)
    ]


def _with_tail(one: _Slow, slower: list[_Slow]) -> str:
    """The sentence; where only the slow end moved, it says that the spread changed and the middle did not."""
    subject = one.measured.key.rpartition(":")[0]
    moved = {other.measured.statistic for other in slower if other.measured.key.startswith(f"{subject}:")}
    only_tail = "" if "log_mean" in moved else ", though not typically: its times spread further than today"
    return sentence(one.measured, one.rounds) + only_tail


def _met_or_open(criterion: Criterion, evidence: LoadEvidence) -> Judgement:
    whole = evidence.get(OVERALL, "log_mean")
    rounds = paired(whole)
    if whole is None or rounds is None or rounds.pairs < MINIMUM_PAIRS:
        pairs = whole.pairs if whole is not None else 0
        reason = f"Cannot tell: only {pairs_of_rounds(pairs)}; {MINIMUM_PAIRS} are needed at least."
        keys = (whole.key,) if whole is not None else ()
        return judgement(criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.CANNOT_TELL, evidence=keys)
    doubtful = _looks_slower(criterion, evidence)
    if doubtful is not None:
        return _open(criterion, evidence, doubtful, "It looks slower, but could still be chance.")
    if not rounds.bound(CONFIDENCE) < _margin(criterion):
        return _open(
            criterion, evidence, _Slow(measured=whole, rounds=rounds), f"The limit is {_plain(criterion)}."
        )
    requests = evidence.get(OVERALL, "error_ratio")
    count = requests.candidate_samples if requests is not None else whole.candidate_samples
    reason = (
        f"No slower: {sentence(whole, rounds)}, at most {percent(rounds.bound(CONFIDENCE))} with 95% "
        f"confidence; the limit is {_plain(criterion)}. "
        f"{pairs_of_rounds(rounds.pairs).capitalize()}, {count:,} journeys a side."
    )
    return judgement(criterion, Ruling.MET, reason, evidence=(whole.key,))


def _looks_slower(criterion: Criterion, evidence: LoadEvidence) -> _Slow | None:
    found = [_rounds_of(evidence.get(journey, "log_mean")) for journey in evidence.journeys]
    looking = [
        one
        for one in found
        if one is not None and one.rounds.p_not_slower < DOUBT_ALPHA and _is_beyond_floor(one, criterion)
    ]
    return max(looking, key=lambda one: (one.rounds.mean, one.measured.key), default=None)


def _open(criterion: Criterion, evidence: LoadEvidence, one: _Slow, because: str) -> Judgement:
    needed = pairs_needed(
        one.rounds,
        floor=_floor(criterion, "log_mean"),
        margin=_margin(criterion),
        confidence=CONFIDENCE,
    )
    if needed is None:
        advice = "More rounds alone would not settle it."
    elif needed > one.rounds.pairs:
        more = needed - one.rounds.pairs
        advice = f"About {more} more {'pair' if more == 1 else 'pairs'} of rounds would settle it."
    else:
        advice = "A few more pairs of rounds would settle it."
    reason = (
        f"Cannot tell: {sentence(one.measured, one.rounds)} over {pairs_of_rounds(one.rounds.pairs)}. "
        f"{because} {advice}{busy_machine(evidence)}{too_much_load(evidence)}"
    )
    return judgement(
        criterion, Ruling.INCONCLUSIVE, reason, code=ReasonCode.CANNOT_TELL, evidence=(one.measured.key,)
    )


def _plain(criterion: Criterion) -> str:
    return plain_percent(_margin(criterion))
