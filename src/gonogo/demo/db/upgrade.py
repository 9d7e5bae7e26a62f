"""Running the migrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gonogo.demo.releases import Build


def migrate(connection: Connection, build: Build) -> None:
    """Brings the schema and the data to the revision that the build's release needs."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["build"] = build
    command.upgrade(config, build.release.schema_revision)
