"""The home folder of an installation: where the database, the settings, the logs and the build's record are kept.

DIR/meridian.db      the database
DIR/meridian.toml    settings a site may change: the business date
DIR/build.json       which build is installed, so that server, batch and upgrade agree
DIR/logs/            log files
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gonogo.demo.releases import Build


class HomeError(Exception):
    """The home folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `meridian.toml` says."""

    business_date: date


def read_settings(home: Path) -> Settings:
    """The settings of a home; defaults where the file says nothing. Raises HomeError on a malformed file."""
    raise NotImplementedError


def read_build(home: Path) -> Build:
    """The build that `build.json` records. Raises HomeError when nothing is installed there."""
    raise NotImplementedError


def write_build(home: Path, build: Build) -> None:
    """Records the build."""
    raise NotImplementedError
