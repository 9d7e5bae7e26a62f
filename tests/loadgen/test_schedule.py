from __future__ import annotations

from collections import Counter

from gonogo.loadgen.schedule import Arrival, arrivals

WEIGHTS = (0.5, 0.3, 0.15, 0.05)


def planned(pair: int = 0, turn: int = -1, seed: int = 11, rate: float = 60.0) -> tuple[Arrival, ...]:
    return arrivals(seed=seed, pair=pair, rate_per_s=rate, duration_s=2.5, weights=WEIGHTS, turn=turn)


def test_the_same_pair_has_the_same_arrivals_on_both_sides() -> None:
    assert planned() == planned()


def test_other_pairs_and_other_seeds_have_others() -> None:
    assert planned(pair=1) != planned(pair=0)
    assert planned(seed=12) != planned(seed=11)


def test_arrivals_lie_inside_the_round_in_order() -> None:
    moments = [one.due_s for one in planned()]
    assert moments == sorted(moments)
    assert moments[0] >= 0.0
    assert moments[-1] < 2.5


def test_every_round_has_as_many_as_asked_for() -> None:
    for pair in range(-2, 20):
        assert abs(len(planned(pair=pair)) - 150) <= 2


def test_the_mix_is_dealt_not_drawn() -> None:
    counts: Counter[int] = Counter()
    for pair in range(20):
        counts.update(one.choice for one in planned(pair=pair))
    for choice, weight in enumerate(WEIGHTS):
        assert abs(counts[choice] - 20 * 150 * weight) <= 1


def test_a_rare_journey_comes_in_its_turn() -> None:
    rare = [sum(one.choice == 3 for one in planned(pair=pair, rate=4.0)) for pair in range(20)]
    assert set(rare) == {0, 1}
    assert sum(rare) == 10


def test_when_both_sides_run_at_once_each_goes_first_for_half_of_the_arrivals() -> None:
    first, second = planned(turn=0), planned(turn=1)
    by_seed = {one.seed: one for one in second}
    leads = [by_seed[one.seed].due_s - one.due_s for one in first]
    assert {round(abs(lead), 9) for lead in leads} == {round(0.5 / 60.0, 9)}
    assert abs(sum(lead > 0 for lead in leads) - len(leads) / 2) <= 0.5
    assert all(by_seed[one.seed].choice == one.choice for one in first)


def test_at_once_the_second_half_of_a_round_repeats_the_first_with_the_sides_exchanged() -> None:
    def half(turn: int, which: int) -> list[tuple[float, int]]:
        found = planned(turn=turn)
        part = found[: len(found) // 2] if which == 0 else found[len(found) // 2 :]
        return [(round(one.due_s - which * 1.25, 9), one.choice) for one in part]

    assert half(0, 0) == half(1, 1)
    assert half(1, 0) == half(0, 1)
    assert half(0, 0) != half(1, 0)
    assert len({one.seed for one in planned(turn=0)}) == len(planned(turn=0))  # other data all the same


def test_at_once_the_mix_is_dealt_as_well() -> None:
    counts: Counter[int] = Counter()
    for pair in range(20):
        counts.update(one.choice for one in planned(pair=pair, turn=pair % 2))
    for choice, weight in enumerate(WEIGHTS):
        assert abs(counts[choice] - 20 * 150 * weight) <= 2


def test_at_once_a_round_with_a_shape_of_its_own_is_not_cut_in_halves() -> None:
    found = arrivals(
        seed=1, pair=0, rate_per_s=60.0, duration_s=2.0, weights=WEIGHTS, turn=0, within=(1.0, 3.0)
    )
    early = sum(one.due_s < 1.0 for one in found)
    assert early < len(found) / 3


def test_a_spike_lies_where_it_should_and_the_mean_stays() -> None:
    within = (1.0, 1.0, 6.0, 1.0, 1.0)
    spiked = [
        one.due_s
        for pair in range(20)
        for one in arrivals(
            seed=11, pair=pair, rate_per_s=60.0, duration_s=2.5, weights=WEIGHTS, within=within
        )
    ]
    parts = Counter(int(due_s / 0.5) for due_s in spiked)
    assert abs(len(spiked) - 20 * 150) <= 2
    assert abs(parts[2] - 0.6 * len(spiked)) < 0.05 * len(spiked)
    assert all(abs(parts[place] - 0.1 * len(spiked)) < 0.03 * len(spiked) for place in (0, 1, 3, 4))
    assert set(parts) == {0, 1, 2, 3, 4}


def test_a_part_of_the_round_may_be_empty() -> None:
    found = arrivals(seed=1, pair=0, rate_per_s=60.0, duration_s=2.0, weights=WEIGHTS, within=(0.0, 1.0))
    assert all(1.0 <= one.due_s <= 2.0 for one in found)
    assert len(found) == 120
