"""What a load test measured, sorted by subject.

Keys are `<stage>:<subject>:<statistic>`. The subject is `all` for the whole mix, `generator` for the
machine that made the load, `target` for the server, `<journey>` or `<journey> > <endpoint>`.
"""

from __future__ import annotations

from gonogo.model import MeasuredDifference

OVERALL, GENERATOR, TARGET = "all", "generator", "target"
TIME_STATISTICS = ("log_mean", "log_p95", "log_p98")
PART_STATISTICS = ("log_mean", "log_p95")

MOST_BASELINE_ERRORS = 0.05
"""A version in use that fails more than this share of its journeys is no yardstick."""
ALL_FAILING = 0.99
LEAST_EXECUTIONS = 20
"""Fewer tries than this say nothing about errors."""
BUSY_MACHINE = 0.2
MOST_OVERRUN = 1.3


class LoadEvidence:
    """The measurements of one load stage by subject and statistic. Read-only."""

    def __init__(self, stage: str, measured: tuple[MeasuredDifference, ...]) -> None:
        self._by: dict[str, dict[str, MeasuredDifference]] = {}
        for one in measured:
            prefix, _, rest = one.key.partition(":")
            subject, _, statistic = rest.rpartition(":")
            if prefix == stage and statistic == one.statistic:
                self._by.setdefault(subject, {})[statistic] = one

    @property
    def parts(self) -> tuple[str, ...]:
        """Journeys and, where a journey has several, its endpoints, by name."""
        return tuple(s for s in sorted(self._by) if s not in (OVERALL, GENERATOR, TARGET))

    @property
    def journeys(self) -> tuple[str, ...]:
        """The journeys, by name."""
        return tuple(subject for subject in self.parts if " > " not in subject)

    def endpoints(self, journey: str) -> tuple[str, ...]:
        """The endpoints of a journey that are measured by themselves."""
        return tuple(subject for subject in self.parts if subject.startswith(f"{journey} > "))

    def get(self, subject: str, statistic: str) -> MeasuredDifference | None:
        """One measurement, or None."""
        return self._by.get(subject, {}).get(statistic)

    def title(self, subject: str) -> str:
        """What a subject is called in a sentence."""
        return next((one.title for one in self._by.get(subject, {}).values()), subject)

    def failing_everything(self) -> MeasuredDifference | None:
        """The error ratio, when the upgrade fails (nearly) everything and the version in use does not."""
        errors = self.get(OVERALL, "error_ratio")
        if errors is None or min(errors.candidate_samples, errors.baseline_samples) < LEAST_EXECUTIONS:
            return None
        is_so = errors.candidate >= ALL_FAILING and errors.baseline <= MOST_BASELINE_ERRORS
        return errors if is_so else None


def is_two_sided(one: MeasuredDifference | None) -> bool:
    """Whether both sides measured it."""
    return one is not None and one.baseline_samples > 0 and one.candidate_samples > 0


def too_much_load(evidence: LoadEvidence) -> str:
    """A sentence when the version in use could not keep up, so that times are those of a queue; else nothing."""
    overrun = evidence.get(OVERALL, "overrun_ratio")
    if overrun is None or overrun.baseline <= MOST_OVERRUN:
        return ""
    return f" The version in use took {overrun.baseline:.1f} times as long as the load was meant to last: lower it."


def foreign_share(evidence: LoadEvidence) -> float:
    """The share of this machine that other programs used; 0.0 when it is not known."""
    foreign = evidence.get(GENERATOR, "foreign_ratio")
    return max(foreign.baseline, foreign.candidate) if foreign is not None else 0.0


def busy_machine(evidence: LoadEvidence) -> str:
    """A sentence when other programs kept the machine busy, which is why rounds differ; else nothing."""
    used = foreign_share(evidence)
    if used <= BUSY_MACHINE:
        return ""
    return f" Other programs used {used:.0%} of this machine meanwhile: run it when that is quieter."
