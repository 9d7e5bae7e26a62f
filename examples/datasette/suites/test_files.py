"""Whether the files that are taken away hold what the database holds."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("data")]

PAYMENTS = "SELECT id, paid_on, supplier_id, ward_id, amount_pence, purpose FROM payment"


def test_file_of_a_table_is_whole(download, database, reconcile):
    """The CSV file of the payments has every row of the database."""
    table = download("/council/payment.csv?_stream=on").table()
    assert not reconcile(table.records(), database.rows(PAYMENTS), key="id")


def test_file_with_names_is_whole(download, database):
    """The file with the names of wards and suppliers has every row, suppliers unknown or not."""
    count = database.value("SELECT count(*) FROM payment")
    download("/council/payment.csv?_stream=on&_labels=on").expect_rows(count)


def test_file_that_a_page_offers_is_the_file(page, download):
    """The link to the file on the page leads to the file."""
    page.goto("/council/supplier")
    link = page.locator("a[href*='.csv']").first.get_attribute("href")
    download(link).expect_rows(30)


@pytest.mark.discipline("interface")
def test_interface_answers_as_today(http_as, snapshot):
    """Programs read the same rows as today."""
    answer = http_as("").get("/council/payment.json?_shape=array&_sort=id&ward_id=2").json()
    assert len(answer) == 100
    snapshot.table(answer, "Payments of a ward, for programs", key="id")


@pytest.mark.discipline("money")
def test_totals_are_those_of_the_database(http_as, database, reconcile):
    """The total of each ward is that of the database, to the penny."""
    told = http_as("").get("/council/payment_by_ward.json?_shape=array").json()
    assert not reconcile(told, database.rows("SELECT * FROM payment_by_ward"), key="ward")
