from __future__ import annotations

import pytest

from gonogo.model import Blame, Change, Difference, Discipline, Priority, Severity
from gonogo.publishing.plain_english import complaints
from gonogo.publishing.sections import meanings
from gonogo.publishing.sections.meanings import meaning_of_finding


def finding(
    title: str, discipline: Discipline = Discipline.SECURITY, key: str = "security:x:1"
) -> Difference:
    return Difference(
        key=key,
        stage="security",
        subject="finding",
        change=Change.REGRESSED,
        blame=Blame.CANDIDATE,
        title=title,
        priority=Priority.MUST,
        discipline=discipline,
        severity=Severity.HIGH,
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (
            "A page repeats what it is sent as HTML, so that foreign scripts run in it",
            "by sending them a link",
        ),
        ("An SQL statement is put together from text", "read or change records"),
        ("A shell command is put together and run", "run commands of their own"),
        ("Data is unpickled, which can run foreign code", "run commands of their own"),
        ("Pages are sent without a Content-Security-Policy", "safety net"),
        ("Pages can be shown inside another site's page (clickjacking)", "do not see"),
        ("Other sites' pages can send a cookie along", "taken over"),
        ("After signing out, the old session still opens pages", "should have ended"),
        ("A password seems to be written into the code", "password could be read"),
        ("Browsers are not told to use https only", "read on its way"),
        ("A hash is used that is no longer safe (MD5 or SHA-1)", "worked out"),
        ("The Server header states a version", "how the system is built"),
        ("Browsers may guess the type of what they are sent", "taken for something else"),
        ("A part with known faults is in use", "how to attack it"),
        ("A page was slow to answer odd input", "brought to a halt"),
    ],
)
def test_a_scanners_words_are_put_into_a_managers(title: str, said: str) -> None:
    assert said in meaning_of_finding(finding(title))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Form elements must have labels", "not told what a field or button is for"),
        ("Elements must meet minimum color contrast ratio thresholds", "cannot read part of the page"),
        ("Heading levels should only increase by one", "by the headings"),
        ("Images must have alternative text", "what a picture shows"),
        ("Scrollable region must have keyboard access", "only the keyboard"),
    ],
)
def test_an_accessibility_rule_is_told_as_what_people_meet(title: str, said: str) -> None:
    assert said in meaning_of_finding(finding(title, Discipline.ACCESSIBILITY))


def test_words_inside_other_words_explain_nothing() -> None:
    assert meaning_of_finding(finding("The retrieval of executive reports")) == meanings._SECURITY_DEFAULT


def test_an_unknown_finding_is_said_to_be_a_finding() -> None:
    assert (
        meaning_of_finding(finding("Something odd", key="security:new-tool:q")) == meanings._SECURITY_DEFAULT
    )


def test_every_meaning_is_plain_english() -> None:
    texts = [text for _, text in (*meanings._SECURITY, *meanings._ACCESSIBILITY)]
    assert complaints([*texts, meanings._SECURITY_DEFAULT, meanings._ACCESSIBILITY_DEFAULT]) == ()


def test_a_title_of_fifty_megabytes_takes_no_time() -> None:
    assert meaning_of_finding(finding("A" * 50_000_000))
