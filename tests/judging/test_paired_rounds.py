from __future__ import annotations

import math

import pytest
from scipy.stats import binom, ttest_1samp
from tests.judging.load_measurements import WOBBLE, load_test

from gonogo.judging.paired_rounds import (
    Paired,
    alpha_at,
    binomial_tail,
    holm,
    paired,
    pairs_needed,
    student_quantile,
)


def test_the_p_value_is_that_of_a_one_sided_t_test() -> None:
    steps = [0.03 + w for w in WOBBLE[:12]]
    rounds = paired(load_test(slower={"all:log_mean": math.exp(0.03)})["all:log_mean"])
    assert rounds is not None
    assert rounds.p_not_slower == pytest.approx(ttest_1samp(steps, 0.0, alternative="greater").pvalue)


def test_the_interval_is_that_of_a_t_test() -> None:
    steps = [0.03 + w for w in WOBBLE[:12]]
    rounds = paired(load_test(slower={"all:log_mean": math.exp(0.03)})["all:log_mean"])
    assert rounds is not None
    interval = ttest_1samp(steps, 0.0).confidence_interval(0.95)
    assert (rounds.bound(0.025), rounds.bound(0.975)) == pytest.approx((interval.low, interval.high))


def test_one_pair_is_no_pairing() -> None:
    assert paired(load_test(pairs=1)["all:log_mean"]) is None
    assert paired(None) is None


def test_rounds_without_any_spread_are_certain() -> None:
    assert Paired(mean=0.1, error=0.0, pairs=8).p_not_slower == 0.0
    assert Paired(mean=0.0, error=0.0, pairs=8).p_not_slower == 1.0
    assert Paired(mean=-0.1, error=0.0, pairs=8).p_not_slower == 1.0


def test_early_looks_spend_less_of_the_error_rate() -> None:
    assert alpha_at(6) < alpha_at(8) < alpha_at(12) == alpha_at(24) == 0.0025


def test_holm_stops_at_the_first_that_fails() -> None:
    p_values = {"a": 0.001, "b": 0.002, "c": 0.04, "d": 0.0001}
    assert holm(p_values, 0.01) == {"a", "b", "d"}
    assert holm({"a": 0.009, "b": 0.009}, 0.01) == frozenset()
    assert holm({}, 0.01) == frozenset()


def test_the_pairs_needed_are_the_fewest_that_settle_it() -> None:
    margin, floor = math.log(1.1), math.log(1.05)
    rounds = Paired(mean=0.02, error=0.05, pairs=8)
    needed = pairs_needed(rounds, floor=floor, margin=margin, confidence=0.95)
    assert needed is not None
    deviation = 0.05 * math.sqrt(8)

    def upper(pairs: int) -> float:
        return 0.02 + student_quantile(0.95, pairs - 1) * deviation / math.sqrt(pairs)

    assert upper(needed) < margin <= upper(needed - 1)


def test_a_difference_that_no_number_of_pairs_settles_promises_none() -> None:
    margin, floor = math.log(1.1), math.log(1.05)
    assert (
        pairs_needed(Paired(mean=0.05, error=3.0, pairs=8), floor=floor, margin=margin, confidence=0.95)
        is None
    )


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (1, 1), (5, 8), (40, 41), (8, 8)])
def test_the_binomial_tail_is_exact(successes: int, trials: int) -> None:
    assert binomial_tail(successes, trials, 0.4) == pytest.approx(binom.sf(successes - 1, trials, 0.4))
