"""The arithmetic of `make bench`: turns, medians, ratios, and what counts as a bar met."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from benchmarks.arms import (
    Arm,
    Bar,
    Benchmark,
    Ruling,
    Sample,
    Samples,
    account,
    answer,
    answers,
    exit_code,
    run_all,
    spread_of,
    table,
    turns,
    unlike,
)

QUICKER = Bar(arm="ours", against="plain", factor=0.85)


def took(*seconds: float) -> list[Sample]:
    return [Sample(took_s=each) for each in seconds]


def ruling(bar: Bar, ours: list[Sample], plain: list[Sample]) -> Ruling:
    return answer(bar, {"ours": ours, "plain": plain}, {}).ruling


def of(*names: str, repeats: int = 1, skipped: Mapping[str, str] | None = None) -> Benchmark:
    return Benchmark(
        name="x",
        title="A title",
        arms=tuple(Arm(name=name, title=f"about {name}", run=lambda: Sample(took_s=1.0)) for name in names),
        bars=(QUICKER,),
        repeats=repeats,
        skipped=skipped or {},
    )


def test_arms_take_turns_in_order_and_then_in_reverse() -> None:
    assert turns(["A", "B", "C"], 2) == ["A", "B", "C", "C", "B", "A"]
    assert turns(["A", "B"], 3) == ["A", "B", "B", "A", "A", "B"]


def test_over_two_rounds_every_arm_runs_at_the_same_moment_on_average() -> None:
    order = turns(["A", "B", "C", "D"], 2)
    places = {arm: sum(place for place, name in enumerate(order) if name == arm) for arm in "ABCD"}
    assert len(set(places.values())) == 1


def test_no_round_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one round"):
        turns(["A"], 0)


@pytest.mark.parametrize(
    ("seconds", "median_s"), [([3.0], 3.0), ([5.0, 1.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4, 1, 3, 100], 3.5)]
)
def test_the_median_is_the_middle_one_or_the_mean_of_the_two_in_the_middle(
    seconds: list[float], median_s: float
) -> None:
    found = spread_of(seconds)
    assert (found.median_s, found.least_s, found.most_s) == (median_s, min(seconds), max(seconds))


def test_nothing_measured_has_no_median() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        spread_of([])


def test_a_spread_is_shown_with_its_extremes_in_the_unit_asked_for() -> None:
    found = spread_of([0.0105, 0.0125, 0.0145])
    assert found.text("ms") == "12.50 [10.50-14.50]"
    assert found.text("s") == "0.01 [0.01-0.01]"


def test_a_bar_compares_medians_and_not_the_extremes() -> None:
    found = answer(QUICKER, {"ours": took(8, 8, 500), "plain": took(1, 10, 10)}, {})
    assert found.ratio == pytest.approx(0.8)
    assert found.ruling is Ruling.MET


@pytest.mark.parametrize(
    ("ours_s", "expected"), [(0.85, Ruling.MET), (0.8501, Ruling.MISSED), (0.1, Ruling.MET)]
)
def test_a_bar_is_met_up_to_and_at_its_limit(ours_s: float, expected: Ruling) -> None:
    assert ruling(QUICKER, took(ours_s), took(1.0)) is expected


def test_seconds_on_top_are_allowed_beside_the_factor() -> None:
    bar = Bar(arm="ours", against="plain", factor=1.05, extra_s=0.3)
    assert bar.allowed_s(10.0) == pytest.approx(10.8)
    assert ruling(bar, took(10.79), took(10.0)) is Ruling.MET
    assert ruling(bar, took(10.81), took(10.0)) is Ruling.MISSED
    assert str(bar) == "≤ 1.05 × + 0.3 s"


def test_an_arm_that_was_not_run_shows_nothing_and_says_why() -> None:
    found = answer(QUICKER, {"ours": took(1.0)}, {"plain": "there is no browser"})
    assert found.ruling is Ruling.NOT_SHOWN
    assert "there is no browser" in found.reason
    assert answer(QUICKER, {"ours": [], "plain": took(1.0)}, {}).ruling is Ruling.NOT_SHOWN


def test_a_run_that_did_not_do_its_work_shows_nothing_however_quick_it_was() -> None:
    failed = Sample(took_s=0.01, problems=("load candidate: errored",))
    found = answer(QUICKER, {"ours": [*took(0.1), failed], "plain": took(1.0)}, {})
    assert found.ruling is Ruling.NOT_SHOWN
    assert "load candidate: errored" in found.reason


def test_an_arm_that_did_less_than_the_other_shows_nothing() -> None:
    samples: Samples = {
        "ours": [Sample(took_s=0.1, did={"uat tests": 141})],
        "plain": [Sample(took_s=1.0, did={"uat tests": 142})],
    }
    found = answer(QUICKER, samples, {})
    assert found.ruling is Ruling.NOT_SHOWN
    assert "uat tests: ours 141, plain 142" in found.reason


def test_a_kind_of_work_that_only_one_arm_did_is_noticed() -> None:
    assert unlike({"ours": took(1.0), "plain": [Sample(took_s=1.0, did={"load rounds": 16})]})
    assert not unlike({"ours": took(1.0), "plain": took(2.0)})


def test_a_trial_on_a_part_of_the_work_meets_no_bar() -> None:
    found = answer(QUICKER, {"ours": took(0.1), "plain": took(1.0)}, {}, is_partial=True)
    assert found.ruling is Ruling.NOT_SHOWN
    assert found.ratio == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("rulings", "code"),
    [
        ([Ruling.MET, Ruling.MET], 0),
        ([Ruling.MET, Ruling.NOT_SHOWN], 2),
        ([Ruling.NOT_SHOWN, Ruling.MISSED], 1),
        ([], 2),
    ],
)
def test_only_bars_that_were_all_met_end_with_0(rulings: list[Ruling], code: int) -> None:
    assert exit_code(rulings) == code


@pytest.mark.parametrize(("repeats", "after"), [(1, [1, 2, 3, 4]), (2, [2, 4, 6, 8])])
def test_what_was_measured_is_kept_long_before_the_end(repeats: int, after: list[int]) -> None:
    kept: list[int] = []
    run_all(
        of("ours", "plain", repeats=repeats),
        2,
        busy=lambda: 0.5,
        tell=lambda _: None,
        keep=lambda samples: kept.append(sum(len(runs) for runs in samples.values())),
    )
    assert kept == after


def test_a_busy_machine_is_told_at_the_turn_and_in_the_table() -> None:
    told: list[str] = []
    benchmark = of("ours", "plain")
    samples = run_all(benchmark, 1, busy=lambda: 0.5, tell=told.append, keep=lambda _: None)
    assert all("50% of this machine was busy" in line for line in told)
    assert "before 2 of 2 runs this machine was busy" in table(benchmark, samples)


def test_where_turns_take_a_moment_the_machine_is_looked_at_once() -> None:
    asked: list[None] = []

    def busy() -> float:
        asked.append(None)
        return 0.0

    samples = run_all(of("ours", "plain", repeats=5), 2, busy=busy, tell=lambda _: None, keep=lambda _: None)
    assert len(asked) == 1
    assert len(samples["ours"]) == 10


def test_the_table_shows_each_arm_its_spread_the_ratio_and_the_bar() -> None:
    shown = table(of("ours", "plain"), {"ours": took(80, 82), "plain": took(100, 104)})
    assert "| ours: about ours | 81.00 [80.00-82.00] | 2 | | | |" in shown
    assert "| plain: about plain | 102.00 [100.00-104.00] | 2 | 0.794 | ≤ 0.85 | met |" in shown


def test_the_table_names_an_arm_that_was_left_out_and_why() -> None:
    benchmark = of("ours", skipped={"plain": "there is no browser"})
    shown = table(benchmark, {"ours": took(1.0)})
    assert "| plain | not run | 0 |  | ≤ 0.85 | not shown |" in shown
    assert "ours / plain: plain: there is no browser." in shown


def test_the_account_holds_every_sample_and_answer() -> None:
    benchmark = of("ours", "plain")
    samples: Samples = {"ours": took(8.0), "plain": [Sample(took_s=10.0, parts={"behave": 3.0})]}
    found = json.loads(account(benchmark, samples, "2026-11-22T12:00:00Z"))
    assert found["schema"] == "gonogo.bench/1"
    assert [arm["samples"][0]["took_s"] for arm in found["arms"]] == [8.0, 10.0]
    assert found["arms"][1]["samples"][0]["parts"] == {"behave": 3.0}
    assert found["bars"][0]["ruling"] == answers(benchmark, samples)[0].ruling == "met"
    assert found["bars"][0]["ratio"] == pytest.approx(0.8)
