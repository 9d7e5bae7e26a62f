"""Checks, findings, measurements and expected changes, key by key."""

from __future__ import annotations

import math

import msgspec
import pytest

from gonogo.comparing.causes import cause_of
from gonogo.comparing.checks import compare_checks
from gonogo.comparing.expected import apply_expected
from gonogo.comparing.findings import compare_findings
from gonogo.comparing.measurements import compare_measurements
from gonogo.model import (
    Blame,
    Change,
    CheckResult,
    CheckStatus,
    Difference,
    ExpectedChange,
    Finding,
    Measurement,
    PlannedCheck,
    Severity,
)

S = CheckStatus
PLAN = {"uat:a": PlannedCheck(key="uat:a", stage="uat", title="See a balance")}


def check(status: CheckStatus | None, message: str = "") -> dict[str, CheckResult]:
    return {} if status is None else {"uat:a": CheckResult(key="uat:a", status=status, message=message)}


def change(
    baseline: CheckStatus | None, candidate: CheckStatus | None, *, planned: bool = True
) -> Difference:
    return next(iter(compare_checks("uat", PLAN if planned else {}, check(baseline), check(candidate))))


@pytest.mark.parametrize(
    ("baseline", "candidate", "expected", "blame"),
    [
        (S.PASSED, S.PASSED, Change.STILL_PASSING, Blame.NONE),
        (S.PASSED, S.FAILED, Change.REGRESSED, Blame.CANDIDATE),
        (S.FAILED, S.PASSED, Change.FIXED, Blame.NONE),
        (S.FAILED, S.FAILED, Change.STILL_FAILING, Blame.PRE_EXISTING),
    ],
)
def test_two_pieces_of_evidence_are_a_change(
    baseline: CheckStatus, candidate: CheckStatus, expected: Change, blame: Blame
) -> None:
    found = change(baseline, candidate)
    assert (found.change, found.blame) == (expected, blame)


@pytest.mark.parametrize("none", [None, *(s for s in S if not s.is_evidence)])
@pytest.mark.parametrize("other", [S.PASSED, S.FAILED])
def test_a_side_without_evidence_is_not_comparable(none: CheckStatus | None, other: CheckStatus) -> None:
    assert change(none, other).change is Change.NOT_COMPARABLE
    assert change(other, none).change is Change.NOT_COMPARABLE


def test_what_nobody_planned_is_added_or_removed() -> None:
    assert change(None, S.PASSED, planned=False).change is Change.ADDED
    assert change(S.PASSED, None, planned=False).change is Change.REMOVED


def test_forty_failures_behind_one_503_have_one_cause() -> None:
    causes = {cause_of("GET /rents/{}", f"Step {n} failed: the server answered 503") for n in range(40)}
    assert len(causes) == 1


def test_a_cause_keeps_its_identity_when_only_numbers_and_hosts_change() -> None:
    first = cause_of("", "expected £10.00 at http://127.0.0.1:8081/x on 2026-11-20")
    second = cause_of("", "expected £12.40 at http://127.0.0.1:9555/x on 2027-01-02")
    assert first == second
    assert first != cause_of("", "expected a heading")


SCANNED = {"security:code": CheckResult(key="security:code", status=S.PASSED)}


def found(severity: Severity = Severity.HIGH, count: int = 1, *, exact: bool = False) -> Finding:
    return Finding(
        key="security:bandit:x",
        rule="bandit:B307",
        severity=severity,
        title="Use of eval",
        where="loader.py",
        count=count,
        is_count_exact=exact,
        check="security:code",
    )


def compared(
    old: Finding | None,
    new: Finding | None,
    old_checks: dict[str, CheckResult] = SCANNED,
    new_checks: dict[str, CheckResult] = SCANNED,
) -> Difference:
    before = () if old is None else (old,)
    after = () if new is None else (new,)
    return next(iter(compare_findings("security", before, after, old_checks, new_checks)))


def test_a_finding_on_the_candidate_only_is_new() -> None:
    assert compared(None, found()).change is Change.REGRESSED


def test_a_finding_on_the_baseline_only_is_fixed() -> None:
    assert compared(found(), None).change is Change.FIXED


def test_a_finding_on_both_is_pre_existing() -> None:
    difference = compared(found(), found())
    assert (difference.change, difference.blame) == (Change.STILL_FAILING, Blame.PRE_EXISTING)


def test_a_worse_severity_counts_as_new() -> None:
    assert compared(found(Severity.MEDIUM), found(Severity.HIGH)).change is Change.REGRESSED


def test_a_finding_not_looked_for_on_the_other_side_is_neither_new_nor_fixed() -> None:
    assert compared(None, found(), old_checks={}).change is Change.NOT_COMPARABLE
    assert compared(found(), None, new_checks={}).change is Change.NOT_COMPARABLE


def test_a_grown_count_counts_only_where_counts_are_exact() -> None:
    assert compared(found(count=2), found(count=5)).change is Change.STILL_FAILING
    assert compared(found(count=2, exact=True), found(count=5, exact=True)).change is Change.REGRESSED


def measured(*series: float, samples: int = 100) -> tuple[Measurement, ...]:
    value = sum(series) / len(series) if series else 0.0
    return (
        Measurement(
            key="load:Search:log_mean",
            title="Search",
            statistic="log_mean",
            value=value,
            unit="ln(ms)",
            sample_count=samples,
            series=series,
        ),
    )


def test_rounds_are_paired_by_position() -> None:
    difference = next(compare_measurements("load", measured(1.0, 2.0, 4.0), measured(1.5, 2.5, 4.5)))
    assert difference.pairs == 3
    assert difference.mean_difference == pytest.approx(0.5)
    assert difference.sd_difference == pytest.approx(0.0)


def test_a_round_one_side_lacks_is_no_pair() -> None:
    difference = next(compare_measurements("load", measured(1.0, math.nan, 3.0), measured(1.0, 2.0)))
    assert difference.pairs == 1


def test_a_missing_side_has_no_samples() -> None:
    difference = next(compare_measurements("load", measured(1.0), ()))
    assert (difference.candidate_samples, difference.pairs) == (0, 0)


def test_an_expected_change_is_marked_and_missing_evidence_cannot_be_expected() -> None:
    regressed = change(S.PASSED, S.FAILED)
    lost = change(S.PASSED, None)
    expected = (ExpectedChange(key="uat:*", reason="Release note 12", accepted_by="A. Shah"),)
    marked = apply_expected([regressed, lost], expected)
    assert marked[0].expected == "Release note 12 (accepted by A. Shah)"
    assert marked[1].expected == ""
    assert msgspec.structs.replace(marked[0], expected="") == regressed


def test_the_same_fault_on_two_records_has_one_cause() -> None:
    first = cause_of("GET /api/v1/accounts/A000001", "Account A000001: the API says None pence")
    second = cause_of("GET /api/v1/accounts/G000003", "Account G000003: the API says None pence")
    assert first == second
