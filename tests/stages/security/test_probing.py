"""Attacks that need no scanner, against a target that has each fault and one that has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.stages.security.support import PASSWORD, SIGN_IN, served

from gonogo.model import CheckStatus
from gonogo.readers.site_map import places_on
from gonogo.stages.security.holding import left_open, try_wrong_passwords
from gonogo.stages.security.probing import try_forms, try_session
from gonogo.stages.security.session import Account, Marker, Session, sign_in

pytestmark = pytest.mark.slow
SPARE = Account(role="spare", username="spare", password=PASSWORD)
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
    tried = try_forms(session, SIGN_IN, OFFICER, forms, (), lambda: None)
    assert tried.check.status is CheckStatus.PASSED
    assert tried.check.detail.startswith("1 forms")
    assert tried.routes == {"POST /notes"}
    assert session.holds()
    session.close()
    return {(finding.rule, finding.where) for finding in tried.findings}


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
        ("signs-out-on-keeping", ("gonogo:signed-out", "POST /notes")),
    ],
)
def test_each_fault_of_forms_is_found(fault: str, found: tuple[str, str]) -> None:
    with served(fault) as one:
        assert form_rules(one.url) == {found}


def test_a_password_that_is_wrong_breaks_the_check(sound: str) -> None:
    session = signed_in(sound)
    wrong = Account(role="officer", username="officer", password="wrong")
    tried = try_forms(session, SIGN_IN, wrong, [], (), lambda: None)
    for check, findings in (
        try_session(session, SIGN_IN, wrong),
        (tried.check, [*tried.findings]),
        try_wrong_passwords(session, SIGN_IN, Account(role="spare", username="spare", password="wrong")),
    ):
        assert check.status is CheckStatus.BROKEN
        assert findings == []
    session.close()


@pytest.mark.parametrize(("faults", "found"), [((), set()), (("guess-forever",), {"gonogo:no-lockout"})])
def test_wrong_passwords_without_end_are_found(faults: tuple[str, ...], found: set[str]) -> None:
    with served(*faults) as one:
        session = signed_in(one.url)
        check, findings = try_wrong_passwords(session, SIGN_IN, SPARE)
        assert check.status is CheckStatus.PASSED
        assert {finding.rule for finding in findings} == found
        # Another look at an account that the first one closed says the same.
        assert {finding.rule for finding in left_open(session, SIGN_IN, SPARE)} == found
        assert session.holds()
        session.close()


def test_passwords_do_not_show_in_a_representation() -> None:
    assert PASSWORD not in repr(OFFICER)
