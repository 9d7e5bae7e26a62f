"""Installations of the demo system, made once and copied for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from gonogo.demo.db.session import Database
from gonogo.demo.faults import FAULTS
from gonogo.demo.home import write_build
from gonogo.demo.installation import install, upgrade
from gonogo.demo.releases import make_build

PASSWORD = "first-password-of-everyone"
NOON = datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001 (naive UTC, as in the database)
UPGRADE_FAULTS = frozenset(fault.id for fault in FAULTS if fault.needs_upgrade)

Open = Callable[..., Database]


@pytest.fixture(scope="session")
def home_81(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of 8.1; copy it before writing to it."""
    home = tmp_path_factory.mktemp("demo") / "8.1"
    install(home, "8.1", PASSWORD)
    return home


@pytest.fixture(scope="session")
def home_821(tmp_path_factory: pytest.TempPathFactory, home_81: Path) -> Path:
    """The same, upgraded to 8.2.1."""
    home = tmp_path_factory.mktemp("demo") / "8.2.1"
    shutil.copytree(home_81, home)
    upgrade(home, make_build("8.2.1"))
    return home


@pytest.fixture
def open_build(tmp_path: Path, home_81: Path, home_821: Path) -> Iterator[Open]:
    """Opens a fresh installation: `open_build("8.2.1", "a-fault", variation="…")`; closed after the test."""
    with ExitStack() as stack:

        def open_one(version: str = "8.2.1", *faults: str, variation: str = "") -> Database:
            build = make_build(version, faults, (variation,) if variation else ())
            home = tmp_path / f"home-{len(list(tmp_path.iterdir()))}"
            if version == "8.2.1" and not UPGRADE_FAULTS & build.faults:
                shutil.copytree(home_821, home)
                write_build(home, build)
            else:
                shutil.copytree(home_81, home)
                if version != "8.1":
                    upgrade(home, build)
            database = Database(home, build, clock=lambda: NOON)
            stack.callback(database.dispose)
            return database

        yield open_one


def home_of(database: Database) -> Path:
    """The home folder that a database lies in."""
    return Path(str(database.engine.url.database)).parent
