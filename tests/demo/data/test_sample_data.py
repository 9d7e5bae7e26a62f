"""The sample data: the same every time, right to the penny, and about nobody real."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from gonogo.demo.installation import install


def _rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "meridian.db")) as connection:
        return connection.execute(query).fetchall()


def _dump(home: Path) -> str:
    with closing(sqlite3.connect(home / "meridian.db")) as connection:
        return "\n".join(connection.iterdump())


def test_two_installations_hold_the_same_data(home_81: Path, tmp_path: Path) -> None:
    install(tmp_path / "other", "8.1", "first-password-of-everyone")
    assert _dump(tmp_path / "other") == _dump(home_81)


def test_every_balance_is_the_sum_of_its_ledger_to_the_penny(home_81: Path) -> None:
    wrong = _rows(
        home_81,
        "SELECT a.reference FROM rent_account a WHERE a.balance_pence <> "
        "(SELECT COALESCE(SUM(amount_pence), 0) FROM ledger_entry e WHERE e.account_id = a.id)",
    )
    assert wrong == []
    assert _rows(home_81, "SELECT typeof(amount_pence), COUNT(*) > 10000 FROM ledger_entry GROUP BY 1") == [
        ("integer", 1)
    ]


def test_it_is_as_large_as_a_real_landlord_of_that_kind(home_81: Path) -> None:
    [(tenancies, joint)] = _rows(home_81, "SELECT COUNT(*), SUM(tenant_name LIKE '%&%') FROM tenancy")
    [(two_accounts,)] = _rows(
        home_81, "SELECT COUNT(*) FROM (SELECT 1 FROM rent_account GROUP BY tenancy_id HAVING COUNT(*) = 2)"
    )
    weeks = _rows(home_81, "SELECT COUNT(*) FROM batch_run")[0][0]
    assert (tenancies, two_accounts) == (530, 44)
    assert isinstance(joint, int)
    assert joint > 100
    assert isinstance(weeks, int)
    assert weeks >= 12
    kinds = {kind for (kind,) in _rows(home_81, "SELECT DISTINCT kind FROM ledger_entry")}
    assert {"rent", "payment", "benefit", "adjustment", "refund"} <= kinds


def test_the_history_of_the_batch_agrees_with_the_ledgers(home_81: Path) -> None:
    wrong = _rows(
        home_81,
        "SELECT b.business_date FROM batch_run b WHERE (b.posted_count, b.total_pence) <> "
        "(SELECT COUNT(*), SUM(amount_pence) FROM ledger_entry "
        "WHERE source = 'rent-debit ' || b.business_date)",
    )
    assert wrong == []


def test_staff_have_three_roles_and_leavers_are_inactive(home_81: Path) -> None:
    roles = [role for (role,) in _rows(home_81, "SELECT role FROM user_account")]
    assert set(roles) == {"rent_officer", "repairs_clerk", "housing_manager"}
    assert len(roles) >= 12
    assert _rows(home_81, "SELECT active FROM user_account WHERE username = 'sleaver'") == [(0,)]


def test_telephone_numbers_are_those_kept_for_drama_and_addresses_are_invented(home_81: Path) -> None:
    for phone, email in _rows(home_81, "SELECT phone, email FROM tenancy"):
        assert re.fullmatch(r"01632 960\d{3}|07700 900\d{3}", str(phone))
        assert re.fullmatch(r"[a-z.\-]+@example\.org", str(email))
    assert {str(p)[:2] for (p,) in _rows(home_81, "SELECT postcode FROM property")} == {"EM"}


def test_nothing_lies_in_the_future_of_the_business_date(home_81: Path) -> None:
    today = date(2026, 11, 20).isoformat()
    for table, column in (("ledger_entry", "posted_on"), ("repair", "raised_at"), ("letter", "written_on")):
        [(latest,)] = _rows(home_81, f"SELECT MAX({column}) FROM {table}")
        assert str(latest) < today, table


def test_no_password_is_kept_in_clear(home_81: Path) -> None:
    assert "first-password-of-everyone" not in _dump(home_81)
