"""Pairs of rounds, one side after the other or both at once, until there are enough of them."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Sequence

import msgspec

from gonogo.config.stage_options.load import Interleave
from gonogo.events import Event
from gonogo.readers.load_messages import RoundDone, RunRound
from gonogo.readers.load_rounds import read_round
from gonogo.stages.load_lanes import Campaign, Lane, file_of, note_of
from gonogo.stages.load_machine import Machine, Usage

MOST_LEFT_OUT = 0.3
"""Share of the pairs that may be left out because a round was doubted: the most doubtful ones."""
LOOK_EVERY = 2
"""Pairs between two looks: one with each side first."""
MOST_OVERDRAWN = 2.0
"""Even the fewest pairs are given up after this many times the budget: the system cannot carry the load."""
MOST_BUSY_FOR_BOTH = 0.5
"""Share of the machine that both sides and their generators may use for both to be exercised at once."""
_ROUND_GRACE_S = 90.0
_LEAD_S = 0.1
"""Both generators are told when to begin this long before, so that they begin together."""

TIMED_OUT = "the stage's time limit was reached (timeout_s)"
FEWEST_FOR_A_LOOK = 2


class PairedRounds:
    """Runs warm-up rounds, then pairs, and keeps the account of both sides."""

    def __init__(self, campaign: Campaign, lanes: Sequence[Lane], machine: Machine) -> None:
        self._campaign = campaign
        self._lanes = tuple(lanes)
        self._machine = machine
        self._index = 0
        self._kept = 0
        self._left_out = 0
        self._looked_at = 0
        self._pairs_s: list[float] = []
        self._is_at_once = False

    @property
    def is_at_once(self) -> bool:
        """Whether both sides were exercised at once, request by request."""
        return self._is_at_once

    @property
    def left_out(self) -> int:
        """Pairs that are not judged because the machine was busy with something else."""
        return self._left_out

    def run(self) -> str:
        """Warm up, then run pairs until there is a reason to stop, which is returned.

        Raises:
            ToolError: a generator failed. What was measured is saved.
            Interrupted: the run is to stop. What was measured is saved.
        """
        options = self._campaign.options
        for turn in range(options.warmup_rounds):
            self._tell(f"warm-up {turn + 1} of {options.warmup_rounds}")
            for place, lane in enumerate(self._lanes):
                self._alone(lane, pair=-1 - turn, place=place)
        self._is_at_once = self._can_run_both()
        pair, ended = 0, ""
        while not ended:
            self._tell(f"pair {self._kept + 1} of {self._aim()}")
            self._pair(pair)
            pair += 1
            ended = self._ended()
        for lane in self._lanes:
            lane.log = msgspec.structs.replace(lane.log, ended=ended)
            lane.save()
        return ended

    def _can_run_both(self) -> bool:
        """Whether both sides are exercised at once, request by request."""
        match self._campaign.options.interleave:
            case Interleave.ROUNDS:
                return False
            case Interleave.REQUESTS:
                return self._campaign.shape.is_open_loop and len(self._lanes) == 2
            case Interleave.AUTO:
                if not self._campaign.may_run_both or not all(lane.log.rounds for lane in self._lanes):
                    return False
                warm = [lane.log.rounds[-1] for lane in self._lanes]
                processes = self._campaign.options.processes
                cores = sum(note.cpu_ratio * processes + (note.target_cpu_ratio or 0.0) for note in warm)
                return cores <= MOST_BUSY_FOR_BOTH * self._machine.cores

    def _pair(self, pair: int) -> None:
        clock = self._campaign.services.clock
        began_s = clock.monotonic_s()
        order = order_of(self._lanes, pair, self._campaign.seed)
        if self._is_at_once:
            self._at_once(order, pair)
        else:
            for place, lane in enumerate(order):
                self._alone(lane, pair=pair, place=place)
        self._pairs_s.append(clock.monotonic_s() - began_s)
        self._choose()
        for lane in self._lanes:
            lane.save()

    def _choose(self) -> None:
        """Keep every pair but the most doubtful ones, at most `MOST_LEFT_OUT` of all.

        What is doubted is what other programs and the generator did, never what the system answered, so
        the choice favours neither side.
        """
        doubts: dict[int, float] = {}
        for note in (note for lane in self._lanes for note in lane.log.rounds if note.pair >= 0):
            doubts[note.pair] = max(doubts.get(note.pair, 0.0), note.doubt)
        most = math.floor(MOST_LEFT_OUT * len(doubts))
        worst = sorted(
            (pair for pair in doubts if doubts[pair] > 1.0), key=lambda pair: (-doubts[pair], pair)
        )
        left_out = set(worst[:most])
        self._left_out, self._kept = len(left_out), len(doubts) - len(left_out)
        for lane in self._lanes:
            rounds = tuple(
                msgspec.structs.replace(note, is_kept=note.pair >= 0 and note.pair not in left_out)
                for note in lane.log.rounds
            )
            lane.log = msgspec.structs.replace(lane.log, rounds=rounds)

    def _alone(self, lane: Lane, *, pair: int, place: int) -> None:
        request = self._request(lane, pair)
        before = self._machine.read()
        lane.generator.ask_for_round(request)
        done = lane.generator.round_done(request.duration_s + request.give_up_s + _ROUND_GRACE_S)
        usage = self._machine.usage(before, self._machine.read())
        self._keep(lane, request, done, usage, place)

    def _at_once(self, order: Sequence[Lane], pair: int) -> None:
        begins_at = time.time() + _LEAD_S
        requests = [
            msgspec.structs.replace(self._request(lane, pair), begins_at=begins_at, turn=turn)
            for turn, lane in enumerate(order)
        ]
        before = self._machine.read()
        for lane, request in zip(order, requests, strict=True):
            lane.generator.ask_for_round(request)
        limit_s = requests[0].duration_s + requests[0].give_up_s + _ROUND_GRACE_S
        done = [lane.generator.round_done(limit_s) for lane in order]
        usage = self._machine.usage(before, self._machine.read())
        for place, (lane, request, answer) in enumerate(zip(order, requests, done, strict=True)):
            self._keep(lane, request, answer, usage, place)

    def _request(self, lane: Lane, pair: int) -> RunRound:
        campaign = self._campaign
        campaign.services.stop.check()
        index, self._index = self._index, self._index + 1
        return RunRound(
            index=index,
            pair=pair,
            seed=campaign.seed,
            duration_s=campaign.options.round_s,
            arrivals_per_s=campaign.shape.rate_of(pair),
            within=campaign.shape.within,
            give_up_s=campaign.options.give_up_s,
            file=str(lane.context.folder / file_of(index)),
        )

    def _keep(self, lane: Lane, request: RunRound, done: RoundDone, usage: Usage, place: int) -> None:
        file = file_of(request.index)
        samples = read_round((lane.context.folder / file).read_bytes(), source=file)
        note = note_of(request, done, usage, lane, samples, place=place)
        lane.samples[note.index] = samples
        lane.log = msgspec.structs.replace(lane.log, rounds=(*lane.log.rounds, note))
        lane.save()

    def _ended(self) -> str:
        campaign, options = self._campaign, self._campaign.options
        elapsed_s = campaign.services.clock.monotonic_s() - campaign.started_s
        if self._kept >= FEWEST_FOR_A_LOOK:
            at_its_end = self._at_its_end(elapsed_s)
            is_look = bool(at_its_end) or (self._next_look(self._kept - 1) == self._kept > self._looked_at)
            self._looked_at = self._kept if is_look else self._looked_at
            found = {lane.context.side: lane.observations(campaign) for lane in self._lanes}
            reason = campaign.reason_to_stop(found, self._kept, is_look) or at_its_end
            if reason:
                return reason
        if elapsed_s > MOST_OVERDRAWN * max(options.budget_s, self._planned_s()):
            return "answers came so slowly that it took twice the time it was given (budget_s)"
        if campaign.services.clock.monotonic_s() > campaign.deadline_s:
            return TIMED_OUT
        return ""

    def _at_its_end(self, elapsed_s: float) -> str:
        """Why there is no room for another look; empty when there is."""
        options, pairs = self._campaign.options, self._next_look(self._kept)
        if self._kept < options.pairs_min:
            return ""
        if pairs > options.pairs_max:
            return "the most pairs allowed were run (pairs_max)"
        if elapsed_s + (pairs - self._kept) * statistics.median(self._pairs_s) > options.budget_s:
            return "the time budget was used up (budget_s)"
        return ""

    def _next_look(self, pairs: int) -> int:
        """The number of pairs at which the answer is taken next, after so many."""
        fewest = self._campaign.options.pairs_min
        return fewest if pairs < fewest else fewest + ((pairs - fewest) // LOOK_EVERY + 1) * LOOK_EVERY

    def _planned_s(self) -> float:
        """How long the fewest pairs take when every answer comes in time."""
        options = self._campaign.options
        return (options.warmup_rounds + options.pairs_min) * len(self._lanes) * options.round_s

    def _aim(self) -> int:
        return min(self._campaign.options.pairs_max, self._next_look(self._kept))

    def _tell(self, text: str) -> None:
        self._campaign.services.events.emit(
            Event(
                kind="progress",
                stage=self._campaign.stage,
                text=text,
                done=self._kept,
                total=self._aim(),
            )
        )


def order_of(lanes: Sequence[Lane], pair: int, seed: int) -> tuple[Lane, ...]:
    """Who goes first in a pair: random, but of every two pairs each order has one (ABBA or BAAB)."""
    order = list(lanes)
    random.Random(f"{seed}/order/{pair // 2}").shuffle(order)  # noqa: S311 - an order, not a secret
    return tuple(order if pair % 2 == 0 else reversed(order))
