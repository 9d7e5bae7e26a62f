"""What was seen when doubtful checks were carried out again: the repeats of one stage, side by side.

A repeat is a stage run of its own. Nothing of it counts as a result of the plan; it only says how steady
what the first pass saw is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gonogo.model import Again, CheckResult, CheckStatus, Finding, Side, Snapshot, StageRun

RESULT_BADNESS = {
    CheckStatus.PASSED: 0,
    CheckStatus.SKIPPED: 1,
    CheckStatus.EMPTY: 2,
    CheckStatus.UNDEFINED: 3,
    CheckStatus.BROKEN: 4,
    CheckStatus.FAILED: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """One repeat on one side.

    Attributes:
        number: which repeat it is, from 1.
        checks, findings, snapshots: what it saw, by key.
    """

    number: int
    side: Side
    checks: dict[str, CheckResult]
    findings: dict[str, Finding]
    snapshots: dict[str, Snapshot]

    def looked(self, check: str) -> bool:
        """Whether the check with this key gave evidence this time."""
        result = self.checks.get(check)
        return result is not None and result.status.is_evidence


def repeats_of(stage: str, runs: Iterable[StageRun]) -> tuple[Repeat, ...]:
    """The repeats of one stage among the runs, in order of number and side."""
    found = [
        Repeat(
            number=run.header.repeat,
            side=run.header.side,
            checks=worst_results(run),
            findings={o.key: o for o in run.observations if isinstance(o, Finding)},
            snapshots={o.key: o for o in run.observations if isinstance(o, Snapshot)},
        )
        for run in runs
        if run.header.stage == stage and run.header.repeat
    ]
    return tuple(sorted(found, key=lambda repeat: (repeat.number, repeat.side.value)))


def worst_results(run: StageRun | None) -> dict[str, CheckResult]:
    """The results of a side by key. Where a key was reported twice the worse one counts."""
    results: dict[str, CheckResult] = {}
    for result in _results(run):
        known = results.get(result.key)
        if known is None or (RESULT_BADNESS[result.status], result.message) > (
            RESULT_BADNESS[known.status],
            known.message,
        ):
            results[result.key] = result
    return results


def _results(run: StageRun | None) -> Iterator[CheckResult]:
    if run is not None:
        yield from (o for o in run.observations if isinstance(o, CheckResult))


def counted_again(repeats: Iterable[Repeat], is_same: Callable[[Repeat], bool | None]) -> Again | None:
    """Count how often each side did the same again.

    Args:
        repeats: of one stage.
        is_same: whether a repeat did as the first pass did on its side; None when it gave no evidence.

    Returns:
        The counts, or None when no repeat gave any evidence.
    """
    counts = {(side, same): 0 for side in (Side.BASELINE, Side.CANDIDATE) for same in (True, False)}
    for repeat in repeats:
        same = is_same(repeat)
        if same is not None and (repeat.side, same) in counts:
            counts[repeat.side, same] += 1
    if not any(counts.values()):
        return None
    return Again(
        baseline_same=counts[Side.BASELINE, True],
        baseline_other=counts[Side.BASELINE, False],
        candidate_same=counts[Side.CANDIDATE, True],
        candidate_other=counts[Side.CANDIDATE, False],
    )
