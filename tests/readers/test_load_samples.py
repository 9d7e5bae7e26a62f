from __future__ import annotations

import math
import random
import time

import numpy as np
import pytest

from gonogo.comparing.measurements import compare_measurements
from gonogo.judging.response_time import judge_no_slower
from gonogo.model import CheckResult, CheckStatus, Criterion, CriterionKind, Measurement, Priority, Ruling
from gonogo.model.errors import EvidenceError
from gonogo.readers.load_messages import ErrorCount, Journey
from gonogo.readers.load_rounds import RoundSamples, Row, merge_rounds, read_round, round_as_bytes
from gonogo.readers.load_samples import Limits, read_load
from gonogo.readers.load_statistics import RoundFacts, steady_growth

SEARCH = Journey(name="Rent search", weight=0.75, source="locustfile.py:1")
REPAIR = Journey(name="Log repair", weight=0.25, source="locustfile.py:9")
LIMITS = Limits(least_executions=20, most_errors=0.05)


def facts(**changed: float | tuple[ErrorCount, ...]) -> RoundFacts:
    plain = {
        "duration_s": 2.0,
        "wall_s": 2.1,
        "users": 20,
        "offered_per_s": 60.0,
        "cpu_ratio": 0.2,
        "late_p95_ms": 0.3,
    }
    return RoundFacts(**{**plain, **changed})  # type: ignore[arg-type]


def one_request(execution: int, journey: int, ms: float, *, failed: bool = False, size: int = 1000) -> Row:
    return (journey, journey, execution, 0.1, 0.1, 0.1, ms, 500 if failed else 200, size, failed)


def rounds_of(rows: list[Row], endpoints: tuple[str, ...] = ("GET /search", "POST /repairs")) -> RoundSamples:
    return read_round(round_as_bytes(rows, ("Rent search", "Log repair"), endpoints), source="a round")


def drawn(seed: int, count: int = 60, factor: float = 1.0) -> RoundSamples:
    pick = random.Random(seed)
    rows = [one_request(i, int(i % 4 == 3), factor * math.exp(pick.gauss(3.0, 0.4))) for i in range(count)]
    return rounds_of(rows)


def measurements(*rounds: RoundSamples) -> dict[str, Measurement]:
    found = read_load((SEARCH, REPAIR), [(samples, facts()) for samples in rounds], LIMITS)
    return {one.key: one for one in found if isinstance(one, Measurement)}


def checks(*rounds: RoundSamples, errors: tuple[ErrorCount, ...] = ()) -> dict[str, CheckResult]:
    found = read_load((SEARCH, REPAIR), [(samples, facts(errors=errors)) for samples in rounds], LIMITS)
    return {one.key: one for one in found if isinstance(one, CheckResult)}


def test_a_round_reads_back_as_it_was_written() -> None:
    samples = rounds_of([(1, 1, 7, 0.25, 0.5, 0.5, 12.3456789, 201, 345, True)])
    assert samples.journeys == ("Rent search", "Log repair")
    assert samples.endpoints[samples.endpoint[0]] == "POST /repairs"
    assert (samples.execution[0], samples.status[0], samples.bytes[0]) == (7, 201, 345)
    assert bool(samples.failed[0])
    assert samples.duration_ms[0] == 12.3456789


def test_time_counts_from_when_a_request_was_due() -> None:
    samples = rounds_of([(0, 0, 0, 0.25, 0.5, 0.5, 12.0, 200, 1, False)])
    assert samples.response_ms[0] == pytest.approx(262.0)


def test_the_generators_own_lateness_is_not_held_against_the_system() -> None:
    samples = rounds_of([(0, 0, 0, 0.25, 0.25, 0.5, 12.0, 200, 1, False)])
    assert samples.response_ms[0] == pytest.approx(12.0)


def test_a_round_without_requests_reads_back_as_that() -> None:
    assert rounds_of([]).duration_ms.size == 0


@pytest.mark.parametrize("keep", [0, 10, 200, -1])
def test_a_truncated_round_is_damaged(keep: int) -> None:
    data = round_as_bytes([one_request(0, 0, 5.0)], ("Rent search",), ("GET /search",))
    with pytest.raises(EvidenceError, match=r"round-0001\.npz cannot be read"):
        read_round(data[:keep], source="round-0001.npz")


def test_reported_times_are_those_of_the_raw_samples() -> None:
    rounds = [drawn(seed) for seed in range(8)]
    found = measurements(*rounds)
    search = np.concatenate([r.response_ms[r.journey == 0] for r in rounds])
    every = np.concatenate([r.response_ms for r in rounds])
    for statistic, expected in (
        ("p50_ms", np.percentile(search, 50)),
        ("p95_ms", np.percentile(search, 95)),
        ("p99_ms", np.percentile(search, 99)),
        ("mean_ms", search.mean()),
    ):
        assert found[f"load:Rent search:{statistic}"].value == pytest.approx(expected, rel=1e-9)
    assert found["load:all:p95_ms"].value == pytest.approx(np.percentile(every, 95), rel=1e-9)
    assert found["load:Rent search:p95_ms"].sample_count == search.size


def test_logs_are_kept_round_by_round() -> None:
    rounds = [drawn(seed) for seed in range(3)]
    found = measurements(*rounds)["load:Rent search:log_mean"]
    expected = [float(np.log(r.response_ms[r.journey == 0]).mean()) for r in rounds]
    assert found.series == pytest.approx(expected)
    assert found.value == pytest.approx(sum(expected) / 3)
    assert found.weight == 0.75


def test_the_mix_is_weighted_as_planned_not_as_it_came() -> None:
    rows = [one_request(i, 0, 10.0) for i in range(10)] + [one_request(10 + i, 1, 40.0) for i in range(30)]
    found = measurements(rounds_of(rows), rounds_of(rows))
    assert found["load:all:log_mean"].value == pytest.approx(0.75 * math.log(10) + 0.25 * math.log(40))
    assert found["load:all:log_p95"].series == pytest.approx(found["load:all:log_mean"].series)


def test_a_journey_is_as_long_as_all_its_requests() -> None:
    rows: list[Row] = [
        (0, 0, 0, 0.0, 0.01, 0.01, 20.0, 200, 100, False),
        (0, 1, 0, 0.05, 0.05, 0.05, 30.0, 200, 300, False),
    ]
    found = measurements(rounds_of(rows))
    assert found["load:Rent search:mean_ms"].value == pytest.approx(60.0)
    assert found["load:Rent search:bytes_mean"].value == 400.0
    assert found["load:Rent search:requests"].value == 2.0
    assert found["load:Rent search:error_ratio"].sample_count == 1


def test_endpoints_are_measured_where_a_journey_has_several() -> None:
    rows: list[Row] = []
    for i in range(40):
        rows += [(0, 0, i, 0.0, 0.0, 0.0, 20.0, 200, 1, False), (0, 1, i, 0.1, 0.1, 0.1, 60.0, 200, 1, False)]
    found = measurements(rounds_of(rows))
    assert found["load:Rent search > GET /search:mean_ms"].value == pytest.approx(20.0)
    assert found["load:Rent search > POST /repairs:mean_ms"].value == pytest.approx(60.0)
    assert found["load:Rent search > GET /search:log_mean"].weight == pytest.approx(0.375)
    assert found["load:Rent search:endpoints"].value == 2.0
    assert not [key for key in measurements(drawn(1)) if " > " in key]


def test_endpoints_without_names_are_not_listed_one_by_one() -> None:
    names = tuple(f"GET /accounts/{i}" for i in range(40))
    rows: list[Row] = [(0, i, i, 0.0, 0.0, 0.0, 20.0, 200, 1, False) for i in range(40)]
    found = measurements(rounds_of(rows, names))
    assert not [key for key in found if " > " in key]
    assert found["load:Rent search:endpoints"].value == 1.0


def test_failed_journeys_count_as_errors_and_not_as_fast_answers() -> None:
    rows = [one_request(i, 0, 100.0) for i in range(30)]
    rows += [one_request(30 + i, 0, 1.0, failed=True) for i in range(10)]
    found = measurements(rounds_of(rows))
    assert found["load:Rent search:mean_ms"].value == pytest.approx(100.0)
    assert found["load:Rent search:error_ratio"].value == pytest.approx(0.25)
    assert found["load:Rent search:error_ratio"].series == pytest.approx((0.25,))


def test_one_failed_request_fails_its_journey() -> None:
    rows: list[Row] = [
        (0, 0, 0, 0.0, 0.0, 0.0, 20.0, 200, 1, False),
        (0, 1, 0, 0.1, 0.1, 0.1, 5.0, 500, 1, True),
        (0, 0, 1, 0.0, 0.0, 0.0, 20.0, 200, 1, False),
    ]
    assert measurements(rounds_of(rows))["load:Rent search:error_ratio"].value == 0.5


def test_a_round_without_an_answer_leaves_no_series_to_pair() -> None:
    nothing_logged = rounds_of([one_request(i, 0, 20.0) for i in range(30)])
    found = measurements(drawn(1), nothing_logged)
    assert found["load:Log repair:log_mean"].series == ()
    assert found["load:all:log_mean"].series == ()
    assert found["load:Rent search:log_mean"].series != ()
    assert found["load:Log repair:log_mean"].sample_count > 0


def test_requests_outside_the_planned_mix_are_left_out() -> None:
    rows = [one_request(i, 0, 20.0) for i in range(30)]
    rows.append((-1, 0, 30, 0.0, 0.0, 0.0, 9000.0, 200, 1, False))
    found = measurements(rounds_of(rows))
    assert found["load:all:error_ratio"].sample_count == 30
    assert found["load:all:mean_ms"].value == pytest.approx(20.0)
    assert found["load:all:requests"].value == 30.0


def test_journeys_are_told_by_name_wherever_they_stand_in_a_round() -> None:
    rows = [one_request(i, 0, 20.0) for i in range(30)]
    swapped = read_round(round_as_bytes(rows, ("Log repair",), ("POST /repairs",)), source="a round")
    assert measurements(swapped)["load:Log repair:error_ratio"].sample_count == 30
    assert measurements(swapped)["load:Rent search:error_ratio"].sample_count == 0


def test_the_state_of_generator_and_server_is_measured() -> None:
    rounds = [
        (drawn(1), facts(cpu_ratio=0.2, target_memory_mib=70.0)),
        (drawn(2), facts(cpu_ratio=0.4, target_memory_mib=80.0)),
    ]
    found = {o.key: o for o in read_load((SEARCH, REPAIR), rounds, LIMITS) if isinstance(o, Measurement)}
    assert found["load:generator:cpu_ratio"].value == pytest.approx(0.3)
    assert found["load:target:memory_mib"].series == (70.0, 80.0)
    assert found["load:all:offered_per_s"].value == 60.0
    assert found["load:all:overrun_ratio"].value == pytest.approx(1.05)
    assert "load:target:cpu_ratio" not in found


def test_a_journey_that_was_mostly_answered_has_passed() -> None:
    found = checks(drawn(1), drawn(2))
    assert found["load:Rent search"].status is CheckStatus.PASSED
    assert found["load:Log repair"].status is CheckStatus.PASSED
    assert found["load:Rent search"].duration_s > 0


def test_a_journey_that_was_never_carried_out_is_no_evidence() -> None:
    assert checks()["load:Rent search"].status is CheckStatus.EMPTY
    only_searches = rounds_of([one_request(i, 0, 20.0) for i in range(30)])
    assert checks(only_searches)["load:Log repair"].status is CheckStatus.EMPTY


def test_a_journey_that_fails_too_often_has_failed_and_says_how() -> None:
    rows = [one_request(i, 0, 20.0, failed=i < 3) for i in range(30)]
    errors = (
        ErrorCount(journey="Rent search", endpoint="GET /search", message="500 Server Error", count=3),
        ErrorCount(journey="Log repair", endpoint="POST /repairs", message="403 Forbidden", count=9),
    )
    found = checks(rounds_of(rows), errors=errors)["load:Rent search"]
    assert found.status is CheckStatus.FAILED
    assert found.message == "3 of 30 failed (10.0%); at most 5% may."
    assert found.detail == "3 × GET /search: 500 Server Error"


def test_a_handful_of_answers_is_no_evidence() -> None:
    found = checks(rounds_of([one_request(i, 0, 20.0) for i in range(5)]))["load:Rent search"]
    assert found.status is CheckStatus.BROKEN
    assert "20 are needed" in found.message


def test_without_rounds_nothing_is_measured() -> None:
    assert measurements() == {}


def test_two_sides_can_be_compared_and_judged() -> None:
    before = tuple(measurements(*[drawn(seed) for seed in range(8)]).values())
    after = tuple(measurements(*[drawn(seed, factor=1.5) for seed in range(8)]).values())
    criterion = Criterion(
        id="load.slower_max_percent",
        stage="load",
        kind=CriterionKind.NO_SLOWER,
        priority=Priority.MUST,
        limit=10.0,
        statement="Response times are no more than 10% worse.",
    )
    assert (
        judge_no_slower(criterion, tuple(compare_measurements("load", before, after))).ruling
        is Ruling.NOT_MET
    )
    assert (
        judge_no_slower(criterion, tuple(compare_measurements("load", before, before))).ruling is Ruling.MET
    )


@pytest.mark.slow
def test_a_million_samples_are_read_within_seconds() -> None:
    pick = np.random.default_rng(1)
    count = 50_000
    rounds = []
    for _ in range(20):
        journey = (np.arange(count) % 4 == 3).astype(np.int16)
        samples = RoundSamples(
            journeys=("Rent search", "Log repair"),
            endpoints=("GET /search", "POST /repairs"),
            journey=journey,
            endpoint=journey,
            execution=np.arange(count, dtype=np.int32),
            intended_s=np.zeros(count),
            ready_s=np.zeros(count),
            start_s=np.zeros(count),
            duration_ms=np.exp(pick.normal(3.0, 0.4, count)),
            status=np.full(count, 200, dtype=np.int16),
            bytes=np.full(count, 1000, dtype=np.int64),
            failed=np.zeros(count, dtype=np.bool_),
        )
        rounds.append((samples, facts()))
    started = time.process_time()
    found = read_load((SEARCH, REPAIR), rounds, LIMITS)
    assert time.process_time() - started < 5.0
    assert next(o for o in found if o.key == "load:all:error_ratio").sample_count == 1_000_000  # type: ignore[union-attr]


def test_what_several_processes_recorded_becomes_one_round() -> None:
    journeys = ("Rent search", "Log repair")
    one = round_as_bytes([one_request(0, 0, 10.0), one_request(1, 1, 20.0)], journeys, ("GET /a", "GET /b"))
    other = round_as_bytes([one_request(0, 1, 30.0), one_request(1, 0, 40.0)], journeys, ("GET /b", "GET /c"))
    idle = round_as_bytes([], journeys, ())
    given_up = round_as_bytes([(0, -1, 0, 0.1, 0.1, 0.1, 99.0, 0, 0, True)], journeys, ())
    merged = read_round(merge_rounds([one, idle, other, given_up]), source="merged")
    assert merged.endpoints == ("GET /a", "GET /b", "GET /c")
    assert merged.execution.tolist() == [0, 1, 2, 3, 4]
    asked = [merged.endpoints[place] if place >= 0 else "" for place in merged.endpoint]
    assert asked == ["GET /a", "GET /b", "GET /c", "GET /b", ""]
    assert merged.duration_ms.tolist() == [10.0, 20.0, 30.0, 40.0, 99.0]


def test_processes_that_ran_other_journeys_do_not_make_one_round() -> None:
    one = round_as_bytes([one_request(0, 0, 10.0)], ("Rent search",), ("GET /a",))
    other = round_as_bytes([one_request(0, 0, 10.0)], ("Log repair",), ("GET /a",))
    with pytest.raises(EvidenceError, match="ran different journeys"):
        merge_rounds([one, other])


@pytest.mark.parametrize(
    ("levels", "growth"),
    [
        ([100.0, 110.0, 120.0, 130.0], 30.0),
        ([50.0, 100.0, 100.0, 100.0, 100.0, 100.0], 0.0),
        ([100.0, 99.0, 300.0, 101.0, 100.0, 100.0], 0.0),
        ([100.0], 0.0),
        ([], 0.0),
    ],
    ids=["steady", "warming up", "one odd value", "one round", "none"],
)
def test_only_steady_growth_counts(levels: list[float], growth: float) -> None:
    assert steady_growth(levels) == pytest.approx(growth, abs=1.0)


def test_the_memory_of_a_server_is_measured_where_it_is_known() -> None:
    sides = [(drawn(n), facts(target_memory_mib=100.0 + 4.0 * n)) for n in range(8)]
    found = {one.key: one for one in read_load((SEARCH, REPAIR), sides, LIMITS)}
    grown = found["load:target:memory_growth_mib"]
    assert isinstance(grown, Measurement)
    assert grown.value == pytest.approx(28.0)
    assert (grown.unit, grown.sample_count) == ("MiB", 8)
    assert "load:target:memory_growth_mib" not in measurements(drawn(1), drawn(2))
