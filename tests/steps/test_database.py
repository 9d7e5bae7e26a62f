"""A check may read a database, never change it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gonogo.job import Job
from gonogo.model import Database, Side
from gonogo.steps.database import ask, refuse_to_write
from gonogo.steps.errors import CannotCheck
from gonogo.steps.scenario_desk import Desk
from gonogo.steps.worker import Worker


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1",
        "  select a from b; ",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT 'delete; drop table x' AS words",
        "SELECT 1 -- update nothing\n",
        "/* insert */ SELECT 1",
        "SELECT updated_on, deleted FROM account",
    ],
)
def test_a_question_is_let_through(query: str) -> None:
    refuse_to_write(query)


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE account SET balance = 0",
        "delete from account",
        "SELECT 1; DROP TABLE account",
        "WITH x AS (SELECT 1) DELETE FROM account",
        "SELECT * INTO copy FROM account",
        "PRAGMA writable_schema = 1",
        "ATTACH 'x' AS y",
        "",
        "EXPLAIN DELETE FROM account",
    ],
)
def test_anything_that_could_write_is_refused(query: str) -> None:
    with pytest.raises(CannotCheck):
        refuse_to_write(query)


def desk(tmp_path: Path, url: str) -> Desk:
    here = str(tmp_path)
    job = Job(
        stage="uat", side=Side.BASELINE, system="S", version="1", base_url="http://127.0.0.1:9",
        evidence=here, project=here, home=here, databases={"main": Database(url=url)},
    )  # fmt: skip
    return Desk(worker=Worker(job=job))


@pytest.fixture
def with_database(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("CREATE TABLE account (name TEXT, pence INTEGER)")
        database.execute("INSERT INTO account VALUES ('A', 10), (NULL, 20)")
        database.commit()
    return tmp_path


@pytest.mark.parametrize("scheme", ["sqlite:///{home}/x.db", "sqlite+pysqlite:///{home}/x.db"])
def test_both_ways_of_reading_give_the_same_answer(with_database: Path, scheme: str) -> None:
    sheet = ask(desk(with_database, scheme), "", "SELECT name, pence FROM account ORDER BY pence")
    assert sheet.columns == ("name", "pence")
    assert sheet.rows == (("A", "10"), ("", "20"))


def test_the_sqlite_file_itself_is_opened_for_reading_only(with_database: Path) -> None:
    # A function hides the write from the guard; the connection still refuses it.
    with pytest.raises(CannotCheck, match="could not answer"):
        ask(desk(with_database, "sqlite:///{home}/x.db"), "", "SELECT load_extension('x') FROM account")
    missing = desk(with_database, "sqlite:///{home}/new.db")
    with pytest.raises(CannotCheck, match="could not answer"):
        ask(missing, "", "SELECT 1")
    assert not (with_database / "new.db").exists()


def test_an_address_with_a_password_comes_from_a_variable(
    with_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(with_database, "env:LEDGER_DB")
    with pytest.raises(CannotCheck, match="LEDGER_DB, which is not set"):
        ask(at, "", "SELECT 1")
    monkeypatch.setenv("LEDGER_DB", f"sqlite:///{with_database}/x.db")
    assert ask(at, "", "SELECT count(*) FROM account").rows == (("2",),)
