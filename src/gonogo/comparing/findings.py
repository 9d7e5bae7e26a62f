"""Findings, key by key: new, worsened, spread, persisting, resolved, or not looked for again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gonogo.comparing.causes import cause_of
from gonogo.model import Blame, Change, CheckResult, Difference, Finding, Priority, Retest, Severity

_PRIORITIES = {
    Severity.CRITICAL: Priority.MUST,
    Severity.HIGH: Priority.MUST,
    Severity.MEDIUM: Priority.MUST,
    Severity.LOW: Priority.SHOULD,
    Severity.INFO: Priority.COULD,
}

_NEW = (Change.REGRESSED, Blame.CANDIDATE, "New on the upgrade.")
_RETESTED = {
    Retest.NONE: _NEW,
    Retest.CONFIRMED: _NEW,
    Retest.NOT_SEEN_AGAIN: (
        Change.ADDED,
        Blame.FLAKE,
        "Seen once on the upgrade and not again, so it is shown and holds nothing up.",
    ),
    Retest.NOT_RUN: (
        Change.NOT_COMPARABLE,
        Blame.ENVIRONMENT,
        "Seen on the upgrade, and it could not be looked for again on both sides.",
    ),
}


def compare_findings(
    stage: str,
    baseline: tuple[Finding, ...],
    candidate: tuple[Finding, ...],
    baseline_checks: Mapping[str, CheckResult],
    candidate_checks: Mapping[str, CheckResult],
) -> Iterator[Difference]:
    """One difference for every finding of either side.

    A finding's absence means something only when the check that would have found it ran there:
    otherwise the change is NOT_COMPARABLE, never "new" and never "fixed".
    """
    before, after = findings_by_key(baseline), findings_by_key(candidate)
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if new is not None and old is None:
            yield _one_sided(stage, new, is_new=True, ran=_ran(new, baseline_checks))
        elif old is not None and new is None:
            yield _one_sided(stage, old, is_new=False, ran=_ran(old, candidate_checks))
        elif old is not None and new is not None:
            yield _both(stage, old, new)


def is_worse(old: Finding | None, new: Finding) -> bool:
    """Whether a finding is new, graver, or shown to have spread."""
    if old is None or new.severity.rank < old.severity.rank:
        return True
    return new.count > old.count and new.is_count_exact and old.is_count_exact


def findings_by_key(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    """Findings by key; where a key is there twice, the graver one, then the more frequent."""
    found: dict[str, Finding] = {}
    for finding in findings:
        known = found.get(finding.key)
        if known is None or (finding.severity.rank, -finding.count) < (known.severity.rank, -known.count):
            found[finding.key] = finding
    return found


def _ran(finding: Finding, checks: Mapping[str, CheckResult]) -> bool:
    result = checks.get(finding.check)
    return not finding.check or (result is not None and result.status.is_evidence)


def _one_sided(stage: str, finding: Finding, *, is_new: bool, ran: bool) -> Difference:
    if is_new:
        change, blame, words = _NEW
    else:
        change, blame, words = Change.FIXED, Blame.NONE, "No longer found on the upgrade."
    if not ran:
        other = "baseline" if is_new else "candidate"
        change, blame = Change.NOT_COMPARABLE, Blame.ENVIRONMENT
        words = f"Not looked for on the {other}: {finding.check or 'the scan'} did not run there."
    elif is_new:
        change, blame, words = _RETESTED[finding.retest]
    seen = f"{finding.severity.value}, {finding.count} times" if finding.count > 1 else finding.severity.value
    return _difference(stage, finding, change, blame, words, "" if is_new else seen, seen if is_new else "")


def _both(stage: str, old: Finding, new: Finding) -> Difference:
    change, blame, words = Change.STILL_FAILING, Blame.PRE_EXISTING, "Already there today."
    if is_worse(old, new):
        change, blame = Change.REGRESSED, Blame.CANDIDATE
    if new.severity.rank < old.severity.rank:
        words = f"Worse than today: {old.severity.value} became {new.severity.value}."
    elif new.count > old.count:
        words = f"Now in {new.count} places instead of {old.count}."
    elif new.count < old.count and new.is_count_exact and old.is_count_exact:
        words = f"In {new.count} places instead of {old.count}."
    return _difference(
        stage,
        new,
        change,
        blame,
        words,
        f"{old.severity.value}, {old.count}",
        f"{new.severity.value}, {new.count}",
    )


def _difference(
    stage: str, finding: Finding, change: Change, blame: Blame, words: str, baseline: str, candidate: str
) -> Difference:
    return Difference(
        key=finding.key,
        stage=stage,
        subject="finding",
        change=change,
        blame=blame,
        title=finding.title,
        priority=_PRIORITIES[finding.severity],
        discipline=finding.discipline,
        severity=finding.severity,
        baseline=baseline,
        candidate=candidate,
        detail=f"{words}\n{finding.detail}".strip(),
        where=finding.where,
        cause=cause_of(finding.rule, finding.title),
        rule=finding.rule,
    )
