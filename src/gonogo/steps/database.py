"""Asking a database, never changing it."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from gonogo.steps.errors import CannotCheck
from gonogo.steps.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gonogo.steps.scenario_desk import Desk

ROW_LIMIT = 100_000
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_READS = re.compile(r"^\s*(select|with|values|explain)\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|replace|create|alter|drop|truncate|grant|revoke|call|exec|execute|attach|into)\b",
    re.IGNORECASE,
)
_TEXT_LITERAL = re.compile(r"'(?:[^']|'')*'")


def ask(desk: Desk, name: str, query: str) -> Sheet:
    """The rows a query gives.

    Args:
        desk: the scenario's desk.
        name: the database, as in `[databases.<name>]`; empty for the only one.
        query: one SELECT.

    Raises:
        CannotCheck: the query would change something, is wrong, or the database cannot be reached.
    """
    refuse_to_write(query)
    address = _address(desk, name)
    rows, columns = (
        _ask_sqlite(address, query) if address.startswith("sqlite:///") else _ask_any(address, query)
    )
    return Sheet(
        name="the database's answer",
        columns=tuple(columns),
        rows=tuple(tuple(_as_text(cell) for cell in row) for row in rows),
        where=f"the database {name}".rstrip(),
    )


def refuse_to_write(query: str) -> None:
    """Raise CannotCheck unless a text is one statement that only reads."""
    bare = _TEXT_LITERAL.sub("''", _COMMENT.sub(" ", query)).strip().rstrip(";")
    if ";" in bare:
        raise CannotCheck("Ask one question at a time: the query holds a semicolon.")
    if not _READS.match(bare):
        raise CannotCheck(f'A query starts with SELECT or WITH; this one starts "{bare[:20]}".')
    found = _WRITES.search(bare)
    if found:
        raise CannotCheck(
            f"A check may read the database, never change it; the query holds {found[0].upper()}."
        )


def _address(desk: Desk, name: str) -> str:
    databases = desk.worker.job.databases
    if not databases:
        raise CannotCheck("No database is declared: add [databases.main] with its url to gonogo.toml.")
    if not name and len(databases) > 1:
        raise CannotCheck(f"There are several databases; say which: {', '.join(databases)}.")
    chosen = databases.get(name) if name else next(iter(databases.values()))
    if chosen is None:
        raise CannotCheck(f'There is no database "{name}"; there are: {", ".join(databases)}.')
    url = chosen.url
    if url.startswith("env:"):
        variable = url.removeprefix("env:")
        if variable not in os.environ:
            raise CannotCheck(f"The database's address should be in {variable}, which is not set.")
        url = os.environ[variable]
    if "{home}" in url:
        home = desk.home or desk.worker.job.home
        if not home:
            raise CannotCheck(
                "The database lies in the system's own folder, which is not known on this side."
            )
        url = url.replace("{home}", str(home))
    return url


def _ask_sqlite(address: str, query: str) -> tuple[Sequence[Sequence[object]], list[str]]:
    # The standard library's driver: SQLAlchemy takes longer to import than most queries to run.
    import sqlite3
    from urllib.request import pathname2url

    path = address.removeprefix("sqlite:///")
    try:
        connection = sqlite3.connect(f"file:{pathname2url(path)}?mode=ro", uri=True, timeout=10)
        try:
            connection.execute("PRAGMA query_only = 1")
            cursor = connection.execute(query)
            return cursor.fetchmany(ROW_LIMIT), [column[0] for column in cursor.description or ()]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise CannotCheck(f"The database could not answer: {error}.") from error


def _ask_any(address: str, query: str) -> tuple[Sequence[Sequence[object]], list[str]]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(address, poolclass=NullPool)
        with engine.connect() as connection, connection.begin() as transaction:
            if connection.dialect.name in ("postgresql", "mysql", "mariadb", "oracle"):
                connection.execute(text("SET TRANSACTION READ ONLY"))
            result = connection.execute(text(query))
            rows = [tuple(row) for row in result.fetchmany(ROW_LIMIT)]
            columns = list(result.keys())
            transaction.rollback()
            return rows, columns
    except (SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0]
        raise CannotCheck(f"The database could not answer: {reason}.") from error


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
