"""The page about fixtures names every fixture, mark and setting there is, and none that is not."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from _pytest.fixtures import FixtureFunctionDefinition

from gonogo.config.stage_options.regression import RegressionOptions
from gonogo.model import Discipline
from gonogo.pytest_plugin import MARKS, pack
from gonogo.pytest_plugin.snapshots import Snapshots

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "fixtures.md").read_text(encoding="utf-8")

INNER = frozenset(
    {
        "pack",
        "evidence",
        "sessions",
        "access",
        "clients",
        "context",
        "browser_type_launch_args",
        "browser_context_args",
    }
)
"""Fixtures that others are made of, and those of pytest-playwright that are only adjusted."""


def fixtures() -> set[str]:
    found = set()
    for name in pack._PLUGINS:
        found |= {
            key
            for key, value in vars(import_module(name)).items()
            if isinstance(value, FixtureFunctionDefinition)
        }
    return found


def test_every_fixture_is_described() -> None:
    known = fixtures()
    assert len(known) > 20
    assert not {name for name in known - INNER if f"`{name}" not in PAGE}


def test_every_way_to_keep_something_is_described() -> None:
    ways = {name for name in vars(Snapshots) if not name.startswith("_")}
    assert {name for name in ways if f"`snapshot.{name}(" not in PAGE} == set()
    assert set(re.findall(r"`snapshot\.(\w+)\(", PAGE)) == ways


def test_every_mark_is_described() -> None:
    for mark in MARKS:
        assert f"`{re.split(r'[:(]', mark)[0]}" in PAGE


def test_every_discipline_is_named() -> None:
    listed = next(line for line in PAGE.splitlines() if line.startswith("| `discipline("))
    assert not {name for name in Discipline if name not in listed} - {Discipline.IDENTITY}


def test_every_setting_stands_there_with_its_default() -> None:
    for name, field in RegressionOptions.model_fields.items():
        row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")), "")
        assert row, name
        default = row.split("|")[2].strip(" `")
        assert default == str(field.default).lower().replace("'", '"') or name in ("axe_tags", "marks")
