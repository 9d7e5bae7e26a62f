"""The database is only ever read, and figures stay exact."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from gonogo.pytest_plugin.data import ReadOnlyDatabase, refuse_writing
from gonogo.pytest_plugin.errors import CannotCheckError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "tiny.db")) as database:
        database.execute("create table rent (ref text, pence integer, pounds real)")
        database.execute("insert into rent values ('A1', 1250, 12.1)")
        database.commit()
    return tmp_path


@pytest.fixture
def database(home: Path) -> Iterator[ReadOnlyDatabase]:
    opened = ReadOnlyDatabase("sqlite:///{home}/tiny.db", str(home))
    yield opened
    opened.close()


def test_rows_come_by_column_name_with_exact_figures(database: ReadOnlyDatabase) -> None:
    assert database.rows("select * from rent where ref = :ref", ref="A1") == [
        {"ref": "A1", "pence": 1250, "pounds": Decimal("12.1")}
    ]


def test_a_value_is_the_only_one(database: ReadOnlyDatabase) -> None:
    assert database.value("select pence from rent") == 1250
    with pytest.raises(CannotCheckError, match="gave 0 rows"):
        database.value("select pence from rent where ref = 'none'")


def test_what_others_write_meanwhile_is_seen(database: ReadOnlyDatabase, home: Path) -> None:
    assert database.value("select count(*) from rent") == 1
    with closing(sqlite3.connect(home / "tiny.db")) as other:
        other.execute("insert into rent values ('A2', 1, 0.01)")
        other.commit()
    assert database.value("select count(*) from rent") == 2


@pytest.mark.parametrize(
    "sql",
    [
        "update rent set pence = 0",
        "delete from rent",
        "insert into rent values ('B', 1, 1)",
        "drop table rent",
        "select 1; delete from rent",
        "with gone as (delete from rent returning *) select * from gone",
        "pragma journal_mode = delete",
        "attach database 'x' as y",
        "/* harmless */ update rent set pence = 0",
        "select * into other from rent",
        "",
    ],
)
def test_anything_but_a_question_is_refused(database: ReadOnlyDatabase, home: Path, sql: str) -> None:
    with pytest.raises(CannotCheckError, match="Only one SELECT"):
        database.rows(sql)
    with closing(sqlite3.connect(home / "tiny.db")) as after:
        assert after.execute("select sum(pence) from rent").fetchone() == (1250,)


@pytest.mark.parametrize(
    "sql",
    [
        "select 'delete; update' as words",
        "  -- a remark\n select 1;",
        "with a as (select 1 as x) select x from a",
        'select "update" from (select 1 as "update")',
        "SELECT last_update FROM t",
        "values (1)",
    ],
)
def test_questions_are_let_through(sql: str) -> None:
    refuse_writing(sql)


def test_the_connection_itself_cannot_write(database: ReadOnlyDatabase) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        database.connection.exec_driver_sql("update rent set pence = 0")


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    database = ReadOnlyDatabase("sqlite:///{home}/nothing.db", str(tmp_path))
    with pytest.raises(OperationalError):
        database.rows("select 1")
    assert not (tmp_path / "nothing.db").exists()


def test_an_address_in_a_variable_is_read_from_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotCheckError, match="TINY_URL"):
        ReadOnlyDatabase("env:TINY_URL", "")
    monkeypatch.setenv("TINY_URL", f"sqlite:///{home}/tiny.db")
    assert ReadOnlyDatabase("env:TINY_URL", "").value("select count(*) from rent") == 1


def test_a_home_that_is_not_there_is_said() -> None:
    with pytest.raises(CannotCheckError, match="did not start this target"):
        ReadOnlyDatabase("sqlite:///{home}/tiny.db", "")
