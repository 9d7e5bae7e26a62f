"""How rounds are lined up, with a generator that only pretends: no process, no server, no waiting."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.stages.load_project import target

from gonogo.config.stage_options.load import Interleave, LoadOptions
from gonogo.events import Event, Events
from gonogo.model import Observation, Side, from_json
from gonogo.model.errors import Interrupted, ToolError
from gonogo.processes import Stop
from gonogo.readers.load_log import RoundLog
from gonogo.readers.load_messages import Journey, RoundDone, RunRound
from gonogo.readers.load_rounds import round_as_bytes
from gonogo.stages.base import Services, SideContext
from gonogo.stages.load_lanes import Campaign, Lane
from gonogo.stages.load_machine import Reading, Usage
from gonogo.stages.load_profile import Shape
from gonogo.stages.load_rounds import TIMED_OUT, PairedRounds

JOURNEY = Journey(name="Rent search", weight=1.0, source="locustfile.py:1")


@dataclass
class StoppedClock:
    """A clock that only moves when a round is run."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)

    def monotonic_s(self) -> float:
        return self.seconds


@dataclass
class Pretender:
    """A generator that writes samples at once and lets the clock jump by the length of the round."""

    side: Side
    clock: StoppedClock
    ran: list[tuple[Side, RunRound]]
    late_ms: float = 0.2
    asked: list[RunRound] = field(default_factory=list)
    breaks_at: int = 10_000
    wall_s: float = 0.0

    def ask_for_round(self, request: RunRound) -> None:
        if request.index >= self.breaks_at:
            raise ToolError("The load generator is gone.")
        self.ran.append((self.side, request))
        self.asked.append(request)
        draw = random.Random(request.seed + request.index)
        rows = [(0, 0, i, 0.0, 0.0, 0.0, math.exp(draw.gauss(3.0, 0.3)), 200, 100, False) for i in range(50)]
        path = Path(request.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(round_as_bytes(rows, ("Rent search",), ("GET /search",)))

    def round_done(self, timeout_s: float) -> RoundDone:
        request = self.asked[-1]
        self.clock.seconds += self.wall_s or request.duration_s
        return RoundDone(
            index=request.index, began_at=1.0, wall_s=request.duration_s, users=20, executions=50, failed=0,
            unfinished=0, requests=50, cpu_ratio=0.1, late_p95_ms=self.late_ms,
        )  # fmt: skip


@dataclass
class QuietMachine:
    """A machine of two processors whose foreign share is given round by round, 0 afterwards."""

    foreign: list[float] = field(default_factory=list)
    cores: int = 2

    def read(self) -> Reading:
        return Reading(moment=0.0, machine_s=0.0, ours_s=0.0, targets_s={}, memory_mib={})

    def usage(self, before: Reading, after: Reading) -> Usage:
        share = self.foreign.pop(0) if self.foreign else 0.0
        return Usage(foreign_ratio=share, target_ratio={}, memory_mib={})


@dataclass
class Rig:
    """Everything a test needs to run rounds and look at them."""

    rounds: PairedRounds
    lanes: list[Lane]
    ran: list[tuple[Side, RunRound]]
    looked: list[tuple[int, bool]]
    heard: list[Event]
    stop: Stop

    @property
    def measured(self) -> list[tuple[Side, int]]:
        return [(side, request.pair) for side, request in self.ran if request.pair >= 0]


def rig(
    folder: Path,
    *,
    stop_after: int = 10_000,
    foreign: list[float] | None = None,
    may_run_both: bool = False,
    late_ms: float = 0.2,
    breaks_at: int = 10_000,
    wall_s: float = 0.0,
    timeout_s: float = 10_000.0,
    sides: tuple[Side, ...] = (Side.BASELINE, Side.CANDIDATE),
    **options: object,
) -> Rig:
    ran: list[tuple[Side, RunRound]] = []
    looked: list[tuple[int, bool]] = []
    heard: list[Event] = []
    clock, stop = StoppedClock(), Stop()
    chosen = LoadOptions.model_validate({"pairs_max": 12, "budget_s": 1000.0, **options})

    def reason(found: Mapping[Side, tuple[Observation, ...]], pairs: int, is_look: bool) -> str:
        assert set(found) == set(sides)
        looked.append((pairs, is_look))
        return "decided" if pairs >= stop_after else ""

    lanes = [
        Lane(
            context=SideContext(
                side=side, target=target(side, "http://127.0.0.1:1"), url="http://127.0.0.1:1",
                folder=folder / side.value,
            ),
            generator=Pretender(side, clock, ran, late_ms=late_ms, breaks_at=breaks_at, wall_s=wall_s),  # type: ignore[arg-type]
            log=RoundLog(
                side=side, seed=5, arrivals_per_s=60.0, users=20, profile="", journeys=(JOURNEY,)
            ),
        )
        for side in sides
    ]  # fmt: skip
    for lane in lanes:
        lane.context.raw.mkdir(parents=True)
    campaign = Campaign(
        options=chosen,
        shape=Shape(arrivals_per_s=60.0, users=20),
        journeys=(JOURNEY,),
        seed=5,
        started_s=0.0,
        deadline_s=timeout_s,
        services=Services(clock=clock, events=Events(heard.append), stop=stop, browser=None),
        stage="load",
        reason_to_stop=reason,
        may_run_both=may_run_both,
    )
    machine = QuietMachine(list(foreign or []))
    rounds = PairedRounds(campaign, lanes, machine)  # type: ignore[arg-type]
    return Rig(rounds=rounds, lanes=lanes, ran=ran, looked=looked, heard=heard, stop=stop)


def test_each_pair_holds_one_round_of_each_side_and_each_side_goes_first_as_often(tmp_path: Path) -> None:
    one = rig(tmp_path)
    one.rounds.run()
    firsts = []
    for pair in range(12):
        of_pair = [side for side, at in one.measured if at == pair]
        assert set(of_pair) == {Side.BASELINE, Side.CANDIDATE}
        firsts.append(of_pair[0])
    for block in range(0, 12, 2):
        assert set(firsts[block : block + 2]) == {Side.BASELINE, Side.CANDIDATE}
    assert firsts[0::2] != [firsts[0]] * 6, "which side leads a block is random"


def test_the_same_seed_gives_the_same_order(tmp_path: Path) -> None:
    one, other = rig(tmp_path / "a"), rig(tmp_path / "b")
    one.rounds.run()
    other.rounds.run()
    assert one.measured == other.measured


def test_both_sides_of_a_pair_are_asked_for_the_same_load(tmp_path: Path) -> None:
    one = rig(tmp_path)
    one.rounds.run()
    for pair in range(12):
        asked = [request for _, request in one.ran if request.pair == pair]
        assert len({(r.seed, r.pair, r.duration_s, r.arrivals_per_s) for r in asked}) == 1


def test_warm_up_rounds_are_run_and_not_judged(tmp_path: Path) -> None:
    one = rig(tmp_path, warmup_rounds=2)
    one.rounds.run()
    assert [request.pair for _, request in one.ran[:4]] == [-1, -1, -2, -2]
    for lane in one.lanes:
        assert [note.pair for note in lane.log.kept] == list(range(12))


def test_the_answer_is_taken_at_even_looks_from_the_fewest_pairs_on(tmp_path: Path) -> None:
    one = rig(tmp_path, pairs_min=8)
    ended = one.rounds.run()
    assert [pairs for pairs, is_look in one.looked if is_look] == [8, 10, 12]
    assert [pairs for pairs, is_look in one.looked if not is_look] == [2, 3, 4, 5, 6, 7, 9, 11]
    assert ended == "the most pairs allowed were run (pairs_max)"


def test_it_stops_when_there_is_a_reason_to(tmp_path: Path) -> None:
    one = rig(tmp_path, stop_after=8)
    assert one.rounds.run() == "decided"
    assert len(one.measured) == 16
    assert {lane.log.ended for lane in one.lanes} == {"decided"}


def test_it_stops_early_when_it_is_hopeless(tmp_path: Path) -> None:
    one = rig(tmp_path, stop_after=2)
    one.rounds.run()
    assert len(one.measured) == 4


def test_an_open_answer_gets_no_more_pairs_than_the_budget_has_room_for(tmp_path: Path) -> None:
    # warm-up 5 s and 8 pairs 40 s; two more pairs would take 10 s.
    assert len(rig(tmp_path / "a", budget_s=54.0, round_s=2.5).rounds.run()) > 0
    tight = rig(tmp_path / "b", budget_s=54.0, round_s=2.5)
    assert tight.rounds.run() == "the time budget was used up (budget_s)"
    assert len(tight.measured) == 16
    roomy = rig(tmp_path / "c", budget_s=56.0, round_s=2.5)
    roomy.rounds.run()
    assert len(roomy.measured) == 20


def test_the_fewest_pairs_are_run_whatever_the_budget(tmp_path: Path) -> None:
    one = rig(tmp_path, budget_s=1.0)
    one.rounds.run()
    assert len(one.measured) == 16


def test_a_system_that_cannot_carry_the_load_does_not_hold_up_the_run_for_ever(tmp_path: Path) -> None:
    # 9 rounds a side of 2.5 s are 45 s; at 12 s each, the eighth pair would end after 216 s.
    one = rig(tmp_path, wall_s=12.0, budget_s=60.0, round_s=2.5)
    assert "answers came so slowly" in one.rounds.run()
    assert len(one.lanes[0].log.kept) == 5


def test_the_time_limit_ends_it_wherever_it_is(tmp_path: Path) -> None:
    one = rig(tmp_path, timeout_s=20.0, round_s=2.5)
    assert one.rounds.run() == TIMED_OUT
    assert len(one.measured) == 8


def test_a_pair_beside_a_busy_neighbour_is_left_out_and_made_up_for(tmp_path: Path) -> None:
    # Two warm-up rounds, then the second round of the first pair.
    one = rig(tmp_path, foreign=[0.0, 0.0, 0.0, 0.5])
    one.rounds.run()
    assert one.rounds.left_out == 1
    log = one.lanes[0].log
    assert [note.pair for note in log.kept] == list(range(1, 13))
    doubted = [note for lane in one.lanes for note in lane.log.rounds if note.trouble]
    assert [note.trouble for note in doubted] == ["other programs used 50% of this machine"]
    assert not any(note.is_kept for note in doubted)


def test_at_most_three_in_ten_pairs_are_left_out(tmp_path: Path) -> None:
    one = rig(tmp_path, foreign=[0.5] * 1000)
    one.rounds.run()
    assert one.rounds.left_out == 4
    assert len(one.lanes[0].log.kept) == 12
    assert len(one.measured) == 32


def test_the_busiest_moments_are_left_out_whenever_they_come(tmp_path: Path) -> None:
    foreign = [0.0, 0.0]  # warm-up
    for pair in range(40):
        foreign += [0.9 if pair in (6, 9, 11) else 0.3] * 2
    one = rig(tmp_path, foreign=foreign)
    one.rounds.run()
    left_out = {note.pair for note in one.lanes[0].log.rounds if note.pair >= 0 and not note.is_kept}
    assert {6, 9, 11} <= left_out
    for lane in one.lanes:
        assert {note.pair for note in lane.log.rounds if note.pair >= 0 and not note.is_kept} == left_out


def test_a_generator_that_is_late_by_itself_spoils_a_round(tmp_path: Path) -> None:
    one = rig(tmp_path, late_ms=7.0)
    one.rounds.run()
    assert one.rounds.left_out > 0
    assert "7 ms late" in one.lanes[0].log.rounds[0].trouble


def test_what_was_measured_is_on_disk_when_a_generator_breaks(tmp_path: Path) -> None:
    one = rig(tmp_path, breaks_at=9)
    with pytest.raises(ToolError):
        one.rounds.run()
    data = (tmp_path / "baseline" / "raw" / "rounds.json").read_bytes()
    log = from_json(data, RoundLog, source="rounds.json")
    assert len(log.kept) == 3
    assert log.ended == ""
    assert all((tmp_path / "baseline" / note.file).exists() for note in log.rounds)


def test_a_stop_ends_it_before_the_next_round(tmp_path: Path) -> None:
    one = rig(tmp_path)
    one.stop.request()
    with pytest.raises(Interrupted):
        one.rounds.run()
    assert one.ran == []


def test_progress_counts_pairs(tmp_path: Path) -> None:
    one = rig(tmp_path, stop_after=8)
    one.rounds.run()
    texts = [event.text for event in one.heard]
    assert texts[:3] == ["warm-up 1 of 1", "pair 1 of 8", "pair 2 of 8"]
    assert texts[-1] == "pair 8 of 8"
    assert {event.kind for event in one.heard} == {"progress"}
    assert (one.heard[-1].done, one.heard[-1].total) == (7, 8)


def test_both_at_once_where_it_is_sound(tmp_path: Path) -> None:
    one = rig(tmp_path, may_run_both=True)
    one.rounds.run()
    assert one.rounds.is_at_once
    for pair in range(12):
        first, second = (request for _, request in one.ran if request.pair == pair)
        assert first.begins_at == second.begins_at > 0
        assert {first.turn, second.turn} == {0, 1}
    assert all(request.turn == -1 for _, request in one.ran if request.pair < 0)
    assert [note.is_at_once for note in one.lanes[0].log.rounds] == [False] + [True] * 12


@pytest.mark.parametrize(
    ("may_run_both", "options"),
    [
        (False, {}),
        (True, {"interleave": Interleave.ROUNDS}),
        (True, {"warmup_rounds": 0}),
    ],
)
def test_one_after_the_other_where_it_is_not(
    tmp_path: Path, may_run_both: bool, options: dict[str, Any]
) -> None:
    one = rig(tmp_path, may_run_both=may_run_both, **options)
    one.rounds.run()
    assert not one.rounds.is_at_once
    assert all(request.turn == -1 for _, request in one.ran)


def test_three_sides_go_one_after_the_other(tmp_path: Path) -> None:
    every = (Side.BASELINE, Side.CANDIDATE, Side.BASELINE_REPEAT)
    one = rig(tmp_path, sides=every, interleave="requests")
    one.rounds.run()
    assert {side for side, _ in one.measured} == set(every)
    assert all(len(lane.log.kept) == 12 for lane in one.lanes)
