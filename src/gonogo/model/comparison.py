"""What differs between the sides, without any threshold or opinion about it."""

from __future__ import annotations

from gonogo.model.base import Record
from gonogo.model.stage_run import Problem
from gonogo.model.vocabulary import Blame, Change, CheckStatus, Discipline, Priority, Severity, Side


class Again(Record, frozen=True, kw_only=True):
    """What a check came to each time it was carried out again, after the first pass.

    Attributes:
        baseline_same, candidate_same: how often each side did as it did in the first pass.
        baseline_other, candidate_other: how often it did otherwise. Times without evidence do not count.
    """

    baseline_same: int = 0
    baseline_other: int = 0
    candidate_same: int = 0
    candidate_other: int = 0

    @property
    def is_steady(self) -> bool:
        """Whether both sides were seen again, and always did the same."""
        seen = self.baseline_same > 0 and self.candidate_same > 0
        return seen and self.baseline_other == 0 and self.candidate_other == 0


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
        again: what repeating it showed; None when it was not repeated.
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
    again: Again | None = None
    is_manual: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Worse on the upgrade as seen, yet not shown to be the upgrade's doing."""
        return self.change is Change.REGRESSED and self.blame in _DOUBTFUL


_DOUBTFUL = frozenset({Blame.FLAKE, Blame.ENVIRONMENT, Blame.DATA, Blame.SCANNER})


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


class Cause(Record, frozen=True, kw_only=True):
    """One suspected cause of what got worse.

    Attributes:
        id: the same in every run that meets it: `cause-` and twelve hexadecimal digits, or the key of a
            difference that stands alone.
        title: what is checked by the effect that matters most.
        priority: the most urgent of its effects.
        severity: the gravest of its effects; a could-have check may still show lost money.
        effects: keys of the differences it explains, the most important first.
    """

    id: str
    title: str
    priority: Priority
    severity: Severity
    effects: tuple[str, ...]


class MaskedNoise(Record, frozen=True, kw_only=True):
    """What was not compared in one page, table or document, because it changes by itself.

    Attributes:
        places: where, in words.
        reason: how that is known: measured on the version in use, or declared by somebody.
    """

    stage: str
    key: str
    title: str
    places: tuple[str, ...]
    reason: str


class Comparison(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.comparison/1"):
    """Everything that was compared, ordered by stage and key. Recomputed byte for byte from a run folder."""

    differences: tuple[Difference, ...] = ()
    measurements: tuple[MeasuredDifference, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    problems: tuple[Problem, ...] = ()
    noise: tuple[MaskedNoise, ...] = ()
    causes: tuple[Cause, ...] = ()
