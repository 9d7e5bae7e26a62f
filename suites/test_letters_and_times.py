"""Words and times: letters say what they say today, and times are British time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from gonogo.pytest_plugin.tabular import Table

pytestmark = [pytest.mark.must, pytest.mark.feature("Letters and times")]

TEMPLATES = [
    "Rent arrears: first reminder",
    "Rent arrears: second reminder",
    "Repair appointment",
    "Rent increase notice",
]
LONDON = ZoneInfo("Europe/London")


@pytest.mark.discipline("language")
@pytest.mark.parametrize("template", TEMPLATES)
def test_letter_is_worded_as_today(page_as, snapshot, template):
    """A letter made from a template says what it says today, with every blank filled in."""
    page = page_as("housing manager")
    page.goto("/letters/new?tenancy=T000001")
    page.get_by_label("Template").select_option(template)
    page.get_by_role("button", name="Use template").click()
    subject = page.get_by_label("Subject").input_value()
    body = page.get_by_label("Letter text").input_value()
    assert body.strip()
    assert "{" not in body, "a blank was not filled in"
    assert "Â" not in body, "the pound sign is garbled"
    snapshot.text(f"{subject}\n\n{body}", f"Letter: {template}", discipline="language")


OFFICERS_PAGES = [
    *("/", "/tenancies", "/tenancies/T000003", "/arrears", "/accounts/A000003", "/accounts/A000003/payment"),
    *("/letters", "/reports", "/batch"),
]
CLERKS_PAGES = ["/", "/repairs", "/repairs/R000386", "/repairs/new"]
MANAGERS_PAGES = ["/admin/users", "/admin/access", "/accounts/A000003/write-off"]


@pytest.mark.should
@pytest.mark.discipline("language")
@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("rent officer", OFFICERS_PAGES),
        ("repairs clerk", CLERKS_PAGES),
        ("housing manager", MANAGERS_PAGES),
    ],
    ids=["rent officer", "repairs clerk", "housing manager"],
)
def test_menus_headings_and_labels_are_worded_as_today(http_as, snapshot, role, pages):
    """Menus, headings, columns, labels and buttons have the words of today."""
    client, lines = http_as(role), []
    for path in pages:
        page = html.document_fromstring(client.get(path).text)
        found = page.xpath("//nav//a | //h1 | //h2 | //th | //label | //legend | //button")
        said = [" ".join(element.text_content().split()) for element in found]
        lines += [f"{path}: {words}" for words in dict.fromkeys(said) if words]
    assert len(lines) > len(pages), "hardly any words were found"
    snapshot.text("\n".join(lines), f"Words of the pages for a {role}", discipline="language")


@pytest.mark.discipline("data")
def test_letters_sent_are_kept_in_full(database, http_as, snapshot, words):
    """Letters that were sent can still be read from beginning to end."""
    longest = database.value("select max(length(body)) from letter where reference <= 'L000150'")
    assert longest > 300, f"the longest letter has {longest} characters"
    for reference in ("L000005", "L000060", "L000100", "L000140"):
        answer = http_as("repairs clerk").get(f"/letters/{reference}")
        assert answer.status_code == 200
        snapshot.text(words(answer.text), f"Letter {reference}")


@pytest.mark.discipline("time")
@pytest.mark.parametrize("repair", ["R000100", "R000143", "R000240", "R000300", "R000345", "R000360"])
def test_repair_shows_the_british_time_of_the_call(repair, database, text_at):
    """The time at which a repair was raised is British time, in summer and in winter."""
    raised = database.value("select raised_at from repair where reference = :repair", repair=repair)
    shown = text_at(f"/repairs/{repair}", "repair-raised")
    assert shown == british(raised), f"{repair} was raised on {british(raised)}, the page says {shown}"


@pytest.mark.discipline("time")
def test_job_history_shows_british_time(database, http_as):
    """The times at which nightly jobs began are British time."""
    stored = database.rows("select id, started_at from batch_run where business_date <= '2026-11-16'")
    page = http_as("rent officer").get("/batch").text
    shown = {row["Run"]: row["Started"] for row in Table.read_html(page, "Batch jobs").records()}
    assert len(stored) > 10
    for row in stored:
        began, said = british(row["started_at"]), shown[str(row["id"])]
        assert said == began, f"run {row['id']} began {began}, the page says {said}"


def british(instant: str) -> str:
    """An instant of the database, in UTC, as the screens write it: `2 Jul 2026, 11:41`."""
    moment = datetime.fromisoformat(str(instant)).replace(tzinfo=UTC).astimezone(LONDON)
    return f"{moment.day} {moment:%b %Y, %H:%M}"
