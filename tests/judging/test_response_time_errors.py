from __future__ import annotations

import math

import pytest
from tests.judging.load_measurements import all_of, change, error_criterion, load_test

from gonogo.judging.request_errors import needed_executions
from gonogo.judging.response_time import judge_no_more_errors
from gonogo.model import Judgement, MeasuredDifference, ReasonCode, Ruling


def judged(found: dict[str, MeasuredDifference], limit: float = 0.01) -> Judgement:
    return judge_no_more_errors(error_criterion(limit), all_of(found))


def failing(
    found: dict[str, MeasuredDifference], subject: str, baseline: float, candidate: float, *, rounds: int = 12
) -> None:
    """The rise happens in this many of the twelve rounds, the same in each of them."""
    pairs = 12
    rise = candidate - baseline
    burst = rise * pairs / rounds
    spread = math.sqrt((rounds * (burst - rise) ** 2 + (pairs - rounds) * rise**2) / (pairs - 1))
    change(
        found,
        f"{subject}:error_ratio",
        baseline=baseline,
        candidate=candidate,
        mean_difference=rise,
        sd_difference=spread,
    )


def test_no_failure_on_either_side_is_met() -> None:
    judgement = judged(load_test())
    assert judgement.ruling is Ruling.MET
    assert judgement.reason == (
        "The whole mix: 0% of 1,200 journeys failed on the upgrade, 0% of 1,200 on the version in use; at "
        "most 1.0% more is allowed."
    )


def test_more_failures_than_allowed_are_not_met() -> None:
    found = load_test()
    failing(found, "all", 0.002, 0.04)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.NOT_MET, ReasonCode.MORE_ERRORS)
    assert judgement.reason == (
        "The whole mix: 4.0% of 1,200 journeys failed on the upgrade, 0.2% of 1,200 on the version in use. "
        "At most 1.0% more is allowed."
    )


def test_one_failing_journey_is_enough() -> None:
    found = load_test()
    failing(found, "Log repair", 0.0, 0.04)
    judgement = judged(found)
    assert judgement.ruling is Ruling.NOT_MET
    assert judgement.reason.startswith("Log repair: 4.0% of 240 journeys failed on the upgrade")


def test_failures_that_are_there_today_are_allowed() -> None:
    found = load_test()
    failing(found, "all", 0.03, 0.035)
    assert judged(found).ruling is Ruling.MET


def test_fewer_failures_are_met() -> None:
    found = load_test()
    failing(found, "all", 0.04, 0.0)
    assert judged(found).ruling is Ruling.MET


def test_a_stray_failure_of_a_rare_journey_is_chance() -> None:
    found = load_test(executions=400)
    failing(found, "Log repair", 0.0, 1 / 80, rounds=1)
    assert judged(found).ruling is Ruling.MET


def test_a_rise_that_could_be_chance_cannot_be_told() -> None:
    found = load_test()
    failing(found, "all", 0.004, 0.015)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.CANNOT_TELL)
    assert "could still be chance" in judgement.reason


def test_failures_all_in_one_round_cannot_be_told() -> None:
    found = load_test()
    failing(found, "all", 0.0, 0.08, rounds=1)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.CANNOT_TELL)
    assert "all in one round" in judgement.reason


def test_failures_in_bursts_are_not_met() -> None:
    found = load_test()
    failing(found, "all", 0.0, 0.08, rounds=2)
    assert judged(found).ruling is Ruling.NOT_MET


def test_an_upgrade_that_fails_everything_is_not_met_whatever_the_generator_did() -> None:
    found = load_test()
    for subject in ("all", "Rent search", "View rent account", "Log repair"):
        failing(found, subject, 0.0, 1.0)
    change(found, "generator:cpu_ratio", candidate=1.0)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.NOT_MET, ReasonCode.MORE_ERRORS)


def test_both_sides_failing_is_no_evidence() -> None:
    found = load_test()
    failing(found, "all", 1.0, 1.0)
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.BASELINE_UNUSABLE)


def test_nothing_measured_is_no_evidence() -> None:
    judgement = judge_no_more_errors(error_criterion(), ())
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.NO_SAMPLES)


def test_a_journey_that_one_side_never_tried_is_no_evidence() -> None:
    found = load_test()
    change(found, "Log repair:error_ratio", candidate_samples=0)
    assert judged(found).ruling is Ruling.INCONCLUSIVE


def test_a_missing_journey_is_no_evidence() -> None:
    found = {key: one for key, one in load_test().items() if not key.startswith("Log repair")}
    judgement = judged(found)
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.EVIDENCE_MISSING)


def test_too_few_journeys_show_no_limit() -> None:
    judgement = judged(load_test(executions=200))
    assert (judgement.ruling, judgement.code) == (Ruling.INCONCLUSIVE, ReasonCode.CANNOT_TELL)
    assert judgement.reason == (
        "Cannot tell: 200 journeys a side are too few to show a limit of 1.0%; 300 are needed."
    )


@pytest.mark.parametrize(
    ("limit", "needed"), [(0.01, 300), (0.05, 60), (0.5, 20), (0.0, 1000), (0.0001, 1000)]
)
def test_the_journeys_needed_follow_the_rule_of_three(limit: float, needed: int) -> None:
    assert needed_executions(limit) == needed
