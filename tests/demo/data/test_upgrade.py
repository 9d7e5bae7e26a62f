"""Installing and upgrading in place."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gonogo.demo.db.session import Database
from gonogo.demo.home import HomeError, read_build
from gonogo.demo.installation import UpgradeError, install, upgrade
from gonogo.demo.money import parse_pounds
from gonogo.demo.releases import BuildError, make_build


def _rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "meridian.db")) as connection:
        return connection.execute(query).fetchall()


def test_the_upgrade_carries_every_weekly_charge_over_to_the_penny(home_81: Path, home_821: Path) -> None:
    before = {
        reference: rent + sum(parse_pounds(part[4:]) for part in str(packed).split(";") if part)
        for reference, rent, packed in _rows(
            home_81, "SELECT reference, net_rent_pence, service_charges FROM rent_account"
        )
        if isinstance(rent, int)
    }
    after: dict[object, object] = dict(
        _rows(
            home_821,
            "SELECT a.reference, COALESCE(SUM(c.weekly_pence), 0) FROM rent_account a "
            "LEFT JOIN account_charge c ON c.account_id = a.id GROUP BY a.reference",
        )  # type: ignore[arg-type]
    )
    assert after == before
    assert len(before) == 574


def test_the_upgrade_leaves_names_ledgers_and_balances_as_they_were(home_81: Path, home_821: Path) -> None:
    for query in (
        "SELECT id, reference, tenant_name, sort_name, started_on, ended_on FROM tenancy ORDER BY id",
        "SELECT id, account_id, posted_on, kind, description, amount_pence FROM ledger_entry ORDER BY id",
        "SELECT id, reference, kind, status, balance_pence, arrears_stage FROM rent_account ORDER BY id",
        "SELECT id, subject, body, written_on, author FROM letter ORDER BY id",
    ):
        assert _rows(home_821, query) == _rows(home_81, query)


def test_the_upgrade_makes_one_party_of_each_joint_tenant(home_821: Path) -> None:
    wrong = _rows(
        home_821,
        "SELECT t.reference FROM tenancy t WHERE 1 + (t.tenant_name LIKE '%&%') <> "
        "(SELECT COUNT(*) FROM tenancy_party p WHERE p.tenancy_id = t.id)",
    )
    assert wrong == []


def test_the_upgrade_turns_priority_figures_into_codes(home_81: Path, home_821: Path) -> None:
    codes = {"1": "EM", "2": "UR", "3": "RT"}
    before = _rows(home_81, "SELECT id, priority FROM repair ORDER BY id")
    assert _rows(home_821, "SELECT id, priority FROM repair ORDER BY id") == [
        (number, codes[str(priority)]) for number, priority in before
    ]


def test_the_upgraded_database_has_lost_the_columns_of_the_old_schema(home_821: Path) -> None:
    columns = {name for _, name, *_ in _rows(home_821, "PRAGMA table_info(rent_account)")}
    assert not {"net_rent_pence", "service_charges"} & columns
    assert _rows(home_821, "SELECT version_num FROM alembic_version") == [("8200",)]


def test_installing_8_2_gives_what_upgrading_gives(home_821: Path, tmp_path: Path) -> None:
    install(tmp_path / "new", "8.2.1", "first-password-of-everyone")
    query = "SELECT account_id, position, code, weekly_pence FROM account_charge ORDER BY id"
    assert _rows(tmp_path / "new", query) == _rows(home_821, query)


def test_an_upgrade_that_fails_puts_the_old_database_back(home_81: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_81, home)
    with closing(sqlite3.connect(home / "meridian.db")) as connection:
        connection.execute("UPDATE rent_account SET service_charges = 'GRD=two pounds' WHERE id = 7")
        connection.commit()
    with pytest.raises(UpgradeError, match=r"failed; the database of 8\.1 is back in place"):
        upgrade(home, make_build("8.2.1"))
    assert _rows(home, "SELECT service_charges FROM rent_account WHERE id = 7") == [("GRD=two pounds",)]
    assert _rows(home, "SELECT value FROM system_setting WHERE name = 'release'") == [("8.1",)]
    assert "failed" in (home / "logs" / "upgrade.log").read_text(encoding="utf-8")
    Database(home, make_build("8.1")).dispose()


def test_a_database_of_another_release_is_not_served(home_81: Path) -> None:
    with pytest.raises(HomeError, match=r"is at release 8\.1, this is release 8\.2\.1; .*upgrade"):
        Database(home_81, make_build("8.2.1"))


def test_an_upgraded_database_is_not_upgraded_again(home_821: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_821, home)
    with pytest.raises(HomeError, match=r"already at release 8\.2\.1"):
        upgrade(home, make_build("8.2.1"))
    with pytest.raises(HomeError, match=r"cannot be upgraded to 8\.2\.0; restore the 8\.1 database"):
        upgrade(home, make_build("8.2.0"))


def test_a_folder_that_holds_an_installation_is_not_overwritten(home_81: Path) -> None:
    with pytest.raises(HomeError, match="already holds an installation"):
        install(home_81, "8.1", "another-password")


def test_the_build_is_on_record_for_server_and_batch(home_81: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_81, home)
    build = make_build("8.2.1", ("batch-drops-row",), ("log-format",))
    upgrade(home, build)
    assert read_build(home) == build
    record = json.loads((home / "build.json").read_text(encoding="utf-8"))
    assert record["faults"] == ["batch-drops-row"]


def test_faults_can_be_built_into_8_2_1_only() -> None:
    with pytest.raises(BuildError, match=r"8\.2\.1 only, not to 8\.1"):
        make_build("8.1", ("batch-drops-row",))
    with pytest.raises(BuildError, match="unknown id 'no-such-fault'"):
        make_build("8.2.1", ("no-such-fault",))
    with pytest.raises(KeyError):
        make_build("8.2.1").has("no-such-fault")


def test_a_business_date_that_is_no_date_is_refused(home_81: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(home_81, home)
    (home / "meridian.toml").write_text("business_date = 20\n", encoding="utf-8")
    with pytest.raises(HomeError, match="business_date must be a date"):
        Database(home, make_build("8.1"))
