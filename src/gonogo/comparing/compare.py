"""Plan and evidence of both sides → Comparison. A pure function: same evidence, same bytes.

What is compared, in this order: is the evidence whole (problems), did the plan run (coverage), then key
by key checks, findings, snapshots and measurements. Everything is sorted by stage and key, so the order
in which evidence arrived never matters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gonogo.comparing.checks import compare_checks
from gonogo.comparing.expected import apply_expected
from gonogo.comparing.findings import compare_findings
from gonogo.comparing.measurements import compare_measurements
from gonogo.comparing.pages import compare_pages
from gonogo.comparing.wholeness import evidence_problems
from gonogo.model import (
    CheckResult,
    CheckStatus,
    Comparison,
    Coverage,
    Difference,
    Finding,
    MeasuredDifference,
    Measurement,
    Plan,
    PlannedCheck,
    Problem,
    Side,
    Snapshot,
    StageRun,
    Upgrade,
)

ReadArtefact = Callable[[str, Side, str], bytes]
"""(stage, side, artefact path) → its bytes. Raises EvidenceError when it is missing or altered."""

_Kind = TypeVar("_Kind", bound=CheckResult | Finding | Snapshot | Measurement)

Kind = TypeVar("Kind", CheckResult, Finding, Snapshot, Measurement)

SIDES = (Side.BASELINE, Side.CANDIDATE)
IDENTITY_STAGE = "identity"


def compare(
    upgrade: Upgrade,
    plan: Plan,
    plan_sha256: str,
    runs: tuple[StageRun, ...],
    read_artefact: ReadArtefact,
) -> Comparison:
    """Compare both sides.

    Args:
        upgrade: names the stages that must be there and the changes expected.
        plan: every check that was to run.
        plan_sha256: digest of the plan as stored; runs made for another plan do not count.
        runs: whatever was gathered, in any order.
        read_artefact: gives snapshot contents.

    Returns:
        Every key's change. Missing, damaged or unlike evidence becomes a Problem or NOT_COMPARABLE;
        it is never left out.
    """
    stages = (IDENTITY_STAGE, *(settings.stage for settings in upgrade.stages))
    problems = list(evidence_problems(stages, SIDES, plan, plan_sha256, runs))
    by_place = {(run.header.stage, run.header.side): run for run in runs}
    differences: list[Difference] = []
    measurements: list[MeasuredDifference] = []
    coverage: list[Coverage] = []
    for stage in stages:
        baseline, candidate = (by_place.get((stage, side)) for side in SIDES)
        planned = {check.key: check for check in plan.checks if check.stage == stage}
        old_checks, new_checks = worst_results(baseline), worst_results(candidate)
        coverage.extend(_coverage(stage, planned, {Side.BASELINE: old_checks, Side.CANDIDATE: new_checks}))
        differences.extend(compare_checks(stage, planned, old_checks, new_checks))
        differences.extend(
            compare_findings(
                stage, _of_kind(baseline, Finding), _of_kind(candidate, Finding), old_checks, new_checks
            )
        )
        changed, damaged = compare_pages(
            stage,
            _of_kind(baseline, Snapshot),
            _of_kind(candidate, Snapshot),
            old_checks,
            new_checks,
            read_artefact,
        )
        differences.extend(changed)
        problems.extend(damaged)
        measurements.extend(
            compare_measurements(stage, _of_kind(baseline, Measurement), _of_kind(candidate, Measurement))
        )
    return Comparison(
        differences=apply_expected(sorted(differences, key=_order), upgrade.expected_changes),
        measurements=tuple(sorted(measurements, key=lambda m: (m.stage, m.key))),
        coverage=tuple(coverage),
        problems=tuple(sorted(set(problems), key=_problem_order)),
    )


def worst_results(run: StageRun | None) -> dict[str, CheckResult]:
    """The results of a side by key. Where a key was reported twice the worse one counts."""
    results: dict[str, CheckResult] = {}
    for result in _of_kind(run, CheckResult):
        known = results.get(result.key)
        if known is None or (_BADNESS[result.status], result.message) > (
            _BADNESS[known.status],
            known.message,
        ):
            results[result.key] = result
    return results


_BADNESS = {
    CheckStatus.PASSED: 0,
    CheckStatus.SKIPPED: 1,
    CheckStatus.EMPTY: 2,
    CheckStatus.UNDEFINED: 3,
    CheckStatus.BROKEN: 4,
    CheckStatus.FAILED: 5,
}


def _of_kind(run: StageRun | None, kind: type[_Kind]) -> tuple[_Kind, ...]:
    return () if run is None else tuple(o for o in run.observations if isinstance(o, kind))


def _coverage(
    stage: str, planned: dict[str, PlannedCheck], results: dict[Side, dict[str, CheckResult]]
) -> tuple[Coverage, ...]:
    found = []
    for side in SIDES:
        asked = [key for key, check in planned.items() if check.is_asked_of(side)]
        missing = sorted(key for key in asked if not _is_evidence(results[side].get(key)))
        found.append(
            Coverage(
                stage=stage,
                side=side,
                planned=len(asked),
                ran=len(asked) - len(missing),
                missing=tuple(missing),
            )
        )
    return tuple(found)


def _is_evidence(result: CheckResult | None) -> bool:
    return result is not None and result.status.is_evidence


def _order(difference: Difference) -> tuple[str, str, str]:
    return difference.stage, difference.key, difference.subject


def _problem_order(problem: Problem) -> tuple[str, str, str, str]:
    return problem.stage, problem.side.value if problem.side else "", problem.code.value, problem.message
