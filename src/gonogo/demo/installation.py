"""Installing a release into a home folder, and upgrading it there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from gonogo.demo.applog import log_line
from gonogo.demo.db.models import SystemSetting
from gonogo.demo.db.schema_8100 import create_schema, stamp
from gonogo.demo.db.session import installed_release, open_engine
from gonogo.demo.home import (
    BUILD_NAME,
    DATABASE_NAME,
    HomeError,
    Settings,
    write_build,
    write_settings,
)
from gonogo.demo.releases import DEFAULT_BUSINESS_DATE, Build, make_build
from gonogo.demo.seed import seed_database

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine


class UpgradeError(HomeError):
    """The migration failed on the way; the old database is back in place."""


def install(home: Path, version: str, password: str) -> Build:
    """Installs a release with its sample data. 8.2 is installed as 8.1 and upgraded, as the vendor does it.

    Args:
        home: an empty or missing folder.
        version: a key of `RELEASES`.
        password: the first password of every user.

    Raises:
        HomeError: the folder already holds an installation, or cannot be written.
        BuildError: the release is unknown.
    """
    wanted = make_build(version)
    _prepare_folder(home)
    base = make_build("8.1")
    engine = open_engine(home / DATABASE_NAME)
    try:
        with engine.begin() as connection:
            create_schema(connection)
            stamp(connection)
            seed_database(connection, password)
    finally:
        engine.dispose()
    write_build(home, base)
    log_line(home, "upgrade", "installed release 8.1")
    return base if version == "8.1" else upgrade(home, wanted)


def _prepare_folder(home: Path) -> None:
    try:
        (home / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(f"{home} cannot be used as a home folder: {error.strerror}") from error
    if (home / DATABASE_NAME).exists() or (home / BUILD_NAME).exists():
        raise HomeError(f"{home} already holds an installation; choose an empty folder or remove it first")
    write_settings(home, Settings(business_date=DEFAULT_BUSINESS_DATE))


def upgrade(home: Path, build: Build) -> Build:
    """Upgrades an installation of 8.1 in place. A copy of the old database stays beside it.

    Raises:
        HomeError: nothing is installed, or it is not at 8.1.
        UpgradeError: the migration failed; the old database is back.
    """
    path = home / DATABASE_NAME
    if not path.is_file():
        raise HomeError(f"there is no database in {home}; install first: install --release 8.1 --home DIR")
    engine = open_engine(path)
    try:
        _check_upgradable(engine, home, build)
        backup = _back_up(engine, path)
        try:
            with engine.begin() as connection:
                _migrate(connection, build)
        except Exception as error:
            engine.dispose()
            _restore(backup, path)
            log_line(home, "upgrade", f"upgrade to {build.release.version} failed: {error}")
            raise UpgradeError(
                f"upgrade to {build.release.version} failed; the database of 8.1 is back in place: {error}"
            ) from error
    finally:
        engine.dispose()
    write_build(home, build)
    log_line(home, "upgrade", f"upgraded from release 8.1 to {build.release.version}")
    return build


def _check_upgradable(engine: Engine, home: Path, build: Build) -> None:
    found = installed_release(engine)
    if found == build.release.version:
        raise HomeError(f"the database in {home} is already at release {found}")
    if found != "8.1" or build.release.version == "8.1":
        raise HomeError(
            f"release {found} cannot be upgraded to {build.release.version}; restore the 8.1 database "
            "(meridian-8.1.db in the home folder) and upgrade from there"
        )


def _migrate(connection: Connection, build: Build) -> None:
    # imported here because serving and batch jobs have no use for the migration tool
    from gonogo.demo.db.upgrade import migrate

    # the driver begins no transaction for statements that change the schema, so it is begun by hand
    connection.execute(text("BEGIN IMMEDIATE"))
    migrate(connection, build)
    with Session(bind=connection) as session:
        session.execute(
            update(SystemSetting).where(SystemSetting.name == "release").values(value=build.release.version)
        )
        session.flush()


def _back_up(engine: Engine, path: Path) -> Path:
    """Copies the database, whole or not at all, to `meridian-8.1.db` beside it."""
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    unfinished = path.with_name("meridian-8.1.db.part")
    shutil.copyfile(path, unfinished)
    return unfinished.replace(path.with_name("meridian-8.1.db"))


def _restore(backup: Path, path: Path) -> None:
    for leftover in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(backup, path)
