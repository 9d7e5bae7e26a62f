"""Attacks that need no scanner, against a target that has each fault and one that has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.stages.security.support import PASSWORD, SIGN_IN, served

from gonogo.model import CheckStatus
from gonogo.readers.site_map import places_on
from gonogo.stages.security.probing import try_forms, try_session
from gonogo.stages.security.session import Account, Marker, Session, sign_in

pytestmark = pytest.mark.slow
OFFICER = Account(role="officer", username="officer", password=PASSWORD)


def signed_in(url: str) -> Session:
    session = Session(origin=url, marker=Marker(text=SIGN_IN.success_text), check_path="/")
    assert sign_in(session, SIGN_IN, OFFICER) == ""
    return session


@pytest.fixture(scope="module")
def sound() -> Iterator[str]:
    with served() as one:
        yield one.url


def session_rules(url: str) -> set[str]:
    session = signed_in(url)
    check, findings = try_session(session, SIGN_IN, OFFICER)
    assert check.status is CheckStatus.PASSED
    assert session.holds()  # the scan's own session was not at risk
    session.close()
    return {finding.rule for finding in findings}


def form_rules(url: str) -> set[tuple[str, str]]:
    session = signed_in(url)
    page = session.get("/notes")
    forms = [place for place in places_on(page.body, "/notes", url) if place.form and place.route == "/notes"]
    assert [place.method for place in forms] == ["POST"]
    check, findings = try_forms(session, SIGN_IN, OFFICER, forms, (), lambda: None)
    assert check.status is CheckStatus.PASSED
    assert check.detail.startswith("1 forms")
    assert session.holds()
    session.close()
    return {(finding.rule, finding.where) for finding in findings}


def test_a_sound_system_gives_no_finding(sound: str) -> None:
    assert session_rules(sound) == set()
    assert form_rules(sound) == set()


@pytest.mark.parametrize(
    ("fault", "rule"), [("keeps-key", "zap:40013"), ("survives-sign-out", "gonogo:sign-out")]
)
def test_each_fault_of_the_session_is_found(fault: str, rule: str) -> None:
    with served(fault) as one:
        assert session_rules(one.url) == {rule}


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("token-unchecked", ("zap:20012", "POST /notes")),
        ("leads-anywhere", ("zap:20019", "POST /signin, next")),
    ],
)
def test_each_fault_of_forms_is_found(fault: str, found: tuple[str, str]) -> None:
    with served(fault) as one:
        assert form_rules(one.url) == {found}


def test_a_password_that_is_wrong_breaks_the_check(sound: str) -> None:
    session = signed_in(sound)
    wrong = Account(role="officer", username="officer", password="wrong")
    for check, findings in (
        try_session(session, SIGN_IN, wrong),
        try_forms(session, SIGN_IN, wrong, [], (), lambda: None),
    ):
        assert check.status is CheckStatus.BROKEN
        assert findings == []
    session.close()


def test_passwords_do_not_show_in_a_representation() -> None:
    assert PASSWORD not in repr(OFFICER)
