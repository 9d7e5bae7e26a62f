"""What differs between the sides, without any threshold or opinion about it."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.stage_run import Problem
from gonogo.model.vocabulary import Blame, Change, CheckStatus, Discipline, Priority, Severity, Side


class Difference(Record, frozen=True, kw_only=True):
    """What became of one key.

    Attributes:
        subject: what kind of observation it is: `check`, `snapshot` or `finding`.
        baseline, candidate: each side's state in a word or short phrase; empty when not seen.
        baseline_status, candidate_status: for checks, the status on each side.
        detail: the difference itself, in plain words first, then technical.
        where: request, element, route; without host.
        cause: identity of the suspected cause, shared by all its effects.
        evidence: files relative to the run folder.
        expected: the reason of the expected change that covers it; empty when none does.
        rule: for findings, the tool's rule.
        is_manual: whether people walked it, on the candidate alone unless the baseline has a status too.
    """

    key: str
    stage: str
    subject: str
    change: Change
    blame: Blame
    title: str
    priority: Priority
    discipline: Discipline
    severity: Severity | None = None
    baseline: str = ""
    candidate: str = ""
    baseline_status: CheckStatus | None = None
    candidate_status: CheckStatus | None = None
    detail: str = ""
    where: str = ""
    cause: str = ""
    feature: str = ""
    evidence: tuple[str, ...] = ()
    expected: str = ""
    rule: str = ""
    is_manual: bool = False


class MeasuredDifference(Record, frozen=True, kw_only=True):
    """One measurement on both sides, and the paired statistics of its rounds.

    Attributes:
        pairs: number of rounds that both sides have; 0 when not paired.
        mean_difference, sd_difference: of candidate − baseline, round by round, in the series' own
            unit (for `ln(ms)` a difference of logs: 0.095 is +10%). 0.0 when pairs is 0.
        candidate_samples, baseline_samples: sample counts; 0 means nothing was measured.
    """

    key: str
    stage: str
    title: str
    statistic: str
    unit: str
    baseline: float
    candidate: float
    baseline_samples: int
    candidate_samples: int
    pairs: int = 0
    mean_difference: float = 0.0
    sd_difference: float = 0.0
    weight: float = 0.0


class Coverage(Record, frozen=True, kw_only=True):
    """How much of a stage's plan produced evidence on one side. `missing` are planned keys without any."""

    stage: str
    side: Side
    planned: int
    ran: int
    missing: tuple[str, ...] = ()


class Comparison(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.comparison/1"):
    """Everything that was compared, ordered by stage and key. Recomputed byte for byte from a run folder."""

    differences: tuple[Difference, ...] = ()
    measurements: tuple[MeasuredDifference, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    problems: tuple[Problem, ...] = ()
