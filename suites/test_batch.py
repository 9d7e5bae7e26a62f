"""The nightly rent debit, run on a copy of the data."""

from __future__ import annotations

import pytest

from gonogo.pytest_plugin.reconciling import total

pytestmark = [pytest.mark.must, pytest.mark.discipline("batch"), pytest.mark.feature("Rent debit")]

MONDAY = "2026-11-23"


@pytest.fixture(scope="module")
def night(batch):
    """One night's run. Every test but the last only looks at what it left."""
    run = batch.run("rent debit", date=MONDAY)
    run.expect_success()
    return run


def test_control_totals_agree_with_file_ledger_and_history(night, database_in):
    """The control totals are those of the output file, of the ledger and of the job history."""
    posted = [row for row in night.table().records() if row["Result"] == "Posted"]
    count, pence = night.total("count", "*.ctl"), night.total("total_pence", "*.ctl")
    assert count == len(posted), f"the totals count {count}, the file has {len(posted)}"
    assert pence == total(posted, "Amount") * 100, (
        f"the totals say {pence} pence, the file adds up to another sum"
    )
    database = database_in(night.home)
    ledger = database.rows(
        "select count(*) as entries, sum(amount_pence) as pence from ledger_entry where source = :source",
        source=f"rent-debit {MONDAY}",
    )
    assert ledger == [{"entries": count, "pence": pence}]
    history = database.rows(
        "select posted_count, total_pence, reject_count from batch_run where business_date = :day", day=MONDAY
    )
    rejected = night.total("rejects", "*.ctl")
    assert history == [{"posted_count": count, "total_pence": pence, "reject_count": rejected}]


def test_every_active_account_is_charged_or_rejected(night, database_in):
    """The output file has a line for each active account and for no other."""
    active = database_in(night.home).rows("select reference from rent_account where status = 'active'")
    listed, expected = (
        {row["Account"] for row in night.table().records()},
        {row["reference"] for row in active},
    )
    assert not expected - listed, f"left out: {sorted(expected - listed)[:5]}"
    assert not listed - expected, f"not active: {sorted(listed - expected)[:5]}"


def test_night_is_as_today(night, snapshot):
    """The rent debit charges what it charges today."""
    snapshot.table(night.table(), "Rent debit", key="Account", volatile=["Balance"])
    snapshot.json(night.totals("*.ctl"), "Control totals of the rent debit")


def test_second_run_charges_nobody_again(night, batch, database_in):
    """Running the rent debit again for the same date charges nobody again."""
    charged = "select count(*) from ledger_entry where source = :source"
    before = database_in(night.home).value(charged, source=f"rent-debit {MONDAY}")
    assert before > 0
    batch.run("rent debit", home=night.home, date=MONDAY)
    after = database_in(night.home).value(charged, source=f"rent-debit {MONDAY}")
    assert after == before, f"{after - before} accounts were charged again"
