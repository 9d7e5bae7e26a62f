"""Opening the database of a home folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from gonogo.demo.releases import Build
from gonogo.demo.services.work import Work


class Database:
    """The database of one home folder for one build.

    A web request does: `work = database.begin(actor)` … `work.session.commit()` … `work.session.close()`,
    or uses `with database.work(actor) as work:` which commits at the end.
    """

    engine: Engine

    def __init__(self, home: Path, build: Build) -> None:
        """Opens the database; raises `HomeError` when there is none or its schema is not the release's."""
        raise NotImplementedError

    def begin(self, actor: str = "system") -> Work:
        """A Work with a new session; the caller commits or rolls back, and closes it."""
        raise NotImplementedError

    @contextmanager
    def work(self, actor: str = "system") -> Iterator[Work]:
        """A Work that is committed at the end, rolled back on an exception, and closed in any case."""
        raise NotImplementedError

    def dispose(self) -> None:
        """Closes every connection."""
        raise NotImplementedError
