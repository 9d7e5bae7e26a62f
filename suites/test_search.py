"""Searching and paging find what they find today."""

from __future__ import annotations

import pytest

from gonogo.pytest_plugin.tabular import Table

pytestmark = [pytest.mark.must, pytest.mark.discipline("functional"), pytest.mark.feature("Tenancies")]

SEARCHES = [
    "q=Davies",
    "q=davies&status=current",
    "q=T000017",
    "q=Harbour+Court",
    "q=EM1+1DE",
    "q=em11de",
    "q=%22%27%25",
    "status=ended",
    "q=Smith&status=ended",
]


@pytest.mark.parametrize("query", SEARCHES)
def test_search_finds_what_it_finds_today(http_as, snapshot, query):
    """A search finds the tenancies it finds today."""
    page = http_as("rent officer").get(f"/tenancies?{query}")
    assert page.status_code == 200
    found = Table.read_html(page.text).records() if "<table" in page.text else [{"Reference": "none"}]
    snapshot.table(found, f"Search {query}", key="Reference")


LISTS = {
    "tenancies": ("/tenancies?status=", "select reference from tenancy"),
    "repairs": ("/repairs?status=cancelled", "select reference from repair where status = 'cancelled'"),
    "completed repairs": (
        "/repairs?status=completed",
        "select reference from repair where status = 'completed'",
    ),
    "letters": ("/letters?all=", "select reference from letter"),
}


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_a_list_leave_nothing_out(http_as, database, name):
    """The pages of a list hold every record once."""
    path, stored_in = LISTS[name]
    client, listed = http_as("housing manager"), []
    for number in range(1, 100):
        rows = Table.read_html(client.get(f"{path}&page={number}").text)
        first = [row[0] for row in rows.rows]
        if not first or first[0] in listed:
            break
        listed += first
        if len(first) < 25:
            break
    stored = {row["reference"] for row in database.rows(stored_in)}
    assert len(stored) > 10
    assert len(listed) == len(set(listed)), "a record is listed twice"
    missing = sorted(stored - set(listed))
    assert not missing, f"left out: {', '.join(missing[:5])}"


@pytest.mark.discipline("data")
@pytest.mark.parametrize("tenancy", ["T000001", "T000003", "T000053", "T000146", "T000254", "T000516"])
def test_tenancy_record_is_as_today(http_as, snapshot, words, tenancy):
    """A tenancy's names, telephone, e-mail, property and charges are those of today."""
    page = http_as("repairs clerk").get(f"/tenancies/{tenancy}")
    assert page.status_code == 200
    snapshot.text(words(page.text), f"Tenancy record {tenancy}")
