"""Opening the database of a home folder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from gonogo.demo.db.models import SystemSetting
from gonogo.demo.home import DATABASE_NAME, HomeError, read_settings
from gonogo.demo.services.work import Work, machine_time

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from gonogo.demo.releases import Build

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # with a write-ahead log this loses at most the last commits on a power cut, and never corrupts
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -8000",
)


def open_engine(path: Path) -> Engine:
    """An engine over one database file, with the settings that every connection of the product uses."""
    engine = create_engine(f"sqlite:///{path}", pool_size=10, max_overflow=10)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    return engine


def installed_release(engine: Engine) -> str:
    """The release that the database says it belongs to. Raises HomeError when it is no Meridian database."""
    try:
        with Session(engine) as session:
            version = session.scalar(select(SystemSetting.value).where(SystemSetting.name == "release"))
    except DatabaseError as error:
        raise HomeError(f"{engine.url.database} is not a Meridian Housing database: {error.orig}") from error
    if version is None:
        raise HomeError(f"{engine.url.database} does not say which release it belongs to")
    return version


class Database:
    """The database of one home folder for one build.

    A web request does: `work = database.begin(actor)` … `work.session.commit()` … `work.session.close()`,
    or uses `with database.work(actor) as work:` which commits at the end.

    Args:
        home: the home folder.
        build: the build that runs; its release must be the one the database was installed or upgraded for.
        clock: naive UTC, for the time of day of postings.

    Raises:
        HomeError: there is no database, or it belongs to another release.
    """

    def __init__(self, home: Path, build: Build, clock: Callable[[], datetime] = machine_time) -> None:
        path = home / DATABASE_NAME
        if not path.is_file():
            raise HomeError(
                f"there is no database in {home}; install first: install --release 8.1 --home DIR"
            )
        self.build = build
        self.today = read_settings(home).business_date
        self.engine = open_engine(path)
        self._clock = clock
        found = installed_release(self.engine)
        if found != build.release.version:
            self.engine.dispose()
            raise HomeError(
                f"the database in {home} is at release {found}, this is release {build.release.version}; "
                f"run release {found}, or upgrade first: upgrade --home DIR --to {build.release.version}"
            )
        self._sessions = sessionmaker(self.engine, autoflush=False, expire_on_commit=False)

    def begin(self, actor: str = "system") -> Work:
        """A Work with a new session; the caller commits or rolls back, and closes it."""
        return Work(
            session=self._sessions(), build=self.build, today=self.today, actor=actor, clock=self._clock
        )

    @contextmanager
    def work(self, actor: str = "system") -> Iterator[Work]:
        """A Work that is committed at the end, rolled back on an exception, and closed in any case."""
        work = self.begin(actor)
        try:
            yield work
            work.session.commit()
        finally:
            work.session.close()

    def dispose(self) -> None:
        """Closes every connection."""
        self.engine.dispose()
