"""One stage carried out on one side: header, observations, and what was wrong when they were read."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.observations import Observation
from gonogo.model.vocabulary import ReasonCode, Side, StageStatus


class ToolUsed(Record, frozen=True, kw_only=True):
    """A tool and the version that ran, as it stated it. `lock` is a digest of its rules where it has any."""

    name: str
    version: str
    lock: str = ""


class Artefact(Record, frozen=True, kw_only=True):
    """A file in the stage's folder, by its path relative to that folder (always `/`)."""

    path: str
    sha256: str
    size_bytes: int


class CarriedFrom(Record, frozen=True, kw_only=True):
    """Where evidence came from that an earlier run gathered: its run, and the digest of its `stage.json`."""

    run_id: str
    header_sha256: str


class StageHeader(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.stage-run/1"):
    """Everything about a stage run except its observations; written last, when the folder is sealed.

    Attributes:
        reason: why it is not COMPLETED, in plain words.
        reason_code: the same for machines.
        observation_count, observations_sha256: lines in `observations.jsonl`, and the digest of its bytes.
        plan_sha256: digest of the plan it carried out; evidence for another plan does not count.
        notes: facts about the run a reader of the report should know (which browser, which schedule).
        carried_from: the earlier run that gathered this evidence; None when this run did.
        repeat: 0 for the first pass, which carries out the whole plan; n for the n-th time that its
            doubtful checks were carried out again.
        repeats: on a repeat, how many there are in all on this side; so that a missing one is noticed.
    """

    stage: str
    side: Side
    status: StageStatus
    reason: str = ""
    reason_code: ReasonCode = ReasonCode.MET
    tools: tuple[ToolUsed, ...] = ()
    started_at: str = ""
    duration_s: float = 0.0
    observation_count: int = 0
    observations_sha256: str = ""
    plan_sha256: str = ""
    artefacts: tuple[Artefact, ...] = ()
    notes: tuple[str, ...] = ()
    carried_from: CarriedFrom | None = None
    repeat: int = 0
    repeats: int = 0


class Problem(Record, frozen=True, kw_only=True):
    """Something that keeps evidence from counting. Any problem makes the verdict at best INCONCLUSIVE."""

    code: ReasonCode
    stage: str
    message: str
    side: Side | None = None


class StageRun(Record, frozen=True, kw_only=True):
    """A stage run as read back: header, observations, and problems met while reading. Kept in no file.

    Digests are of the files' own bytes, never of records encoded again: a later version of gonogo, whose
    records have further fields, would encode them differently.

    Attributes:
        observations_sha256: of `observations.jsonl` as it is now; empty when there is none.
        header_json: `stage.json` as it is now, in the layout of `to_json`; empty for what no file holds.
    """

    header: StageHeader
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
    observations_sha256: str = ""
    header_json: bytes = b""
