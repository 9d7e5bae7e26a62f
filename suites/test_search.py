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


def test_pages_of_a_list_leave_nothing_out(http_as, database):
    """The pages of the tenancy list hold every tenancy once."""
    client, listed = http_as("rent officer"), []
    for number in range(1, 100):
        rows = Table.read_html(client.get(f"/tenancies?page={number}").text).column("Reference")
        if not rows or rows[0] in listed:
            break
        listed += rows
    stored = [row["reference"] for row in database.rows("select reference from tenancy")]
    assert len(listed) == len(set(listed)), "a tenancy is listed twice"
    missing = sorted(set(stored) - set(listed))
    assert not missing, f"left out: {', '.join(missing[:5])}"


@pytest.mark.discipline("data")
@pytest.mark.parametrize("tenancy", ["T000001", "T000003", "T000053", "T000146", "T000254", "T000516"])
def test_tenancy_record_is_as_today(http_as, snapshot, words, tenancy):
    """A tenancy's names, telephone, e-mail, property and charges are those of today."""
    page = http_as("repairs clerk").get(f"/tenancies/{tenancy}")
    assert page.status_code == 200
    snapshot.text(words(page.text), f"Tenancy record {tenancy}")
