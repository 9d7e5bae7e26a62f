"""`reports/report.toml`: what a team decides about its reports. Without the file the defaults hold."""

from __future__ import annotations

import difflib
import tomllib
from datetime import date
from pathlib import Path

import msgspec

from gonogo.model import Record
from gonogo.model.errors import ConfigError
from gonogo.publishing.base import PublishSettings

FILE_NAME = "reports/report.toml"
TEMPLATES = "reports/templates"


class ReportToml(Record, frozen=True, kw_only=True):
    """The file's keys; each is explained in `PublishSettings`."""

    organisation: str = ""
    issue_status: str = "Draft"
    planned_date: str = ""
    meaning: tuple[str, ...] = ()
    not_tested: tuple[str, ...] = ()
    picture_limit_bytes: int = 6_000_000
    allure_timeout_s: float = 60.0


def read_settings(root: Path) -> PublishSettings:
    """The report settings of a project, and its own templates when it has a folder for them.

    Raises:
        ConfigError: the file is not TOML, holds a key that does not exist (the nearest is named), a value
            of the wrong kind, or a date that is none.
    """
    toml = _read(root / FILE_NAME)
    templates = root / TEMPLATES
    return PublishSettings(
        organisation=toml.organisation,
        issue_status=toml.issue_status,
        planned_date=toml.planned_date,
        meaning=toml.meaning,
        not_tested=toml.not_tested,
        picture_limit_bytes=toml.picture_limit_bytes,
        templates=templates if templates.is_dir() else None,
        allure_timeout_s=toml.allure_timeout_s,
    )


def _read(path: Path) -> ReportToml:
    if not path.is_file():
        return ReportToml()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE_NAME} is not TOML: {error}.", remedy="Correct that line.") from error
    # TOML knows dates; quoted or not, both are what a person means
    document = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in document.items()
    }
    known = [field.name for field in msgspec.structs.fields(ReportToml)]
    for key in document:
        if key not in known:
            raise _unknown(key, known)
    try:
        toml = msgspec.convert(document, ReportToml)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{FILE_NAME}: {error}.", remedy="See docs/reference/report.md.") from error
    _check_date(toml.planned_date)
    return toml


def _unknown(key: str, known: list[str]) -> ConfigError:
    nearest = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"Known keys: {', '.join(known)}."
    return ConfigError(f"{FILE_NAME} has a key that does not exist: {key}.", remedy=hint)


def _check_date(text: str) -> None:
    if not text:
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{FILE_NAME}: planned_date is {text!r}, which is no date.", remedy="Write it as 2026-11-23."
        ) from None
