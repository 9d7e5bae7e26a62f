"""Report downloads hold what they hold today, agree with the database, and add up."""

from __future__ import annotations

import pytest

from gonogo.pytest_plugin.reconciling import total

pytestmark = [pytest.mark.must, pytest.mark.discipline("report"), pytest.mark.feature("Reports")]

OFFICER = "rent officer"
RENT_ROLL = [
    "Tenancy", "Tenant", "Address", "Postcode", "Start date", "Accounts", "Weekly rent", "Service charges",
    "Weekly total", "Balance",
]  # fmt: skip
REPAIRS = [
    "Repair", "Tenancy", "Tenant", "Address", "Trade", "Description", "Priority", "Status", "Raised", "Due",
    "Completed", "Contractor", "Cost",
]  # fmt: skip
ARREARS = [
    "Account", "Tenancy", "Tenant", "Address", "Stage", "Weekly charge", "Balance", "Weeks owed",
    "Last payment",
]  # fmt: skip


@pytest.fixture
def rent_roll(download):
    """The rent roll: its lines and its line of totals."""
    table = download("/reports/rent-roll.csv", OFFICER).table()
    *lines, totals = table.records()
    assert totals["Tenancy"] == "Total", "the last line is not the totals"
    return table.columns, lines, totals


def test_rent_roll_has_its_columns(rent_roll):
    """The rent roll has the columns that the finance system reads, in their order."""
    assert list(rent_roll[0]) == RENT_ROLL, f"it has {', '.join(rent_roll[0])}"


def test_rent_roll_lists_every_current_tenancy(rent_roll, database):
    """The rent roll has one line for each current tenancy."""
    current = database.value("select count(*) from tenancy where ended_on is null")
    assert len(rent_roll[1]) == current, f"{len(rent_roll[1])} lines for {current} tenancies"


@pytest.mark.discipline("money")
def test_rent_roll_adds_up(rent_roll):
    """The totals of the rent roll are the sums of its lines, and each line adds up."""
    columns, lines, totals = rent_roll
    rent, services, weekly, balance = columns[6:]
    for column in (rent, services, weekly, balance):
        stated, sum_of_lines = total([totals], column), total(lines, column)
        assert stated == sum_of_lines, f"{column} says {stated}, its lines add up to {sum_of_lines}"
    for line in lines:
        parts = total([line], rent) + total([line], services)
        assert parts == total([line], weekly), f"{line['Tenancy']}: {parts} are called {line[weekly]}"


def test_rent_roll_is_as_today(rent_roll, snapshot, is_quiet):
    """Names, addresses and charges in the rent roll are those of today."""
    _, lines, _ = rent_roll
    snapshot.table(lines, "Rent roll", key="Tenancy", volatile=["Balance"])
    quiet = [
        {"Tenancy": line["Tenancy"], "Balance": line["Balance"]}
        for line in lines
        if is_quiet(line["Tenancy"])
    ]
    snapshot.table(quiet, "Balances in the rent roll", key="Tenancy", discipline="money")


def test_repairs_report_has_its_columns(download):
    """The repairs report has the columns that the contractors read, in their order."""
    columns = download("/reports/repairs.csv", "repairs clerk").table().columns
    assert list(columns) == REPAIRS, f"it has {', '.join(columns)}"


def test_repairs_report_is_whole(download, steady):
    """The repairs report has one line for each repair."""
    stored, listed = steady(
        "select count(*) from repair", lambda: len(download("/reports/repairs.csv", "repairs clerk").table())
    )
    assert listed == stored, f"{listed} lines for {stored} repairs"


def test_repairs_report_is_as_today(download, snapshot):
    """Repairs raised before the upgrade are reported as today: times, priorities, costs."""
    lines = download("/reports/repairs.csv", "repairs clerk").table().records()
    old = [line for line in lines if "R000020" <= line["Repair"] <= "R000400"]
    assert len(old) > 300
    snapshot.table(old, "Repairs report", key="Repair")


@pytest.fixture
def arrears(download):
    """The arrears workbook."""
    return download("/reports/arrears.xlsx", OFFICER)


def test_arrears_workbook_has_its_columns(arrears):
    """The arrears workbook has the columns that the income team reads, in their order."""
    columns = arrears.table("Arrears").columns
    assert list(columns) == ARREARS, f"it has {', '.join(columns)}"


def test_arrears_workbook_is_whole(download, steady):
    """The arrears workbook has a row for each account in arrears."""
    stored, listed = steady(
        "select count(*) from rent_account where status = 'active' and balance_pence > 0",
        lambda: len(download("/reports/arrears.xlsx", OFFICER).table("Arrears")),
    )
    assert listed == stored, f"{listed} rows for {stored} accounts"


def test_arrears_workbook_is_as_today(arrears, snapshot, is_quiet):
    """Accounts in arrears are reported as today."""
    rows = [row for row in arrears.table("Arrears").records() if is_quiet(row["Tenancy"])]
    assert len(rows) > 100
    snapshot.table(rows, "Arrears workbook", key="Account")
    snapshot.table(
        [{"Stage": row["Stage"]} for row in arrears.table("Summary").records()],
        "Stages in the arrears summary",
    )


@pytest.mark.parametrize("tenancy", ["T000003", "T000011", "T000017"])
def test_statement_is_as_today(download, snapshot, tenancy):
    """A rent statement shows what it shows today; the breakdown that 8.2 adds below is left aside."""
    words = download(f"/reports/statement.pdf?reference={tenancy}", OFFICER).pdf_text()
    before, separator, _ = words.partition("\nWeekly charge: Net rent")
    first_pages = before if separator else words
    told = [line for line in first_pages.splitlines() if not line.startswith(("Page ", "Weekly charge: Net"))]
    snapshot.text("\n".join(told), f"Statement of {tenancy}")


@pytest.mark.discipline("money")
def test_statement_closes_with_the_balance(download, text_at):
    """A rent statement closes with the balance that the account shows."""
    words = download("/reports/statement.pdf?reference=T000012", OFFICER).pdf_text()
    balance = text_at("/accounts/T000012", "balance")
    closing = f"Balance on 20 November 2026 {balance}"
    assert closing in words, f"it does not close with {closing!r}"
