"""Fixtures: the target's database, only ever read, and the reconciliation of rows to the penny."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from gonogo.job import Job
from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.reconciling import Reconciliation

_READS = re.compile(
    r"(\s|--[^\n]*\n|/\*.*?\*/)*(select|with|values|explain|show|describe)\b", re.IGNORECASE | re.DOTALL
)
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|attach|into)\b", re.IGNORECASE
)


class ReadOnlyDatabase:
    """One database of the side under test.

    Nothing is ever written: the connection itself is read-only where the database knows such a thing, and a
    statement that is not a question is refused before it is sent.
    """

    def __init__(self, url: str, home: str) -> None:
        """Open nothing yet.

        Args:
            url: SQLAlchemy address; `{home}` is filled in, `env:NAME` is read from that variable.
            home: the target's own folder; may be empty.

        Raises:
            CannotCheckError: the variable is not set, or the address needs a home that is not there.
        """
        self._engine = _read_only_engine(_address(url, home))
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The open SQLAlchemy connection, in a transaction that is never committed."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """The rows a question gives, by column name; figures with a point as exact decimals.

        Args:
            sql: one SELECT; values stand as `:name`.
            **values: the values.

        Raises:
            CannotCheckError: it is not a question.
            SQLAlchemyError: the database does not understand it.
        """
        refuse_writing(sql)
        found = self.connection.execute(text(sql), values)
        rows = [{name: _exact(value) for name, value in row.items()} for row in found.mappings()]
        # A long-lived read transaction would go on showing the data as it was at the first question.
        self.connection.rollback()
        return rows

    def value(self, sql: str, **values: Any) -> Any:
        """The only value of the only row.

        Raises:
            CannotCheckError: there is not exactly one row with one column.
        """
        rows = self.rows(sql, **values)
        if len(rows) != 1 or len(rows[0]) != 1:
            raise CannotCheckError(f"The question gave {len(rows)} rows, not one value: {sql.strip()[:120]}")
        return next(iter(rows[0].values()))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def refuse_writing(sql: str) -> None:
    """Let only questions through.

    Raises:
        CannotCheckError: the statement is something else, or more than one.
    """
    without_texts = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"", "''", sql)
    several = ";" in without_texts.strip().rstrip(";")
    if not _READS.match(sql) or several or (_WRITES.search(without_texts) is not None):
        raise CannotCheckError(f"Only one SELECT may be asked, not: {' '.join(sql.split())[:120]}")


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _address(url: str, home: str) -> URL:
    if url.startswith("env:"):
        name = url.removeprefix("env:")
        if name not in os.environ:
            raise CannotCheckError(f"The database's address is not in the variable {name}.")
        url = os.environ[name]
    if "{home}" in url and not home:
        raise CannotCheckError(
            "The database lies in the target's home, but gonogo did not start this target."
        )
    try:
        return make_url(url.replace("{home}", home))
    except ArgumentError as error:
        raise CannotCheckError("The database's address is not one that SQLAlchemy understands.") from error


def _read_only_engine(address: URL) -> Engine:
    kind = address.get_backend_name()
    if kind == "sqlite" and address.database and address.database != ":memory:":
        # mode=ro also keeps a missing file from being made, which would then be an empty database.
        address = address.set(database=f"file:{address.database}", query={"mode": "ro", "uri": "true"})
        return create_engine(address)
    engine = create_engine(address)
    begin = {
        "postgresql": "SET TRANSACTION READ ONLY",
        "mysql": "SET SESSION TRANSACTION READ ONLY",
        "mariadb": "SET SESSION TRANSACTION READ ONLY",
        "oracle": "SET TRANSACTION READ ONLY",
        "sqlite": "PRAGMA query_only = ON",
    }.get(kind)
    if begin:

        @event.listens_for(engine, "begin")
        def _make_read_only(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


@pytest.fixture(scope="session")
def databases(job: Job) -> Iterator[Mapping[str, ReadOnlyDatabase]]:
    """The databases that `[databases.<name>]` declares, by name."""
    opened = {name: ReadOnlyDatabase(declared.url, job.home) for name, declared in job.databases.items()}
    yield opened
    for database in opened.values():
        database.close()


@pytest.fixture
def database(databases: Mapping[str, ReadOnlyDatabase]) -> ReadOnlyDatabase:
    """The only database there is: `database.rows("select …")`, `database.value("select …")`."""
    if len(databases) != 1:
        names = ", ".join(databases) or "none"
        raise CannotCheckError(f"`database` needs exactly one [databases.<name>]; declared: {names}.")
    return next(iter(databases.values()))


@pytest.fixture(scope="session")
def database_in(job: Job) -> Iterator[Callable[..., ReadOnlyDatabase]]:
    """`database_in(run.home)`: the declared database in another folder, such as that of a batch run."""
    opened: list[ReadOnlyDatabase] = []

    def open_in(home: Path, name: str = "") -> ReadOnlyDatabase:
        declared = job.databases.get(name) if name else next(iter(job.databases.values()), None)
        if declared is None:
            raise CannotCheckError(f"There is no [databases.{name or '<name>'}].")
        opened.append(ReadOnlyDatabase(declared.url, str(home)))
        return opened[-1]

    yield open_in
    for database in opened:
        database.close()


@pytest.fixture
def reconcile() -> Reconciliation:
    """`reconcile(left, right, key=…)`: what does not agree between two sets of rows, exact to the penny."""
    return Reconciliation()
