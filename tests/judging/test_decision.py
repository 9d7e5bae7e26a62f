"""The decision table, and the laws every verdict obeys whatever the evidence."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.judging.judge import decide
from gonogo.model import Decision, Judgement, Priority, Ruling

TABLE = {
    (Ruling.MET, Priority.MUST): Decision.GO,
    (Ruling.MET, Priority.SHOULD): Decision.GO,
    (Ruling.MET, Priority.COULD): Decision.GO,
    (Ruling.WAIVED, Priority.MUST): Decision.GO_WITH_CONDITIONS,
    (Ruling.WAIVED, Priority.SHOULD): Decision.GO_WITH_CONDITIONS,
    (Ruling.WAIVED, Priority.COULD): Decision.GO_WITH_CONDITIONS,
    (Ruling.NOT_MET, Priority.MUST): Decision.NO_GO,
    (Ruling.NOT_MET, Priority.SHOULD): Decision.GO_WITH_CONDITIONS,
    (Ruling.NOT_MET, Priority.COULD): Decision.GO,
    (Ruling.INCONCLUSIVE, Priority.MUST): Decision.INCONCLUSIVE,
    (Ruling.INCONCLUSIVE, Priority.SHOULD): Decision.INCONCLUSIVE,
    (Ruling.INCONCLUSIVE, Priority.COULD): Decision.GO_WITH_CONDITIONS,
}
judgements = st.builds(
    Judgement,
    criterion=st.just("c"),
    stage=st.just("s"),
    ruling=st.sampled_from(Ruling),
    reason=st.just("because"),
    priority=st.sampled_from(Priority),
)


def one(ruling: Ruling, priority: Priority) -> Judgement:
    return Judgement(criterion="c", stage="s", ruling=ruling, reason="because", priority=priority)


def test_the_table_names_every_ruling_and_priority() -> None:
    assert set(TABLE) == set(itertools.product(Ruling, Priority))


@pytest.mark.parametrize(("ruling", "priority"), list(TABLE))
def test_one_judgement_decides_as_the_table_says(ruling: Ruling, priority: Priority) -> None:
    assert decide([one(ruling, priority)]) is TABLE[ruling, priority]


def test_no_judgement_is_inconclusive() -> None:
    assert decide([]) is Decision.INCONCLUSIVE


@given(st.lists(judgements, min_size=1, max_size=12), judgements)
@settings(max_examples=500)
def test_another_judgement_never_improves_the_decision(found: list[Judgement], other: Judgement) -> None:
    assert decide([*found, other]).badness >= decide(found).badness


@given(st.lists(judgements, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_judgements_never_matters(found: list[Judgement], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(shuffled) is decide(found)


def test_no_decision_exits_with_1() -> None:
    assert {decision.exit_code for decision in Decision} == {0, 10, 20, 30}
