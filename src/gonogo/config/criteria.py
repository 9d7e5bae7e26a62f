"""Criteria: the defaults every stage has, and what `[criteria.<stage>]` changes about them."""

from __future__ import annotations

from collections.abc import Callable

from gonogo.config.schema import CriteriaTable, LimitTable
from gonogo.model import Criterion, CriterionKind, Priority, Severity

_CHECK_DEFAULTS = {
    "run_share_min": 1.0,
    "must_regressed_max": 0,
    "should_regressed_max": 0,
    "could_regressed_max": 0,
}
_DEFAULTS: dict[str, dict[str, float]] = {
    "uat": dict(_CHECK_DEFAULTS),
    "regression": {
        **_CHECK_DEFAULTS,
        "must_changed_max": 0,
        "should_changed_max": 0,
        "could_changed_max": 0,
        "new_high_max": 0,
        "new_medium_max": 0,
    },
    "load": {
        "run_share_min": 1.0,
        "must_regressed_max": 0,
        "slower_max_percent": 10.0,
        "error_increase_max": 0.01,
    },
    "security": {**_CHECK_DEFAULTS, "new_high_max": 0, "new_medium_max": 0, "new_low_max": 0},
}

_Build = Callable[[str, float], Criterion]


def criteria_for(stage: str, table: CriteriaTable | None) -> tuple[Criterion, ...]:
    """Every criterion of one stage: defaults, changed by the table where it names a key.

    A stage gonogo does not ship gets the check defaults, so that it is never judged by nothing.
    """
    values = dict(_DEFAULTS.get(stage, _CHECK_DEFAULTS))
    if table is not None:
        stated = table.model_dump(exclude_none=True, exclude={"limit"})
        values.update(stated)
    criteria = [_BUILDERS[key](stage, value) for key, value in values.items()]
    limits = () if table is None else tuple(_limit(stage, limit) for limit in table.limit)
    return (*criteria, *limits)


def identity_criterion() -> Criterion:
    """The criterion nobody can remove: both targets are who they are said to be."""
    return Criterion(
        id="identity.both-proven",
        stage="identity",
        kind=CriterionKind.IDENTITY,
        priority=Priority.MUST,
        limit=1.0,
        statement="Both systems answer, state the versions claimed, and are two different systems.",
    )


def _limit(stage: str, table: LimitTable) -> Criterion:
    return Criterion(
        id=f"{stage}.limit.{table.of}.{table.statistic}",
        stage=stage,
        kind=CriterionKind.MAXIMUM,
        priority=table.priority,
        limit=table.max,
        statement=f"{table.of}: {table.statistic} is at most {table.max:g}.",
        scope_key=f"{stage}:{table.of}:{table.statistic}",
    )


def _counting(
    key: str, kind: CriterionKind, priority: Priority, words: str, scope: Priority | None = None,
    severity: Severity | None = None,
) -> _Build:  # fmt: skip
    def build(stage: str, value: float) -> Criterion:
        allowed = "No" if value == 0 else f"At most {value:g}"
        return Criterion(
            id=f"{stage}.{key}",
            stage=stage,
            kind=kind,
            priority=priority,
            limit=float(value),
            statement=f"{allowed} {words}.",
            scope_priority=scope,
            scope_severity=severity,
        )

    return build


def _run_share(stage: str, value: float) -> Criterion:
    return Criterion(
        id=f"{stage}.run_share_min",
        stage=stage,
        kind=CriterionKind.RUN_SHARE,
        priority=Priority.MUST,
        limit=value,
        statement=f"At least {value:.0%} of the planned checks ran on both sides.",
    )


def _no_slower(stage: str, value: float) -> Criterion:
    return Criterion(
        id=f"{stage}.slower_max_percent",
        stage=stage,
        kind=CriterionKind.NO_SLOWER,
        priority=Priority.MUST,
        limit=value,
        statement=f"Response times are shown to be no more than {value:g}% worse.",
    )


def _no_more_errors(stage: str, value: float) -> Criterion:
    return Criterion(
        id=f"{stage}.error_increase_max",
        stage=stage,
        kind=CriterionKind.NO_MORE_ERRORS,
        priority=Priority.MUST,
        limit=value,
        statement=f"At most {value:.1%} more of the requests fail than today.",
    )


_MUST, _SHOULD, _COULD = Priority.MUST, Priority.SHOULD, Priority.COULD
_BUILDERS: dict[str, _Build] = {
    "run_share_min": _run_share,
    "slower_max_percent": _no_slower,
    "error_increase_max": _no_more_errors,
    "must_regressed_max": _counting(
        "must_regressed_max", CriterionKind.REGRESSED, _MUST,
        "must-have check works today and fails on the upgrade",
        _MUST,
    ),
    "should_regressed_max": _counting(
        "should_regressed_max", CriterionKind.REGRESSED, _SHOULD,
        "should-have check works today and fails on the upgrade", _SHOULD,
    ),
    "could_regressed_max": _counting(
        "could_regressed_max", CriterionKind.REGRESSED, _COULD,
        "could-have check works today and fails on the upgrade", _COULD,
    ),
    "must_failing_max": _counting(
        "must_failing_max", CriterionKind.FAILING, _MUST, "must-have check fails on the upgrade", _MUST
    ),
    "must_changed_max": _counting(
        "must_changed_max", CriterionKind.CHANGED, _MUST, "must-have page, table or document changed", _MUST
    ),
    "should_changed_max": _counting(
        "should_changed_max", CriterionKind.CHANGED, _SHOULD,
        "should-have page, table or document changed", _SHOULD
    ),
    "could_changed_max": _counting(
        "could_changed_max", CriterionKind.CHANGED, _COULD,
        "could-have page, table or document changed", _COULD
    ),
    "new_high_max": _counting(
        "new_high_max", CriterionKind.NEW_FINDINGS, _MUST, "new serious finding", severity=Severity.HIGH
    ),
    "new_medium_max": _counting(
        "new_medium_max", CriterionKind.NEW_FINDINGS, _MUST, "new medium finding", severity=Severity.MEDIUM
    ),
    "new_low_max": _counting(
        "new_low_max", CriterionKind.NEW_FINDINGS, _SHOULD, "new low finding", severity=Severity.LOW
    ),
}  # fmt: skip
