"""Plan and evidence of both sides → Comparison. A pure function: same evidence, same bytes.

What is compared, in this order: is the evidence whole (problems), did the plan run (coverage), then key
by key checks, findings, snapshots and measurements, then whose doing each difference is. Everything is
sorted by stage and key, so the order in which evidence arrived never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from gonogo.comparing.artefacts import ReadArtefact
from gonogo.comparing.blaming import Seen, has_failed, with_blame
from gonogo.comparing.causes import causes_of
from gonogo.comparing.checks import compare_checks
from gonogo.comparing.expected import apply_expected
from gonogo.comparing.findings import compare_findings, findings_by_key
from gonogo.comparing.measurements import compare_measurements
from gonogo.comparing.pages import Captures, compare_pages
from gonogo.comparing.repeats import repeats_of, worst_results
from gonogo.comparing.wholeness import evidence_problems
from gonogo.model import (
    CheckResult,
    Comparison,
    Coverage,
    DeclaredNoise,
    Difference,
    ExpectedChange,
    Finding,
    MaskedNoise,
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

__all__ = ["ReadArtefact", "StageComparison", "compare", "compare_stage", "worst_results"]

_Kind = TypeVar("_Kind", bound=CheckResult | Finding | Snapshot | Measurement)

SIDES = (Side.BASELINE, Side.CANDIDATE)
IDENTITY_STAGE = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageComparison:
    """One stage, compared; nothing in it is sorted yet."""

    differences: tuple[Difference, ...]
    measurements: tuple[MeasuredDifference, ...]
    coverage: tuple[Coverage, ...]
    problems: tuple[Problem, ...]
    noise: tuple[MaskedNoise, ...] = ()


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
        runs: whatever was gathered, first passes and repeats, in any order.
        read_artefact: gives snapshot contents.

    Returns:
        Every key's change. Missing, damaged or unlike evidence becomes a Problem or NOT_COMPARABLE;
        it is never left out.
    """
    stages = (IDENTITY_STAGE, *(settings.stage for settings in upgrade.stages))
    problems = list(evidence_problems(stages, SIDES, plan, plan_sha256, runs))
    differences: list[Difference] = []
    measurements: list[MeasuredDifference] = []
    coverage: list[Coverage] = []
    noise: list[MaskedNoise] = []
    for stage in stages:
        found = compare_stage(stage, plan, runs, read_artefact, upgrade.noise, upgrade.expected_changes)
        differences.extend(found.differences)
        measurements.extend(found.measurements)
        coverage.extend(found.coverage)
        problems.extend(found.problems)
        noise.extend(found.noise)
    marked = apply_expected(sorted(differences, key=_order), upgrade.expected_changes)
    return Comparison(
        differences=marked,
        measurements=tuple(sorted(measurements, key=lambda m: (m.stage, m.key))),
        coverage=tuple(coverage),
        problems=tuple(sorted(set(problems), key=_problem_order)),
        noise=tuple(sorted(noise, key=lambda n: (n.stage, n.key, n.reason))),
        causes=causes_of(marked),
    )


def compare_stage(
    stage: str,
    plan: Plan,
    runs: Iterable[StageRun],
    read_artefact: ReadArtefact,
    declared: tuple[DeclaredNoise, ...] = (),
    expected: tuple[ExpectedChange, ...] = (),
) -> StageComparison:
    """Compare one stage of the runs.

    `declared` and `expected` are the upgrade's noise and expected changes, of which those `within` places are
    marked here; the other arguments are those of `compare`.
    """
    runs = tuple(runs)
    baseline, candidate = (_first_pass(runs, stage, side) for side in SIDES)
    planned = {check.key: check for check in plan.checks if check.stage == stage}
    old_checks, new_checks = worst_results(baseline), worst_results(candidate)
    old_findings, new_findings = _of_kind(baseline, Finding), _of_kind(candidate, Finding)
    repeats = repeats_of(stage, runs)
    captures = Captures(
        stage=stage, read_artefact=read_artefact, repeats=repeats, declared=declared, expected=expected
    )
    pages = compare_pages(
        captures, _of_kind(baseline, Snapshot), _of_kind(candidate, Snapshot), old_checks, new_checks
    )
    differences = [
        *compare_checks(stage, planned, old_checks, new_checks),
        *compare_findings(stage, old_findings, new_findings, old_checks, new_checks),
        *pages.differences,
    ]
    identity = worst_results(_first_pass(runs, IDENTITY_STAGE, Side.CANDIDATE))
    seen = Seen(
        repeats=repeats,
        candidate=new_checks,
        baseline_findings=findings_by_key(old_findings),
        candidate_findings=findings_by_key(new_findings),
        is_candidate_down=has_failed(identity, "identity:still-answers"),
        is_other_data=has_failed(identity, "identity:same-data"),
        changed_tools=_changed_tools(baseline, candidate),
    )
    return StageComparison(
        differences=tuple(with_blame(differences, seen)),
        measurements=tuple(
            compare_measurements(stage, _of_kind(baseline, Measurement), _of_kind(candidate, Measurement))
        ),
        coverage=_coverage(stage, planned, {Side.BASELINE: old_checks, Side.CANDIDATE: new_checks}),
        problems=tuple(pages.problems),
        noise=tuple(pages.noise),
    )


def _first_pass(runs: Iterable[StageRun], stage: str, side: Side) -> StageRun | None:
    """The run that carried out the whole plan. Two of them are a problem already; then the last counts."""
    found = None
    for run in sorted(runs, key=lambda run: run.header.observations_sha256):
        if run.header.stage == stage and run.header.side is side and not run.header.repeat:
            found = run
    return found


def _changed_tools(baseline: StageRun | None, candidate: StageRun | None) -> frozenset[str]:
    """Names (in small letters) of tools that both sides used, in another version or with other rules."""
    if baseline is None or candidate is None:
        return frozenset()
    before, after = (
        {tool.name.lower(): (tool.version, tool.lock) for tool in run.header.tools}
        for run in (baseline, candidate)
    )
    return frozenset(name for name in before if name in after and before[name] != after[name])


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
