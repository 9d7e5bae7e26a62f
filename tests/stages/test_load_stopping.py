from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.judging.load_measurements import MIX, WOBBLE
from tests.stages.load_project import criteria, project, target

from gonogo.model import CriterionKind, Measurement, Side
from gonogo.stages.load_stopping import LoadCriteria, Stopping, load_criteria


def one_side(
    *,
    pairs: int = 12,
    factor: float = 1.0,
    noise: float = 0.0,
    failing: float = 0.0,
    cpu: float = 0.2,
    late_ms: float = 0.3,
    samples: int = 1200,
    only: str = "",
) -> list[Measurement]:
    """What one side measured; the factor is on all journeys or on the one named."""
    found: list[Measurement] = []

    def add(subject: str, statistic: str, value: float, count: int, series: tuple[float, ...] = ()) -> None:
        key, weight = f"load:{subject}:{statistic}", MIX.get(subject, 0.0)
        found.append(
            Measurement(
                key=key, title=subject, statistic=statistic, value=value, unit="", sample_count=count,
                series=series, weight=weight,
            )
        )  # fmt: skip

    for subject in ("all", *MIX):
        count = round(samples * MIX.get(subject, 1.0))
        answered = 0 if failing >= 1.0 else count
        slower = math.log(factor) if only in ("", subject) else 0.0
        for statistic, level in (("log_mean", 3.0), ("log_p95", 4.0), ("log_p98", 4.5)):
            series = tuple(level + slower + noise * w / 0.02 for w in WOBBLE[:pairs]) if answered else ()
            add(subject, statistic, level + slower, answered, series)
        add(subject, "error_ratio", failing, count, (failing,) * pairs)
        add(subject, "bytes_mean", 5000.0, answered)
        add(subject, "endpoints", 1.0, count)
    add("all", "p50_ms", 20.0, samples)
    add("all", "offered_per_s", 60.0, pairs)
    add("all", "users", 20.0, pairs)
    add("generator", "cpu_ratio", cpu, pairs)
    add("generator", "late_p95_ms", late_ms, pairs)
    return found


@pytest.fixture
def limits(tmp_path: Path) -> LoadCriteria:
    plain = project(
        tmp_path, target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    )
    return load_criteria(plain.upgrade, "load", margin_percent=50.0)


def why(limits: LoadCriteria, *, pairs: int = 12, is_look: bool = True, **candidate: float | str) -> str:
    return Stopping(limits).reason_to_stop(
        one_side(pairs=pairs),
        one_side(pairs=pairs, **candidate),  # type: ignore[arg-type]
        pairs=pairs,
        is_look=is_look,
    )


def test_a_shown_slowdown_decides(limits: LoadCriteria) -> None:
    assert why(limits, factor=1.5, noise=0.02) == "decided"


def test_every_journey_shown_no_slower_decides(limits: LoadCriteria) -> None:
    assert why(limits, noise=0.02) == "decided"


def test_an_open_answer_goes_on(limits: LoadCriteria) -> None:
    assert why(limits, noise=0.3) == ""


def test_a_journey_that_is_not_settled_goes_on_though_the_mix_is_fine(limits: LoadCriteria) -> None:
    wide = one_side(noise=0.02)
    for place, one in enumerate(wide):
        if one.key == "load:Log repair:log_mean":
            series = tuple(3.0 + 20 * w for w in WOBBLE[:12])
            wide[place] = Measurement(
                key=one.key, title=one.title, statistic=one.statistic, value=one.value, unit="",
                sample_count=one.sample_count, series=series, weight=one.weight,
            )  # fmt: skip
    assert Stopping(limits).reason_to_stop(one_side(), wide, pairs=12, is_look=True) == ""


def test_nothing_is_decided_between_looks(limits: LoadCriteria) -> None:
    assert why(limits, factor=1.5, noise=0.02, is_look=False) == ""


def test_more_failures_decide(limits: LoadCriteria) -> None:
    assert why(limits, failing=0.2, noise=0.02) == "decided"


def test_an_upgrade_that_fails_everything_is_hopeless_at_once(limits: LoadCriteria) -> None:
    assert "failed all of" in why(limits, pairs=2, failing=1.0, is_look=False)


def test_a_busy_generator_is_hopeless_at_once(limits: LoadCriteria) -> None:
    assert "The load generator used" in why(limits, pairs=2, cpu=0.99, is_look=False)


def test_a_late_generator_may_have_had_a_busy_neighbour_and_goes_on(limits: LoadCriteria) -> None:
    assert why(limits, late_ms=40.0, is_look=False) == ""
    assert why(limits, late_ms=40.0) == ""


def test_the_tightest_limit_decides_how_long_to_go_on(tmp_path: Path) -> None:
    several = (*criteria(30.0), *criteria(15.0))
    plain = project(
        tmp_path,
        target(Side.BASELINE, "http://127.0.0.1:1"),
        target(Side.CANDIDATE, "http://127.0.0.1:2"),
        limits=several,
    )
    assert load_criteria(plain.upgrade, "load", margin_percent=50.0).no_slower.limit == 15.0


def test_without_criteria_the_option_stands_in(tmp_path: Path) -> None:
    plain = project(
        tmp_path,
        target(Side.BASELINE, "http://127.0.0.1:1"),
        target(Side.CANDIDATE, "http://127.0.0.1:2"),
        limits=(),
    )
    chosen = load_criteria(plain.upgrade, "load", margin_percent=25.0)
    assert (chosen.no_slower.kind, chosen.no_slower.limit) == (CriterionKind.NO_SLOWER, 25.0)
    assert chosen.no_more_errors is None


def looks(limits: LoadCriteria, factors: dict[int, float]) -> dict[int, str]:
    """Pairs → why to stop, at the looks of one run; the factor is what the rounds so far amount to."""
    stopping = Stopping(limits)
    return {
        pairs: stopping.reason_to_stop(
            one_side(pairs=pairs), one_side(pairs=pairs, factor=factor, noise=0.06), pairs=pairs, is_look=True
        )
        for pairs, factor in factors.items()
    }


@pytest.fixture
def ten_percent(tmp_path: Path) -> LoadCriteria:
    plain = project(
        tmp_path, target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    )
    found = load_criteria(plain.upgrade, "load", margin_percent=10.0)
    assert found.no_slower.limit == 10.0
    return found


def test_a_slowdown_is_believed_when_it_shows_again_six_pairs_later(ten_percent: LoadCriteria) -> None:
    found = looks(ten_percent, dict.fromkeys((8, 10, 12, 14), 1.12))
    assert found == {8: "", 10: "", 12: "", 14: "decided"}


def test_a_slowdown_beyond_doubt_is_believed_at_once(ten_percent: LoadCriteria) -> None:
    assert looks(ten_percent, {8: 1.5}) == {8: "decided"}


def test_a_slowdown_that_fades_is_not_held_against_the_upgrade(ten_percent: LoadCriteria) -> None:
    assert looks(ten_percent, {8: 1.12, 10: 1.0}) == {8: "", 10: "decided"}
    assert looks(ten_percent, {8: 1.12, 10: 1.07, 12: 1.05, 14: 1.0})[14] == "decided"


def test_a_slowdown_that_comes_and_goes_is_confirmed_from_when_it_first_showed(
    ten_percent: LoadCriteria,
) -> None:
    assert looks(ten_percent, {8: 1.12, 10: 1.06, 12: 1.06, 14: 1.12})[14] == "decided"
