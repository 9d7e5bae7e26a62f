"""The home folder of an installation.

DIR/meridian.db      the database
DIR/meridian.toml    settings a site may change: the business date
DIR/build.json       which build is installed, so that server, batch and upgrade agree
DIR/logs/            log files
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gonogo.demo.releases import DEFAULT_BUSINESS_DATE, Build, BuildError, make_build

if TYPE_CHECKING:
    from pathlib import Path

DATABASE_NAME = "meridian.db"
SETTINGS_NAME = "meridian.toml"
BUILD_NAME = "build.json"


class HomeError(Exception):
    """The home folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `meridian.toml` says."""

    business_date: date


def write_settings(home: Path, settings: Settings) -> None:
    """Writes `meridian.toml`."""
    text = (
        "# Meridian Housing site settings\n"
        "# The business date stands for today on every screen, report and posting.\n"
        f"business_date = {settings.business_date.isoformat()}\n"
    )
    (home / SETTINGS_NAME).write_text(text, encoding="utf-8")


def read_settings(home: Path) -> Settings:
    """The settings of a home; defaults when the file is missing or says nothing.

    Raises:
        HomeError: the file is not TOML, or its business date is not a date.
    """
    path = home / SETTINGS_NAME
    if not path.exists():
        return Settings(business_date=DEFAULT_BUSINESS_DATE)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeError(f"{path} cannot be read: {error}") from error
    day = found.get("business_date", DEFAULT_BUSINESS_DATE)
    if type(day) is not date:
        raise HomeError(f"{path}: business_date must be a date such as 2026-11-20, found {day!r}")
    return Settings(business_date=day)


def read_build(home: Path) -> Build:
    """The build that `build.json` records.

    Raises:
        HomeError: nothing is installed there, or the record cannot be read.
    """
    path = home / BUILD_NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        release, faults, variations = found["release"], found["faults"], found["variations"]
    except FileNotFoundError as error:
        raise HomeError(
            f"nothing is installed in {home}; install first: install --release 8.1 --home DIR"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{path} does not record a build ({error}); install again into an empty folder"
        ) from error
    try:
        return make_build(release, tuple(faults), tuple(variations))
    except BuildError as error:
        raise HomeError(f"{path}: {error}") from error


def write_build(home: Path, build: Build) -> None:
    """Records the build; the faults a release was published with are not repeated."""
    published = make_build(build.release.version).faults
    record = {
        "product": "Meridian Housing",
        "release": build.release.version,
        "faults": sorted(build.faults - published),
        "variations": sorted(build.variations),
    }
    (home / BUILD_NAME).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
