"""Pairs of rounds, one side after the other, until there are enough of them."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from gonogo.config.stage_options.load import Interleave, LoadOptions
from gonogo.events import Event
from gonogo.model import Observation, Side, to_json
from gonogo.model.errors import StorageError
from gonogo.readers.load_log import RoundLog, RoundNote
from gonogo.readers.load_messages import Journey, RoundDone, RunRound
from gonogo.readers.load_rounds import RoundSamples, read_round
from gonogo.readers.load_samples import Limits, read_load
from gonogo.stages.base import Services, SideContext
from gonogo.stages.load_generator import Generator
from gonogo.stages.load_machine import Machine, Usage
from gonogo.stages.load_profile import Shape

MOST_FOREIGN = 0.2
"""Share of the machine's processors others may use before a round is doubted."""
MOST_LATE = 0.25
"""How late the generator may start 1 in 20 journeys by itself, as a share of the typical response time."""
NEGLIGIBLE_LATE_MS = 5.0
MOST_REPEATED = 0.3
"""Share of the pairs that may be run again because a round was doubted."""
LOOK_EVERY = 2
"""Pairs between two looks: one with each side first."""
MOST_OVERDRAWN = 2.0
"""Even the fewest pairs are given up after this many times the budget: the system cannot carry the load."""
MOST_BUSY_FOR_BOTH = 0.5
"""Share of the machine that both sides and their generators may use for both to be exercised at once."""
_ROUND_GRACE_S = 90.0
_LEAD_S = 0.1
"""Both generators are told when to begin this long before, so that they begin together."""

ReasonToStop = Callable[[Mapping[Side, tuple[Observation, ...]], int, bool], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What all rounds have in common."""

    options: LoadOptions
    shape: Shape
    journeys: tuple[Journey, ...]
    seed: int
    started_s: float
    deadline_s: float
    services: Services
    stage: str
    reason_to_stop: ReasonToStop
    may_run_both: bool

    @property
    def limits(self) -> Limits:
        """What a journey must reach."""
        return Limits(least_executions=self.options.requests_min, most_errors=self.options.error_limit)


@dataclass(slots=True, kw_only=True)
class Lane:
    """One side: its generator, and the rounds it has run. Changes as rounds are added."""

    context: SideContext
    generator: Generator
    log: RoundLog
    samples: dict[int, RoundSamples] = field(default_factory=dict)

    def observations(self, campaign: Campaign) -> tuple[Observation, ...]:
        """What the kept rounds amount to."""
        rounds = [(self.samples[note.index], self.log.facts(note)) for note in self.log.kept]
        return read_load(campaign.journeys, rounds, campaign.limits, stage=campaign.stage)

    def save(self) -> None:
        """Write `raw/rounds.json`. Raises StorageError."""
        path = self.context.raw / "rounds.json"
        try:
            path.with_suffix(".part").write_bytes(to_json(self.log))
            path.with_suffix(".part").replace(path)
        except OSError as error:
            raise StorageError(f"{path} could not be written: {error.strerror}.") from error


class PairedRounds:
    """Runs warm-up rounds, then pairs, and keeps the account of both sides."""

    def __init__(self, campaign: Campaign, lanes: Sequence[Lane], machine: Machine) -> None:
        self._campaign = campaign
        self._lanes = tuple(lanes)
        self._machine = machine
        self._index = 0
        self._kept = 0
        self._repeated = 0
        self._pairs_s: list[float] = []
        self._is_at_once = False

    @property
    def is_at_once(self) -> bool:
        """Whether both sides were exercised at once, request by request."""
        return self._is_at_once

    @property
    def repeated(self) -> int:
        """Pairs run again because a round was doubted."""
        return self._repeated

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
                cores = sum(note.cpu_ratio + (note.target_cpu_ratio or 0.0) for note in warm)
                return cores <= MOST_BUSY_FOR_BOTH * self._machine.cores

    def _pair(self, pair: int) -> None:
        clock = self._campaign.services.clock
        began_s = clock.monotonic_s()
        order = order_of(self._lanes, pair, self._campaign.seed)
        if self._is_at_once:
            notes = self._at_once(order, pair)
        else:
            notes = [self._alone(lane, pair=pair, place=place) for place, lane in enumerate(order)]
        self._pairs_s.append(clock.monotonic_s() - began_s)
        is_doubted = any(note.trouble for note in notes)
        if is_doubted and self._repeated < MOST_REPEATED * max(self._kept, self._campaign.options.pairs_min):
            self._repeated += 1
        else:
            self._kept += 1
            for lane, note in zip(order, notes, strict=True):
                kept = msgspec.structs.replace(note, is_kept=True)
                lane.log = msgspec.structs.replace(lane.log, rounds=(*lane.log.rounds[:-1], kept))
        for lane in self._lanes:
            lane.save()

    def _alone(self, lane: Lane, *, pair: int, place: int) -> RoundNote:
        request = self._request(lane, pair)
        before = self._machine.read()
        lane.generator.ask_for_round(request)
        done = lane.generator.round_done(request.duration_s + request.give_up_s + _ROUND_GRACE_S)
        usage = self._machine.usage(before, self._machine.read())
        return self._keep(lane, request, done, usage, place)

    def _at_once(self, order: Sequence[Lane], pair: int) -> list[RoundNote]:
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
        return [
            self._keep(lane, request, answer, usage, place)
            for place, (lane, request, answer) in enumerate(zip(order, requests, done, strict=True))
        ]

    def _request(self, lane: Lane, pair: int) -> RunRound:
        campaign = self._campaign
        campaign.services.stop.check()
        index, self._index = self._index, self._index + 1
        return RunRound(
            index=index,
            pair=pair,
            seed=campaign.seed,
            duration_s=campaign.options.round_s,
            arrivals_per_s=campaign.shape.arrivals_per_s,
            give_up_s=campaign.options.give_up_s,
            file=str(lane.context.folder / _file(index)),
        )

    def _keep(self, lane: Lane, request: RunRound, done: RoundDone, usage: Usage, place: int) -> RoundNote:
        file = _file(request.index)
        samples = read_round((lane.context.folder / file).read_bytes(), source=file)
        note = _note(request, done, usage, lane, samples, place=place)
        lane.samples[note.index] = samples
        lane.log = msgspec.structs.replace(lane.log, rounds=(*lane.log.rounds, note))
        lane.save()
        return note

    def _ended(self) -> str:
        campaign, options = self._campaign, self._campaign.options
        elapsed_s = campaign.services.clock.monotonic_s() - campaign.started_s
        if self._kept >= FEWEST_FOR_A_LOOK:
            is_look = self._kept >= options.pairs_min and (self._kept - options.pairs_min) % LOOK_EVERY == 0
            found = {lane.context.side: lane.observations(campaign) for lane in self._lanes}
            reason = campaign.reason_to_stop(found, self._kept, is_look)
            if reason:
                return reason
            if is_look and self._kept + LOOK_EVERY > options.pairs_max:
                return "the most pairs allowed were run (pairs_max)"
            if is_look and elapsed_s + LOOK_EVERY * statistics.median(self._pairs_s) > options.budget_s:
                return "the time budget was used up (budget_s)"
        if elapsed_s > MOST_OVERDRAWN * max(options.budget_s, self._planned_s()):
            return "answers came so slowly that it took twice the time it was given (budget_s)"
        if campaign.services.clock.monotonic_s() > campaign.deadline_s:
            return TIMED_OUT
        return ""

    def _planned_s(self) -> float:
        """How long the fewest pairs take when every answer comes in time."""
        options = self._campaign.options
        return (options.warmup_rounds + options.pairs_min) * len(self._lanes) * options.round_s

    def _aim(self) -> int:
        options = self._campaign.options
        if self._kept < options.pairs_min:
            return options.pairs_min
        return min(options.pairs_max, self._kept + LOOK_EVERY - (self._kept - options.pairs_min) % LOOK_EVERY)

    def _tell(self, text: str) -> None:
        options = self._campaign.options
        self._campaign.services.events.emit(
            Event(
                kind="progress",
                stage=self._campaign.stage,
                text=text,
                done=self._kept,
                total=max(options.pairs_min, self._aim()),
            )
        )


TIMED_OUT = "the stage's time limit was reached (timeout_s)"
FEWEST_FOR_A_LOOK = 2


def order_of(lanes: Sequence[Lane], pair: int, seed: int) -> tuple[Lane, ...]:
    """Who goes first in a pair: random, but of every two pairs each order has one (ABBA or BAAB)."""
    order = list(lanes)
    random.Random(f"{seed}/order/{pair // 2}").shuffle(order)  # noqa: S311 - an order, not a secret
    return tuple(order if pair % 2 == 0 else reversed(order))


def _note(
    request: RunRound,
    done: RoundDone,
    usage: Usage,
    lane: Lane,
    samples: RoundSamples,
    *,
    place: int,
) -> RoundNote:
    target = lane.context.process_id
    began = datetime.fromtimestamp(done.began_at, UTC)
    return RoundNote(
        index=request.index,
        pair=request.pair,
        place=place,
        file=_file(request.index),
        began_at=began.strftime("%Y-%m-%dT%H:%M:%S.") + f"{began.microsecond // 1000:03d}Z",
        duration_s=request.duration_s,
        wall_s=done.wall_s,
        users=done.users,
        executions=done.executions,
        failed=done.failed,
        unfinished=done.unfinished,
        requests=done.requests,
        cpu_ratio=done.cpu_ratio,
        late_p95_ms=done.late_p95_ms,
        foreign_ratio=usage.foreign_ratio,
        target_cpu_ratio=usage.target_ratio.get(target) if target is not None else None,
        target_memory_mib=usage.memory_mib.get(target) if target is not None else None,
        is_at_once=request.turn >= 0,
        trouble=_trouble(done, usage, samples),
        errors=done.errors,
    )


def _file(index: int) -> str:
    return f"raw/samples/round-{index:04d}.npz"


def _trouble(done: RoundDone, usage: Usage, samples: RoundSamples) -> str:
    """Why a round is not to be trusted. Nothing that the system under test answered is a reason."""
    if usage.foreign_ratio is not None and usage.foreign_ratio > MOST_FOREIGN:
        return f"other programs used {usage.foreign_ratio:.0%} of this machine"
    answered = sorted(samples.response_ms[~samples.failed].tolist())
    typical_ms = answered[len(answered) // 2] if answered else 0.0
    if done.late_p95_ms > max(MOST_LATE * typical_ms, NEGLIGIBLE_LATE_MS):
        return f"the generator started 1 in 20 journeys {done.late_p95_ms:.0f} ms late"
    return ""
