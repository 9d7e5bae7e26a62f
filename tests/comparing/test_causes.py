"""Effects of one thing are one cause, whose identity is the same in every run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.bundles import AT, Bundle, failed, passed

from gonogo.comparing.causes import cause_of, causes_of, seen_before
from gonogo.engine.gate import judge_folder
from gonogo.model import (
    Blame,
    Change,
    Difference,
    Discipline,
    PlannedCheck,
    Priority,
    Severity,
    Side,
)

ALIKE = [
    ("GET /rents/1", "The page answered with status 503", "POST /letters", "Step 3: the server returned 503"),
    ("", "GET /api/accounts/17 answered 500", "/home", "GET /api/accounts/18 answered 500"),
    ("/a", "Locator.click: Timeout 5000ms exceeded.", "/b", "Locator.click: Timeout 3000ms exceeded."),
]
UNLIKE = [
    ("/rents", "The page answered with status 500", "/letters", "The page answered with status 500"),
    ("/rents", "The page answered with status 500", "/rents", "The page answered with status 501"),
    ("/rents", "Expected £512.00, found £5.00", "/rents", "Expected 512 rows"),
    ("/rents", "Expected a heading", "/letters", "Expected a heading"),
]
WAITED = 'Call log:\n  - waiting for get_by_role("button", name="Pay")'


@pytest.mark.parametrize(("where", "said", "other_where", "other_said"), ALIKE)
def test_the_same_cause(where: str, said: str, other_where: str, other_said: str) -> None:
    detail = WAITED if "Timeout" in said else ""
    assert cause_of(where, said, detail) == cause_of(other_where, other_said, detail) != ""


@pytest.mark.parametrize(("where", "said", "other_where", "other_said"), UNLIKE)
def test_other_causes(where: str, said: str, other_where: str, other_said: str) -> None:
    assert cause_of(where, said) != cause_of(other_where, other_said)


def test_another_element_is_another_cause() -> None:
    said = "Locator.click: Timeout 5000ms exceeded."
    assert cause_of("/a", said, WAITED) != cause_of("/a", said, WAITED.replace("Pay", "Post"))


def test_nothing_known_is_no_cause() -> None:
    assert cause_of("", "") == ""


def difference(key: str, **changes: object) -> Difference:
    base = Difference(
        key=key,
        stage="uat",
        subject="check",
        change=Change.REGRESSED,
        blame=Blame.CANDIDATE,
        title=key,
        priority=Priority.MUST,
        discipline=Discipline.FUNCTIONAL,
        cause="cause-1",
    )
    return msgspec.structs.replace(base, **changes)


def test_severity_is_apart_from_priority() -> None:
    (cause,) = causes_of(
        [
            difference("uat:a", discipline=Discipline.VISUAL),
            difference("uat:b", discipline=Discipline.MONEY, priority=Priority.COULD),
        ]
    )
    assert (cause.priority, cause.severity) == (Priority.MUST, Severity.HIGH)
    assert (cause.title, cause.effects) == ("uat:a", ("uat:a", "uat:b"))


def test_only_what_got_worse_and_was_not_expected_has_causes() -> None:
    assert causes_of([difference("uat:a", change=Change.FIXED), difference("uat:b", expected="notes")]) == ()


def test_forty_checks_behind_one_503_are_one_cause_that_is_known_the_next_time(tmp_path: Path) -> None:
    verdicts = {}
    for run in ("monday", "tuesday"):
        bundle = Bundle()
        keys = [f"uat:rents:check {n}" for n in range(40)]
        planned = tuple(PlannedCheck(key=key, stage="uat", title=key) for key in keys)
        bundle.plans["uat"] = msgspec.structs.replace(bundle.plans["uat"], checks=planned)
        bundle.observations["uat", Side.BASELINE] = [passed(key) for key in keys]
        bundle.observations["uat", Side.CANDIDATE] = [
            msgspec.structs.replace(
                failed(key, f"The page answered with status 503 ({run})"), where=f"/p/{n}"
            )
            for n, key in enumerate(keys)
        ]
        verdicts[run], _ = judge_folder(bundle.write(tmp_path, run), generated_at=AT)
    (cause,) = verdicts["tuesday"].causes
    assert len(cause.effects) == 40
    assert {d.cause for d in verdicts["tuesday"].differences} == {cause.id}
    assert seen_before([cause], {"monday": verdicts["monday"]}) == {cause.id: ("monday",)}


def test_a_cause_nobody_met_before_is_not_known() -> None:
    assert seen_before(causes_of([difference("uat:a")]), {}) == {}
