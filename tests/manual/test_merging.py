"""What the walks of several testers amount to."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.manual.samples import BUILD, script, walk

from gonogo.manual.merging import outcomes
from gonogo.manual.records import Build, Mark, Walk
from gonogo.model import CheckStatus

ONE = script()
PASS, FAIL, BLOCKED = Mark.PASS, Mark.FAIL, Mark.BLOCKED


def came_to(*walks: Walk) -> CheckStatus | None:
    return outcomes([ONE], walks, BUILD)[0].status


@pytest.mark.parametrize(
    ("marks", "status"),
    [
        ({1: PASS, 2: PASS, 3: PASS}, CheckStatus.PASSED),
        ({1: PASS, 2: FAIL}, CheckStatus.FAILED),
        ({1: PASS, 2: BLOCKED}, CheckStatus.BROKEN),
        ({1: PASS, 2: BLOCKED, 3: FAIL}, CheckStatus.FAILED),
        ({1: PASS, 2: PASS}, CheckStatus.SKIPPED),
        ({}, CheckStatus.SKIPPED),
    ],
)
def test_a_script_is_as_good_as_its_worst_step_and_passes_only_whole(
    marks: dict[int, Mark], status: CheckStatus
) -> None:
    assert came_to(walk(ONE, marks)) is status


def test_a_script_nobody_walked_has_no_status() -> None:
    assert came_to() is None


def test_testers_may_share_the_steps_of_a_script() -> None:
    assert (
        came_to(walk(ONE, {1: PASS}), walk(ONE, {2: PASS, 3: PASS}, tester="B. Tester")) is CheckStatus.PASSED
    )


def test_where_testers_disagree_the_worst_counts_and_both_are_shown() -> None:
    good = walk(ONE, {1: PASS, 2: PASS, 3: PASS})
    bad = walk(ONE, {2: FAIL}, tester="B. Tester", at="2026-11-01")
    outcome = outcomes([ONE], [good, bad], BUILD)[0]
    assert outcome.status is CheckStatus.FAILED
    (dispute,) = outcome.disputes
    assert [(said.tester, said.mark.mark) for said in dispute.said] == [
        ("A. Tester", PASS),
        ("B. Tester", FAIL),
    ]


def test_a_tester_corrects_themselves_and_the_earlier_word_is_kept() -> None:
    first = walk(ONE, {1: FAIL, 2: PASS, 3: PASS}, at="2026-11-20")
    second = walk(ONE, {1: PASS}, at="2026-11-21")
    outcome = outcomes([ONE], [second, first], BUILD)[0]
    assert outcome.status is CheckStatus.PASSED
    assert [said.mark.mark for said in outcome.steps[0].taken_back] == [FAIL]


def test_at_the_same_moment_the_worse_word_is_the_later_one() -> None:
    assert came_to(walk(ONE, {1: FAIL}), walk(ONE, {1: PASS, 2: PASS, 3: PASS})) is CheckStatus.FAILED


@pytest.mark.parametrize(
    "build",
    [
        Build(system="Parish Ledger", version="1.9"),
        Build(system="Another", version="2.0"),
        Build(system="Parish Ledger", version="2.0", build="4711"),
    ],
)
def test_a_result_of_another_build_counts_as_not_run_and_says_so(build: Build) -> None:
    outcome = outcomes([ONE], [walk(ONE, {1: PASS, 2: PASS, 3: PASS}, build=build)], BUILD)[0]
    assert outcome.status is CheckStatus.SKIPPED
    assert outcome.reason == f"It was walked on {build.name}, not on Parish Ledger 2.0."


def test_a_result_of_edited_steps_counts_as_not_run_and_says_so() -> None:
    outcome = outcomes([ONE], [walk(ONE, {1: PASS, 2: PASS, 3: PASS}, script_digest="0" * 16)], BUILD)[0]
    assert outcome.status is CheckStatus.SKIPPED
    assert "edited after it was walked" in outcome.reason


WALKS = st.lists(
    st.builds(
        lambda marks, tester, day: walk(ONE, marks, tester=tester, at=f"2026-11-{day:02d}"),
        st.dictionaries(st.integers(1, 3), st.sampled_from(Mark), max_size=3),
        st.sampled_from(["A", "B", "C"]),
        st.integers(1, 9),
    ),
    max_size=5,
)


@given(WALKS)
@example([walk(ONE, {1: mark}, tester=who, at="2026-11-01") for mark in (PASS, FAIL) for who in ("A", "B")])
@settings(deadline=None)
def test_order_never_matters(walks: list[Walk]) -> None:
    first = outcomes([ONE], walks, BUILD)
    for other in itertools.islice(itertools.permutations(walks), 24):
        assert outcomes([ONE], other, BUILD) == first


@given(WALKS)
@settings(deadline=None)
def test_another_testers_failure_never_makes_a_script_better(walks: list[Walk]) -> None:
    assert came_to(*walks, walk(ONE, {2: FAIL}, tester="D")) is CheckStatus.FAILED


def test_a_walk_is_read_back_as_it_was_written() -> None:
    one = walk(ONE, {1: PASS})
    assert msgspec.json.decode(msgspec.json.encode(one), type=Walk) == one
