"""Open points of the change record are conditions: never a no-go, never a plain go."""

from __future__ import annotations

import msgspec
import pytest
from tests.bundles import AT, TABLE, Bundle
from tests.judging.test_laws import PLAN, PLAN_SHA
from tests.judging.test_waiving import BALANCE, broken, runs_of, upgrade_with, verdict_of

from gonogo.comparing.compare import compare
from gonogo.judging.change_record import change_digest, judge_change
from gonogo.judging.flipping import smallest_flip
from gonogo.model import ChangeRecord, ChangeType, Decision, ReasonCode, Ruling

COMPLETE = ChangeRecord(
    id="CHG0041207",
    type=ChangeType.NORMAL,
    authority="Change advisory board",
    window_start="2026-12-05T18:00:00Z",
    window_end="2026-12-06T02:00:00Z",
    remediation_plan="Restore the database and the 8.1 files; runbook 12.",
    backup_taken="2026-12-05T12:00:00Z",
    restore_rehearsed="2026-11-02",
    point_of_no_return="Sunday 01:00, when the nightly debit starts",
)


def open_points(record: ChangeRecord, at: str = AT) -> list[str]:
    return [j.criterion for j in judge_change(record, at) if j.ruling is Ruling.NOT_MET]


def test_without_a_change_record_nothing_is_asked() -> None:
    assert judge_change(None, AT) == []
    assert verdict_of(runs_of(Bundle()), upgrade_with()).decision is Decision.GO


def test_a_complete_record_leaves_a_go_a_go() -> None:
    assert open_points(COMPLETE) == []
    assert verdict_of(runs_of(Bundle()), upgrade_with(change=COMPLETE)).decision is Decision.GO


def test_an_empty_record_makes_a_go_a_go_with_conditions_and_names_each_point() -> None:
    verdict = verdict_of(runs_of(Bundle()), upgrade_with(change=ChangeRecord()))
    assert verdict.decision is Decision.GO_WITH_CONDITIONS
    points = [j.criterion for j in verdict.judgements if j.code is ReasonCode.CHANGE_OPEN]
    assert points == sorted(
        f"change.{name}"
        for name in (
            "id", "type", "authority", "window", "remediation_plan", "backup", "restore_rehearsal",
            "point_of_no_return",
        )
    )  # fmt: skip


def test_it_never_makes_a_no_go_better_or_worse() -> None:
    for change in (COMPLETE, ChangeRecord()):
        assert verdict_of(broken(BALANCE), upgrade_with(change=change)).decision is Decision.NO_GO


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        ({"id": " "}, "change.id"),
        ({"type": None}, "change.type"),
        ({"authority": ""}, "change.authority"),
        ({"type": ChangeType.EMERGENCY, "authority": ""}, "change.authority"),
        ({"window_start": ""}, "change.window"),
        ({"window_end": ""}, "change.window"),
        ({"remediation_plan": ""}, "change.remediation_plan"),
        ({"backup_taken": ""}, "change.backup"),
        ({"backup_taken": "2026-12-04T17:59:59Z"}, "change.backup"),
        ({"backup_taken": "2026-12-05T18:00:01Z"}, "change.backup"),
        ({"backup_taken": "2026-12-05T12:00:00Z", "backup_max_age_hours": 5.9}, "change.backup"),
        ({"restore_rehearsed": ""}, "change.restore_rehearsal"),
        ({"restore_rehearsed": "2026-11-21"}, "change.restore_rehearsal"),
        ({"restore_rehearsed": "2025-11-19"}, "change.restore_rehearsal"),
        ({"point_of_no_return": ""}, "change.point_of_no_return"),
    ],
)
def test_each_point_that_is_open_is_named(changes: dict[str, object], point: str) -> None:
    assert open_points(msgspec.structs.replace(COMPLETE, **changes)) == [point]


def test_a_standard_change_is_approved_beforehand() -> None:
    assert open_points(msgspec.structs.replace(COMPLETE, type=ChangeType.STANDARD, authority="")) == []


def test_a_window_that_is_over_is_open_again() -> None:
    assert open_points(COMPLETE, "2026-12-06T02:00:00Z") == []
    assert open_points(COMPLETE, "2026-12-06T02:00:01Z") == ["change.window"]


def test_without_a_moment_nothing_that_depends_on_it_is_taken_as_done() -> None:
    assert open_points(COMPLETE, "") == ["change.window", "change.restore_rehearsal"]


def test_a_backup_of_yesterday_is_recent_enough_to_the_second() -> None:
    assert open_points(msgspec.structs.replace(COMPLETE, backup_taken="2026-12-04T18:00:00Z")) == []


def test_the_digest_leaves_out_when_the_backup_was_taken_and_nothing_else() -> None:
    assert change_digest(None) == ""
    later = msgspec.structs.replace(COMPLETE, backup_taken="")
    assert change_digest(later) == change_digest(COMPLETE)
    for field in msgspec.structs.fields(ChangeRecord):
        if field.name != "backup_taken":
            other = {"type": ChangeType.STANDARD, "backup_max_age_hours": 1.0}.get(field.name, "x")
            assert change_digest(msgspec.structs.replace(COMPLETE, **{field.name: other})) != change_digest(
                COMPLETE
            )


def test_closing_the_open_points_would_flip_the_decision() -> None:
    upgrade = upgrade_with(change=msgspec.structs.replace(COMPLETE, authority=""))
    comparison = compare(upgrade, PLAN, PLAN_SHA, runs_of(Bundle()), lambda *_: TABLE)
    facts = smallest_flip(upgrade, PLAN, comparison, AT)
    assert [(fact.subject, fact.key, fact.would_be) for fact in facts] == [
        ("change", "change.authority", "done")
    ]
