"""The nightly rent debit."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from tests.demo.data.conftest import Open, home_of

from gonogo.demo.batch import rent_debit
from gonogo.demo.money import parse_pounds
from gonogo.demo.services.work import MeridianError

MONDAY = date(2026, 11, 23)
BOTH = pytest.mark.parametrize("version", ["8.1", "8.2.1"])


def control(out: Path) -> dict[str, str]:
    """The control totals in a folder."""
    text = (out / "rent-debit-2026-11-23.ctl").read_text(encoding="ascii")
    return dict(line.split("=") for line in text.splitlines())


def lines(out: Path) -> list[dict[str, str]]:
    """The lines of the output file in a folder."""
    with (out / "rent-debit-2026-11-23.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@BOTH
def test_control_totals_output_file_ledger_and_charges_agree(
    open_build: Open, version: str, tmp_path: Path
) -> None:
    database = open_build(version)
    done = rent_debit.run(database, home_of(database), MONDAY, tmp_path / "out")
    found = control(tmp_path / "out")
    posted = [line for line in lines(tmp_path / "out") if line["Result"] == "Posted"]
    with database.work() as work:
        count, total = (
            work.session.connection()
            .exec_driver_sql(
                "SELECT COUNT(*), SUM(amount_pence) FROM ledger_entry WHERE source = 'rent-debit 2026-11-23'"
            )
            .one()
        )
        active = (
            work.session.connection()
            .exec_driver_sql("SELECT COUNT(*) FROM rent_account WHERE status = 'active'")
            .scalar_one()
        )
        unequal = (
            work.session.connection()
            .exec_driver_sql(
                "SELECT COUNT(*) FROM rent_account a WHERE balance_pence <> "
                "(SELECT COALESCE(SUM(amount_pence), 0) FROM ledger_entry e WHERE e.account_id = a.id)"
            )
            .scalar_one()
        )
    assert found == {
        "job": "rent-debit",
        "business_date": "2026-11-23",
        "count": str(count),
        "total_pence": str(total),
        "rejects": "2",
    }
    assert len(posted) == count == active - 2 == len(done.posted)
    assert sum(parse_pounds(line["Amount"]) for line in posted) == total
    assert unequal == 0


@BOTH
def test_running_it_again_charges_nobody_twice_and_writes_the_same_files(
    open_build: Open, version: str, tmp_path: Path
) -> None:
    database = open_build(version)
    first = rent_debit.run(database, home_of(database), MONDAY, tmp_path / "first")
    again = rent_debit.run(database, home_of(database), MONDAY, tmp_path / "again")
    assert (first.repeated, again.repeated) == (False, True)
    for name in ("rent-debit-2026-11-23.csv", "rent-debit-2026-11-23.ctl"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "first" / name).read_bytes()
    with database.work() as work:
        count = (
            work.session.connection()
            .exec_driver_sql("SELECT COUNT(*) FROM ledger_entry WHERE source = 'rent-debit 2026-11-23'")
            .scalar_one()
        )
    assert count == len(first.posted)


def test_both_releases_charge_the_same(open_build: Open, tmp_path: Path) -> None:
    for version in ("8.1", "8.2.1"):
        database = open_build(version)
        rent_debit.run(database, home_of(database), MONDAY, tmp_path / version / "out")
    assert lines(tmp_path / "8.1" / "out") == lines(tmp_path / "8.2.1" / "out")
    assert control(tmp_path / "8.1" / "out") == control(tmp_path / "8.2.1" / "out")


def test_a_date_that_is_no_monday_is_refused(open_build: Open, tmp_path: Path) -> None:
    database = open_build()
    with pytest.raises(MeridianError, match="2026-11-24 is a Tuesday"):
        rent_debit.run(database, home_of(database), date(2026, 11, 24), tmp_path)


def test_files_that_cannot_be_written_leave_nothing_posted(open_build: Open, tmp_path: Path) -> None:
    database = open_build()
    (tmp_path / "out" / "rent-debit-2026-11-23.ctl").mkdir(parents=True)
    with pytest.raises(OSError, match="rent-debit"):
        rent_debit.run(database, home_of(database), MONDAY, tmp_path / "out")
    with database.work() as work:
        count = (
            work.session.connection()
            .exec_driver_sql("SELECT COUNT(*) FROM ledger_entry WHERE posted_on = '2026-11-23'")
            .scalar_one()
        )
    assert count == 0
