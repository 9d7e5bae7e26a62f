"""Rent accounts reconcile to the penny: ledger, balance, pages, API, reports, nightly jobs."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from lxml import html

from gonogo.comparing.tables import read_money
from gonogo.pytest_plugin.tabular import Table

pytestmark = [pytest.mark.must, pytest.mark.discipline("money"), pytest.mark.feature("Rent accounts")]

ACCOUNTS = ["A000001", "A000003", "A000012", "A000017", "A000100", "A000254", "G000003", "G000010"]


def test_every_balance_is_the_sum_of_its_ledger(database):
    """The balance of every account is the sum of its ledger."""
    wrong = database.rows(
        """
        select a.reference, a.balance_pence, coalesce(sum(e.amount_pence), 0) as ledger_pence
        from rent_account a left join ledger_entry e on e.account_id = a.id
        group by a.id having a.balance_pence <> coalesce(sum(e.amount_pence), 0)
        """
    )
    assert not wrong, f"{len(wrong)} accounts do not add up, first {wrong[0]}"
    assert database.value("select count(*) from rent_account") > 500


def test_ledger_is_the_one_of_today(database, snapshot):
    """No account lost or gained a ledger entry."""
    rows = database.rows(
        """
        select a.reference as account, e.kind, count(*) as entries, sum(e.amount_pence) as pence
        from rent_account a join ledger_entry e on e.account_id = a.id
        where cast(substr(a.reference, 2) as integer) <= 280 or e.kind = 'rent'
        group by a.reference, e.kind
        """
    )
    snapshot.table(rows, "Ledgers", key=["account", "kind"])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_page_api_and_database_agree(account, text_at, api_as, database):
    """The balance on the page, in the API and in the database is the same."""
    stored = database.value(
        "select balance_pence from rent_account where reference = :account", account=account
    )
    shown = read_money(text_at(f"/accounts/{account}", "balance"))
    answered = api_as("housing manager").get(f"accounts/{account}").json()
    assert shown * 100 == stored, f"the page says £{shown}, the database {stored} pence"
    said = answered.get("balance_pence")
    told = "gives no balance" if said is None else f"says {said} pence"
    assert said == stored, f"the API {told}, the database says {stored} pence"


@pytest.mark.parametrize("account", ["A000003", "A000012", "A000100", "A000254"])
def test_running_balance_goes_on_from_line_to_line(account, api_as):
    """Each balance in a ledger is the one before plus the amount."""
    client = api_as("housing manager")
    lines = client.get(f"accounts/{account}/transactions", params={"per_page": 100}).json()["items"]
    assert len(lines) > 3
    for newer, older in pairwise(lines):
        expected, said = older["balance_pence"] + newer["amount_pence"], newer["balance_pence"]
        assert said == expected, (
            f"after {newer['description']} of {newer['date']}: {said} pence, not {expected}"
        )


def test_page_shows_the_running_balance_of_the_api(http_as, api_as, reconcile, snapshot):
    """The ledger on the page is the ledger of the API, written as today."""
    page = http_as("rent officer").get("/accounts/A000012").text
    table = Table.read_html(page, "Ledger")
    snapshot.table(table, "Ledger page")
    shown = table.records()
    client = api_as("rent officer")
    items = client.get("accounts/A000012/transactions", params={"per_page": len(shown)}).json()["items"]
    left = [{"line": n, "balance": row["Balance"]} for n, row in enumerate(shown)]
    right = [{"line": n, "balance": f"{item['balance_pence'] / 100:.2f}"} for n, item in enumerate(items)]
    found = reconcile(left, right, key="line")
    assert not found, str(found)


@pytest.mark.discipline("time")
def test_ledger_writes_the_day_before_the_month(http_as, api_as):
    """The dates of the ledger on the page are those of the API, written as in Britain."""
    table = Table.read_html(http_as("rent officer").get("/accounts/A000012").text, "Ledger")
    shown = [row["Date"] for row in table.records()]
    client = api_as("rent officer")
    items = client.get("accounts/A000012/transactions", params={"per_page": len(shown)}).json()["items"]
    assert shown
    for written, item in zip(shown, items, strict=True):
        day = date.fromisoformat(item["date"])
        assert written == f"{day.day} {day:%b} {day.year}", f"{item['date']} is written as {written}"


def test_weekly_total_covers_every_account_of_a_tenancy(database, text_at, api_as):
    """The weekly total of a tenancy with a garage is the sum of both accounts' charges."""
    tenancies = database.rows(
        """
        select t.reference as tenancy, a.reference as dwelling, g.reference as garage
        from tenancy t join rent_account a on a.tenancy_id = t.id and a.kind = 'dwelling'
        join rent_account g on g.tenancy_id = t.id and g.kind = 'garage'
        where g.status = 'active' order by t.reference limit 8
        """
    )
    assert len(tenancies) == 8
    client = api_as("housing manager")
    for row in tenancies:
        charges = [
            client.get(f"accounts/{row[kind]}").json()["weekly_charge_pence"]
            for kind in ("dwelling", "garage")
        ]
        on_account = read_money(text_at(f"/accounts/{row['dwelling']}", "tenancy-weekly-total"))
        on_tenancy = read_money(text_at(f"/tenancies/{row['tenancy']}", "weekly-total"))
        for page, shown in (("rent account", on_account), ("tenancy", on_tenancy)):
            assert shown * 100 == sum(charges), (
                f"{row['tenancy']} is charged {sum(charges)} pence a week, its {page} page says £{shown}"
            )


def test_charges_are_those_of_today(database, api_as, snapshot):
    """The weekly charge of every garage is the one of today."""
    garages = database.rows("select reference as account from rent_account where kind = 'garage'")
    client = api_as("rent officer")
    charges = [
        {
            "account": row["account"],
            "pence": client.get(f"accounts/{row['account']}").json()["weekly_charge_pence"],
        }
        for row in garages
    ]
    snapshot.table(charges, "Weekly charges of garages", key="account")


def test_nightly_debits_are_what_their_control_totals_say(database, reconcile):
    """Each night's debits agree in number and sum with the totals that the job recorded."""
    recorded = database.rows(
        "select business_date as day, posted_count as entries, total_pence as pence from batch_run"
        " where job = 'rent-debit'"
    )
    posted = database.rows(
        "select posted_on as day, count(*) as entries, sum(amount_pence) as pence from ledger_entry"
        " where source like 'rent-debit %' group by posted_on"
    )
    found = reconcile(recorded, posted, key="day")
    assert not found, str(found)


def test_arrears_total_is_that_of_the_database(steady, text_at, http_as):
    """The total on the arrears page is the sum of all accounts in arrears."""

    def shown():
        page = html.document_fromstring(http_as("rent officer").get("/arrears").text)
        return read_money(page.get_element_by_id("arrears-total").text_content().split()[-1])

    pence, total = steady(
        "select sum(balance_pence) from rent_account where status = 'active' and balance_pence > 0", shown
    )
    assert total * 100 == pence, f"the page says £{total}, the accounts add up to {pence} pence"


def test_home_shows_the_figures_of_the_database(steady, http_as):
    """Total arrears and overdue repairs on the first page are those of the database."""

    def figure(name):
        page = html.document_fromstring(http_as("housing manager").get("/").text)
        terms = [term.text_content() for term in page.iterfind(".//dt")]
        return page.findall(".//dd")[terms.index(name)].text_content()

    pence, arrears = steady(
        "select sum(balance_pence) from rent_account where status = 'active' and balance_pence > 0",
        lambda: read_money(figure("Total arrears")),
    )
    assert arrears * 100 == pence, f"the page says £{arrears}, the accounts add up to {pence} pence"
    overdue, shown = steady(
        "select count(*) from repair where status in ('raised', 'assigned') and due_on < '2026-11-20'",
        lambda: int(figure("Overdue repairs")),
    )
    assert shown == overdue, f"the page says {shown} repairs are overdue, it is {overdue}"
