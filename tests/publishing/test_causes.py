from __future__ import annotations

import itertools

import msgspec
import pytest

from gonogo.model import Blame, Change, CheckStatus, Difference, Discipline, Priority, Severity
from gonogo.publishing.causes import Standing, by_weight, grouped, headline, standing, with_standing


def difference(key: str = "uat:a:b", /, **changes: object) -> Difference:
    base = Difference(
        key=key,
        stage=key.split(":", 1)[0],
        subject="check",
        change=Change.REGRESSED,
        blame=Blame.CANDIDATE,
        title="A rent officer takes a payment",
        priority=Priority.MUST,
        discipline=Discipline.FUNCTIONAL,
    )
    return msgspec.structs.replace(base, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Standing.WORSE),
        ({"blame": Blame.PRE_EXISTING}, Standing.ALREADY),
        ({"blame": Blame.FLAKE}, Standing.UNRELIABLE),
        ({"blame": Blame.SCANNER}, Standing.UNRELIABLE),
        ({"expected": "The release notes say so"}, Standing.EXPECTED),
        ({"change": Change.STILL_FAILING}, Standing.ALREADY),
        ({"change": Change.FIXED}, Standing.BETTER),
        ({"change": Change.STILL_PASSING, "expected": "x"}, Standing.SAME),
        ({"change": Change.STILL_PASSING, "blame": Blame.FLAKE}, Standing.UNRELIABLE),
        ({"change": Change.NOT_COMPARABLE, "blame": Blame.ENVIRONMENT}, Standing.NOT_COMPARED),
        ({"change": Change.ADDED, "blame": Blame.NONE}, Standing.NOT_COMPARED),
        (
            {"change": Change.ADDED, "blame": Blame.NONE, "candidate_status": CheckStatus.FAILED},
            Standing.WORSE,
        ),
        ({"change": Change.ADDED, "subject": "finding"}, Standing.WORSE),
        ({"change": Change.REMOVED, "subject": "finding"}, Standing.BETTER),
        ({"change": Change.REMOVED}, Standing.NOT_COMPARED),
    ],
)
def test_each_difference_has_one_place_in_the_report(changes: dict[str, object], expected: Standing) -> None:
    assert standing(difference(**changes)) is expected


@pytest.mark.parametrize(("change", "blame"), list(itertools.product(Change, Blame)))
def test_every_change_with_every_blame_has_a_place(change: Change, blame: Blame) -> None:
    for subject in ("check", "snapshot", "finding"):
        assert isinstance(standing(difference(change=change, blame=blame, subject=subject)), Standing)


def test_what_did_not_get_worse_is_never_called_worse() -> None:
    same = [Change.FIXED, Change.STILL_FAILING, Change.STILL_PASSING, Change.NOT_COMPARABLE]
    differences = [difference(change=change, blame=blame) for change, blame in itertools.product(same, Blame)]
    assert with_standing(differences, Standing.WORSE) == ()


def test_differences_with_one_cause_are_one_problem() -> None:
    found = grouped([difference(f"uat:a:{place}", cause="cause-1") for place in range(40)])
    assert len(found) == 1
    assert len(found[0].effects) == 39


def test_a_difference_without_a_cause_is_its_own() -> None:
    assert len(grouped([difference("uat:a:1"), difference("uat:a:2")])) == 2


def test_the_worst_effect_leads_its_cause() -> None:
    could = difference("uat:a:1", cause="c", priority=Priority.COULD)
    must = difference("uat:a:2", cause="c", priority=Priority.MUST)
    assert grouped([could, must])[0].lead == must


def test_money_is_told_before_looks_among_equals() -> None:
    looks = difference("a:1", discipline=Discipline.VISUAL)
    money = difference("z:1", discipline=Discipline.MONEY)
    assert [cause.lead for cause in grouped([looks, money])] == [money, looks]


def test_a_broken_must_have_is_told_before_a_medium_finding() -> None:
    finding = difference("a:1", subject="finding", severity=Severity.MEDIUM)
    check = difference("z:1")
    assert [cause.lead for cause in grouped([finding, check])] == [check, finding]


def test_order_of_the_differences_does_not_matter() -> None:
    differences = [difference(f"uat:a:{place}", cause=f"c{place % 3}") for place in range(12)]
    assert grouped(differences) == grouped(reversed(differences))


def test_anchors_are_numbered_without_gaps() -> None:
    found = grouped([difference(f"uat:a:{place}") for place in range(5)])
    assert [cause.anchor for cause in found] == [f"problem-{place}" for place in range(1, 6)]


def test_every_discipline_has_a_weight() -> None:
    assert set(by_weight(Discipline)) == set(Discipline)


def test_what_a_person_sees_is_the_headline() -> None:
    seen = difference(detail="The page shows £111.05 where £123.45 is owed.\nAssertionError: x")
    assert headline(seen) == "The page shows £111.05 where £123.45 is owed"


@pytest.mark.parametrize(
    "detail",
    [
        "AssertionError: assert 1 == 2",
        "Locator expected to be visible",
        "Traceback (most recent call last):",
        "",
    ],
)
def test_a_technical_message_is_no_headline(detail: str) -> None:
    assert headline(difference(detail=detail)) == "“A rent officer takes a payment” no longer holds"
