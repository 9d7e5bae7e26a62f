"""The schema of release 8.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from gonogo.demo.db.models import Base

if TYPE_CHECKING:
    from sqlalchemy import Connection

REVISION = "8100"

_LEGACY_COLUMNS = (
    "ALTER TABLE rent_account ADD COLUMN net_rent_pence INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE rent_account ADD COLUMN service_charges VARCHAR(120) NOT NULL DEFAULT ''",
)


def create_schema(connection: Connection) -> None:
    """Creates every table of 8.1 in an empty database."""
    Base.metadata.create_all(connection)
    for statement in _LEGACY_COLUMNS:
        connection.execute(text(statement))


def stamp(connection: Connection) -> None:
    """Notes the revision where the migration tool looks for it, so that an upgrade starts from here."""
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})
