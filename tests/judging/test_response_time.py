from __future__ import annotations

import math
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judging.load_measurements import all_of, change, criterion, load_test

from gonogo.judging.response_time import judge_no_slower, unsettled
from gonogo.model import Judgement, MeasuredDifference, ReasonCode, Ruling


def judged(found: dict[str, MeasuredDifference], limit: float = 10.0) -> Judgement:
    return judge_no_slower(criterion(limit), all_of(found))


def test_equal_versions_are_no_slower() -> None:
    judgement = judged(load_test())
    assert judgement.ruling is Ruling.MET
    assert judgement.reason == (
        "No slower: The whole mix typically takes 20.0 ms instead of 20.0 ms (−0.1%, between −1.0% and +0.9%), "
        "at most +0.7% with 95% confidence; the limit is 10%. 12 pairs of rounds, 1,200 journeys a side."
    )
    assert judgement.evidence == ("load:all:log_mean",)


def test_a_slower_mix_is_not_met_and_the_sentence_holds_the_numbers() -> None:
    found = load_test(slower={"all:*": 1.18})
    judgement = judged(found)
    assert judgement.ruling is Ruling.NOT_MET
    assert judgement.code is ReasonCode.SLOWER
    assert judgement.reason == (
        "The whole mix takes 71 ms instead of 60 ms for 1 in 20 requests (+18%, between +16% and +20%). "
        "Seen beyond chance over 12 pairs of rounds; the limit is 10%."
    )


def test_one_slow_journey_is_enough_though_the_mix_hardly_moves() -> None:
    judgement = judged(load_test(slower={"Rent search:*": 2.0, "all:*": 1.03}))
    assert judgement.ruling is Ruling.NOT_MET
    assert judgement.reason.startswith(
        "Rent search takes 120 ms instead of 60 ms for 1 in 20 requests (+100%, between"
    )
    assert set(judgement.evidence) == {"load:Rent search:log_mean", "load:Rent search:log_p95"}


def test_one_slow_endpoint_of_a_journey_is_enough() -> None:
    parts = {"Rent search": ("GET /search", "GET /open")}
    found = load_test(slower={"Rent search > GET /open:*": 1.5}, endpoints=parts)
    judgement = judged(found)
    assert judgement.ruling is Ruling.NOT_MET
    assert judgement.reason.startswith(
        "Rent search: GET /open takes 90 ms instead of 60 ms for 1 in 20 requests"
    )


@pytest.mark.parametrize(("statistic", "who"), [("log_p95", "1 in 20"), ("log_p98", "1 in 50")])
def test_a_slower_tail_alone_is_slower(statistic: str, who: str) -> None:
    judgement = judged(load_test(slower={f"all:{statistic}": 1.5}))
    assert judgement.ruling is Ruling.NOT_MET
    assert f"for {who} requests (+50%" in judgement.reason
    assert ", though not typically: its times spread further than today." in judgement.reason


@pytest.mark.parametrize(
    ("statistic", "just_below", "just_above"),
    [("log_mean", 1.045, 1.06), ("log_p95", 1.09, 1.12), ("log_p98", 1.18, 1.22)],
)
def test_a_certain_slowdown_counts_from_its_floor_on(
    statistic: str, just_below: float, just_above: float
) -> None:
    certain = 0.1
    below = load_test(slower={f"all:{statistic}": just_below}, noise=certain)
    above = load_test(slower={f"all:{statistic}": just_above}, noise=certain)
    assert judged(below).ruling is Ruling.MET
    assert judged(above).ruling is Ruling.NOT_MET


def test_the_floors_move_with_the_limit() -> None:
    found = load_test(slower={"all:log_mean": 1.08}, noise=0.1)
    assert judged(found, limit=10.0).ruling is Ruling.NOT_MET
    assert judged(found, limit=20.0).ruling is Ruling.MET


def test_a_faster_upgrade_is_no_slower() -> None:
    judgement = judged(load_test(slower={"all:*": 0.8, "Rent search:*": 0.7}))
    assert judgement.ruling is Ruling.MET
    assert "−20%" in judgement.reason


def test_what_is_too_noisy_cannot_be_told_and_says_how_much_more_is_needed() -> None:
    judgement = judged(load_test(slower={"all:*": 1.03}, noise=12.0))
    assert judgement.ruling is Ruling.INCONCLUSIVE
    assert judgement.code is ReasonCode.CANNOT_TELL
    assert judgement.reason == (
        "Cannot tell: The whole mix typically takes 20.4 ms instead of 20.0 ms (+2.1%, between −8.7% and +14%) "
        "over 12 pairs of rounds. The limit is 10%. About 5 more pairs of rounds would settle it."
    )


def test_a_busy_machine_is_named_as_the_cause_of_the_noise() -> None:
    found = load_test(slower={"all:*": 1.03}, noise=12.0)
    change(found, "generator:foreign_ratio", baseline=0.4, candidate=0.57)
    reason = judged(found).reason
    assert reason.endswith("Other programs used 57% of this machine meanwhile: run it when that is quieter.")


@pytest.mark.parametrize(
    ("foreign_ratio", "factor", "ruling"),
    [
        (0.05, 1.14, Ruling.NOT_MET),
        (0.83, 1.14, Ruling.INCONCLUSIVE),
        (0.83, 1.35, Ruling.INCONCLUSIVE),
        (0.76, 1.46, Ruling.INCONCLUSIVE),
        (0.30, 1.35, Ruling.NOT_MET),
        (0.83, 2.0, Ruling.NOT_MET),
        (0.83, 1.0, Ruling.MET),
    ],
    ids=[
        "quiet and slower", "busy and a little slower", "busy and slower", "as seen of a sound release",
        "hardly busy and slower",
        "busy and twice as slow", "busy and the same",
    ],
)  # fmt: skip
def test_beside_busy_neighbours_only_what_is_beyond_the_margin_is_held_against_the_upgrade(
    foreign_ratio: float, factor: float, ruling: Ruling
) -> None:
    found = load_test(slower={"all:*": factor}, noise=7.0)
    change(found, "generator:foreign_ratio", baseline=foreign_ratio, candidate=foreign_ratio)
    assert judged(found).ruling is ruling


def test_a_baseline_that_cannot_keep_up_is_named_as_the_cause_of_the_noise() -> None:
    found = load_test(slower={"all:*": 1.03}, noise=12.0)
    change(found, "all:overrun_ratio", baseline=3.4, candidate=3.6)
    assert "took 3.4 times as long as the load was meant to last: lower it." in judged(found).reason


def test_an_endpoint_is_not_told_beside_its_own_journey() -> None:
    parts = {"Rent search": ("GET /search", "GET /open")}
    slower = {"Rent search > GET /open:*": 1.5, "Rent search:*": 1.3}
    reason = judged(load_test(slower=slower, endpoints=parts)).reason
    assert reason.startswith("Rent search takes 78 ms instead of 60 ms")
    assert "GET /open" not in reason


def test_a_journey_that_looks_slower_keeps_the_answer_open() -> None:
    found = load_test(pairs=8)
    # +9% with a standard error of 3.3%: p = 0.015, not yet beyond chance for one of three journeys.
    change(found, "Rent search:log_mean", mean_difference=0.09, sd_difference=0.093)
    judgement = judged(found)
    assert judgement.ruling is Ruling.INCONCLUSIVE
    assert judgement.code is ReasonCode.CANNOT_TELL
    assert judgement.reason.startswith(
        "Cannot tell: Rent search typically takes 21.9 ms instead of 20.0 ms (+9.4%"
    )
    assert "It looks slower, but could still be chance." in judgement.reason


@pytest.mark.parametrize("pairs", [0, 1, 2, 5])
def test_too_few_pairs_prove_nothing_however_equal_they_are(pairs: int) -> None:
    found = load_test(pairs=max(pairs, 1), noise=0.0)
    for key in list(found):
        if found[key].pairs:
            change(found, key, pairs=pairs)
    assert judged(found).ruling is Ruling.INCONCLUSIVE


@pytest.mark.parametrize("pairs", [2, 5])
def test_too_few_pairs_prove_nothing_however_different_they_are(pairs: int) -> None:
    assert judged(load_test(pairs=pairs, slower={"all:*": 3.0})).code is ReasonCode.CANNOT_TELL


def test_six_pairs_are_enough_for_a_large_difference() -> None:
    assert judged(load_test(pairs=6, slower={"all:*": 2.0})).ruling is Ruling.NOT_MET


def test_no_measurement_at_all_is_inconclusive() -> None:
    judgement = judge_no_slower(criterion(), ())
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NO_SAMPLES)


@pytest.mark.parametrize(
    ("side", "words"), [("baseline_samples", "version in use"), ("candidate_samples", "upgrade")]
)
def test_a_side_without_samples_is_inconclusive(side: str, words: str) -> None:
    found = load_test()
    change(found, "all:error_ratio", **{side: 0})
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NO_SAMPLES)
    assert words in judgement.reason


def test_no_answer_to_one_journey_is_inconclusive() -> None:
    found = load_test()
    for statistic in ("log_mean", "log_p95", "log_p98"):
        change(found, f"Log repair:{statistic}", candidate_samples=0, pairs=0)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NO_SAMPLES)
    assert judgement.reason == "Log repair was never answered on the upgrade."


def test_a_journey_missing_altogether_is_inconclusive() -> None:
    found = {key: one for key, one in load_test().items() if not key.startswith("Log repair")}
    change(found, "all:error_ratio", baseline_samples=1200, candidate_samples=1200)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.EVIDENCE_MISSING)
    assert judgement.reason == "Measurements are there for 80% of the planned mix of journeys only."


def test_rounds_that_cannot_be_paired_are_inconclusive() -> None:
    found = load_test()
    change(found, "Log repair:log_p95", pairs=0)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NOT_COMPARABLE)


@pytest.mark.parametrize(
    ("key", "fields", "code"),
    [
        ("all:offered_per_s", {"candidate": 40.0}, ReasonCode.NOT_COMPARABLE),
        ("all:users", {"candidate": 12.0}, ReasonCode.NOT_COMPARABLE),
        ("all:error_ratio", {"candidate_samples": 900}, ReasonCode.NOT_COMPARABLE),
        ("generator:cpu_ratio", {"candidate": 0.97}, ReasonCode.GENERATOR_SATURATED),
        ("generator:late_p95_ms", {"baseline": 15.0}, ReasonCode.GENERATOR_SATURATED),
        ("all:error_ratio", {"baseline": 0.2, "candidate": 0.2}, ReasonCode.BASELINE_UNUSABLE),
        ("all:error_ratio", {"candidate": 0.2}, ReasonCode.NOT_COMPARABLE),
        ("Rent search:error_ratio", {"candidate": 0.2}, ReasonCode.NOT_COMPARABLE),
        ("Rent search:bytes_mean", {"candidate": 900.0}, ReasonCode.NOT_COMPARABLE),
    ],
)
def test_an_unsound_load_test_is_inconclusive_for_its_own_reason(
    key: str, fields: dict[str, float], code: ReasonCode
) -> None:
    found = load_test()
    change(found, key, **fields)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, code)
    assert judgement.reason


def test_a_lost_user_is_no_other_load_at_a_fixed_rate_but_is_one_for_fixed_users() -> None:
    found = load_test()
    change(found, "all:users", candidate=19.0)
    assert judged(found).ruling is Ruling.MET
    change(found, "all:offered_per_s", baseline=0.0, candidate=0.0)
    assert judged(found).code is ReasonCode.NOT_COMPARABLE


def test_a_journey_that_came_more_often_on_one_side_is_not_comparable() -> None:
    found = load_test()
    change(found, "Rent search:error_ratio", candidate_samples=720)
    change(found, "Log repair:error_ratio", candidate_samples=120)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NOT_COMPARABLE)
    assert judgement.reason == (
        "Log repair was 20% of the load on the version in use and 10% on the upgrade."
    )


def test_users_that_wait_for_answers_may_do_less_on_the_slower_side() -> None:
    found = load_test(slower={"all:*": 1.5, "Rent search:*": 1.5})
    change(found, "all:offered_per_s", baseline=0.0, candidate=0.0)
    for key in [key for key in found if key.endswith(":error_ratio")]:
        change(found, key, candidate_samples=round(found[key].candidate_samples * 0.7))
    assert judged(found).code is ReasonCode.SLOWER


@pytest.mark.parametrize(
    "gone", ["generator:cpu_ratio", "generator:late_p95_ms", "all:offered_per_s", "all:users"]
)
def test_not_knowing_how_the_load_was_made_is_inconclusive(gone: str) -> None:
    found = load_test()
    del found[gone]
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.EVIDENCE_MISSING)


def test_an_upgrade_that_fails_everything_is_not_met() -> None:
    found = load_test()
    for key in list(found):
        if "log_" in key:
            change(found, key, candidate_samples=0, pairs=0, mean_difference=0.0)
        if key.endswith("error_ratio"):
            change(found, key, candidate=1.0)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.NOT_MET, ReasonCode.MORE_ERRORS)
    assert "failed all of 1,200 journeys" in judgement.reason


def test_a_failing_baseline_is_not_held_against_the_upgrade() -> None:
    found = load_test(slower={"all:*": 2.0})
    change(found, "all:error_ratio", baseline=1.0, candidate=1.0)
    assert judged(found).code is ReasonCode.BASELINE_UNUSABLE


def test_numbers_that_are_not_finite_prove_nothing() -> None:
    found = load_test()
    change(found, "all:log_mean", mean_difference=math.nan)
    assert judged(found).ruling is Ruling.INCONCLUSIVE


def test_identical_rounds_are_no_slower() -> None:
    assert judged(load_test(noise=0.0)).ruling is Ruling.MET


def test_measurements_of_another_stage_do_not_count() -> None:
    other = all_of(load_test())
    renamed = tuple(
        MeasuredDifference(
            **{f: getattr(o, f) for f in o.__struct_fields__ if f != "key"}, key=f"soak{o.key[4:]}"
        )
        for o in other
    )
    assert judge_no_slower(criterion(), renamed).code is ReasonCode.NO_SAMPLES


def test_the_order_of_measurements_does_not_matter() -> None:
    found = list(all_of(load_test(slower={"Rent search:*": 1.3, "Log repair:*": 1.3})))
    first = judge_no_slower(criterion(), tuple(found))
    random.Random(7).shuffle(found)
    assert judge_no_slower(criterion(), tuple(found)) == first


@given(
    st.sampled_from(
        [
            {},
            {"Rent search:*": 1.5},
            {"all:*": 1.2},
            {"all:log_p98": 1.6},
            {"Rent search > GET /open:*": 1.5},
        ]
    ),
    st.integers(0, 2**48 - 1),
)
@settings(max_examples=400, deadline=None)
def test_taking_measurements_away_never_makes_it_no_slower(slower: dict[str, float], taken: int) -> None:
    parts = {"Rent search": ("GET /search", "GET /open")}
    found = load_test(slower=slower, endpoints=parts)
    before = judged(found).ruling
    left = {
        key: one for place, (key, one) in enumerate(sorted(found.items())) if not taken >> (place % 48) & 1
    }
    after = judged(left).ruling
    if before is not Ruling.MET:
        assert after is not Ruling.MET
    essential = [key for key in found if not key.endswith(("foreign_ratio", "overrun_ratio", "p50_ms"))]
    # An endpoint's error ratio and count serve the reader only.
    essential = [key for key in essential if not (" > " in key and "log_" not in key)]
    essential = [key for key in essential if not (" > " in key and "log_p98" in key)]
    if any(key not in left for key in essential):
        assert after is not Ruling.MET


def test_a_journey_is_settled_when_it_alone_is_shown_to_be_no_slower() -> None:
    found = load_test()
    assert unsettled(criterion(), all_of(found)) == ()
    change(found, "Log repair:log_mean", sd_difference=0.3)
    assert unsettled(criterion(), all_of(found)) == ("Log repair",)
    change(found, "Rent search:log_mean", pairs=1)
    assert unsettled(criterion(), all_of(found)) == ("Log repair", "Rent search")


def test_a_rare_journey_is_settled_by_less() -> None:
    slower = {"Log repair:log_mean": 1.08, "Rent search:log_mean": 1.08}
    found = load_test(slower=slower, noise=4.0)
    assert unsettled(criterion(), all_of(found)) == ("Log repair", "Rent search")
    rare = {
        key: msgspec.structs.replace(one, weight=0.05)
        for key, one in found.items()
        if key.startswith("Log repair:")
    }
    assert unsettled(criterion(), all_of({**found, **rare})) == ("Rent search",)
