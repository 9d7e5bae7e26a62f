"""One side of a load test: its generator, its rounds, and how far each round is to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gonogo.config.stage_options.load import LoadOptions
from gonogo.model import Observation, Side, to_json
from gonogo.model.errors import StorageError
from gonogo.readers.load_log import RoundLog, RoundNote
from gonogo.readers.load_messages import Journey, RoundDone, RunRound
from gonogo.readers.load_rounds import RoundSamples
from gonogo.readers.load_samples import Limits, read_load
from gonogo.stages.base import Services, SideContext
from gonogo.stages.load_generator import Generator
from gonogo.stages.load_machine import Usage
from gonogo.stages.load_profile import Shape

MOST_FOREIGN = 0.2
"""Share of the machine's processors others may use before a round is doubted."""
MOST_LATE = 0.25
"""How late the generator may start 1 in 20 journeys by itself, as a share of the typical response time."""
NEGLIGIBLE_LATE_MS = 5.0

ReasonToStop = Callable[[Mapping[Side, tuple[Observation, ...]], int, bool], str]
"""From what each side's rounds amount to, the number of pairs, and whether the answer may be taken now."""


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


def note_of(
    request: RunRound,
    done: RoundDone,
    usage: Usage,
    lane: Lane,
    samples: RoundSamples,
    *,
    place: int,
) -> RoundNote:
    """What is written down about a round."""
    target = lane.context.process_id
    began = datetime.fromtimestamp(done.began_at, UTC)
    doubt, trouble = _doubt(done, usage, samples)
    return RoundNote(
        index=request.index,
        pair=request.pair,
        place=place,
        file=file_of(request.index),
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
        arrivals_per_s=request.arrivals_per_s,
        foreign_ratio=usage.foreign_ratio,
        target_cpu_ratio=usage.target_ratio.get(target) if target is not None else None,
        target_memory_mib=usage.memory_mib.get(target) if target is not None else None,
        is_at_once=request.turn >= 0,
        doubt=doubt,
        trouble=trouble,
        errors=done.errors,
    )


def file_of(index: int) -> str:
    """Where a round's samples go, below the stage's folder."""
    return f"raw/samples/round-{index:04d}.npz"


def _doubt(done: RoundDone, usage: Usage, samples: RoundSamples) -> tuple[float, str]:
    """How little a round is to be trusted (above 1: not), and why. The system's answers are no reason."""
    foreign = (usage.foreign_ratio or 0.0) / MOST_FOREIGN
    answered = sorted(samples.response_ms[~samples.failed].tolist())
    typical_ms = answered[len(answered) // 2] if answered else 0.0
    late = done.late_p95_ms / max(MOST_LATE * typical_ms, NEGLIGIBLE_LATE_MS)
    doubt = max(foreign, late)
    if doubt <= 1.0:
        return doubt, ""
    if foreign >= late:
        return doubt, f"other programs used {usage.foreign_ratio:.0%} of this machine"
    return doubt, f"the generator started 1 in 20 journeys {done.late_p95_ms:.0f} ms late"
