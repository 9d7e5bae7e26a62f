"""`raw/rounds.json`: every round of one side, what it was asked, what came of it, and whether it counts."""

from __future__ import annotations

from gonogo.model import Record, Side
from gonogo.readers.load_messages import ErrorCount, Journey
from gonogo.readers.load_statistics import RoundFacts


class RoundNote(Record, frozen=True, kw_only=True):
    """One round.

    Attributes:
        index: over all rounds of both sides, in the order they ran.
        pair: which pair it belongs to; −1, −2, … while warming up.
        place: 0 when it ran first in its pair.
        file: its samples, relative to the stage's folder.
        began_at: ISO 8601 UTC with milliseconds.
        arrivals_per_s: of this round, where rounds differ; None: as the log says.
        foreign_ratio: share of this machine's processors that neither we nor the targets used; None: unknown.
        is_at_once: the other side ran its round of the pair at the same time.
        doubt: how little the round is to be trusted for what went on beside it; above 1 is not sound.
        trouble: why it was not a sound round; empty when it was.
        is_kept: whether its samples are judged.
        executions, failed, unfinished, requests, cpu_ratio, late_p95_ms: see `RoundDone`.
    """

    index: int
    pair: int
    place: int
    file: str
    began_at: str
    duration_s: float
    wall_s: float
    users: int
    executions: int
    failed: int
    unfinished: int
    requests: int
    cpu_ratio: float
    late_p95_ms: float
    arrivals_per_s: float | None = None
    foreign_ratio: float | None = None
    target_cpu_ratio: float | None = None
    target_memory_mib: float | None = None
    is_at_once: bool = False
    doubt: float = 0.0
    trouble: str = ""
    is_kept: bool = False
    errors: tuple[ErrorCount, ...] = ()


class RoundLog(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.load-rounds/1"):
    """All rounds of one side.

    Attributes:
        seed: what the order of the sides and the arrivals were made from.
        arrivals_per_s: 0 when `users` went by themselves.
        ended: why no further round was run; empty while it goes on, or when it was cut off.
    """

    side: Side
    seed: int
    arrivals_per_s: float
    users: int
    profile: str
    journeys: tuple[Journey, ...]
    rounds: tuple[RoundNote, ...] = ()
    ended: str = ""

    @property
    def kept(self) -> tuple[RoundNote, ...]:
        """The rounds that are judged, in the order of their pairs."""
        return tuple(sorted((note for note in self.rounds if note.is_kept), key=lambda note: note.pair))

    def facts(self, note: RoundNote) -> RoundFacts:
        """What the statistics need to know of a round."""
        return RoundFacts(
            duration_s=note.duration_s,
            wall_s=note.wall_s,
            users=note.users,
            offered_per_s=self.arrivals_per_s if note.arrivals_per_s is None else note.arrivals_per_s,
            cpu_ratio=note.cpu_ratio,
            late_p95_ms=note.late_p95_ms,
            foreign_ratio=note.foreign_ratio,
            target_cpu_ratio=note.target_cpu_ratio,
            target_memory_mib=note.target_memory_mib,
            errors=note.errors,
        )
