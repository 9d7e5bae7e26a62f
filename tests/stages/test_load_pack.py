"""The demo system's load pack: its journeys, and that every profile can be run with them."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from tests.stages.load_project import project, target

from gonogo.config.stage_options.load import LoadOptions, LoadProfiles
from gonogo.model import Side, StageSettings
from gonogo.stages.base import Project
from gonogo.stages.load import LoadStage

ROOT = Path(__file__).parents[2]
PROFILES = LoadProfiles.model_validate(tomllib.loads((ROOT / "load" / "profiles.toml").read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(PROFILES.profiles))
def test_every_profile_can_be_planned(name: str, tmp_path: Path) -> None:
    ends = target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    here = Project(root=ROOT, upgrade=project(tmp_path, *ends).upgrade, python=sys.executable)
    options = LoadOptions(profile=name).model_dump(mode="json")
    plan = LoadStage().plan(here, StageSettings(stage="load", timeout_s=4500.0, options=options))
    assert plan.problem == ""
    assert "load:Rent search" in {check.key for check in plan.checks}
    assert len(plan.checks) >= 3


def test_every_profile_says_when_its_load_occurs() -> None:
    assert PROFILES.default in PROFILES.profiles
    assert all(profile.description for profile in PROFILES.profiles.values())


def test_a_profile_that_takes_longer_than_the_stage_may_is_refused_beforehand(tmp_path: Path) -> None:
    ends = target(Side.BASELINE, "http://127.0.0.1:1"), target(Side.CANDIDATE, "http://127.0.0.1:2")
    here = Project(root=ROOT, upgrade=project(tmp_path, *ends).upgrade, python=sys.executable)
    options = LoadOptions(profile="soak").model_dump(mode="json")
    plan = LoadStage().plan(here, StageSettings(stage="load", timeout_s=300.0, options=options))
    assert plan.problem == (
        "The profile 'soak' takes 1,860 s at least, and [stages.load] has a timeout_s of 300. Set timeout_s higher."
    )
