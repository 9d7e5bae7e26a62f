"""What the guide to a first project tells people to write is understood."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from gonogo.cli.main import run
from gonogo.config.loading import load_upgrade
from gonogo.stages.registry import installed_stages, option_models

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "start-a-project.md"


def blocks(language: str) -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project of the guide, with everything in it that the guide says."""
    monkeypatch.chdir(tmp_path)
    (written,) = [line for line in "".join(blocks("sh")).splitlines() if " init " in line]
    assert run(re.sub(r'"([^"]*)"', r"\1", written).split()[1:]) == 0
    path = tmp_path / "housing" / "gonogo.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for block in blocks("toml"):
        merge(document, tomlkit.parse(block))
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path.parent


def merge(into: Any, more: Any) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and key in into:
            merge(into[key], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            into[key] = [*into.get(key, []), *value]  # an array of tables goes on in the next block
        else:
            into[key] = value


def test_every_setting_of_the_guide_is_one(project: Path) -> None:
    assert len(blocks("toml")) >= 6
    upgrade = load_upgrade(project, option_models(installed_stages()))
    assert (upgrade.system, upgrade.baseline.version) == ("Housing", "5.2")
    assert upgrade.candidate.authorisation is not None
    assert [change.key for change in upgrade.expected_changes] == [
        "regression:snapshot:Start page*",
        "regression:snapshot:*",
    ]


@pytest.mark.slow
def test_every_sentence_of_the_guide_is_known(project: Path) -> None:
    (scenarios,) = blocks("gherkin")
    (project / "features" / "rent_accounts.feature").write_text(scenarios, encoding="utf-8")
    (command,) = [line for line in "".join(blocks("sh")).splitlines() if "--dry-run" in line]
    tried = subprocess.run(
        [sys.executable, *command.split()[1:]],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert tried.returncode == 0, tried.stderr
    assert "4 untested" in tried.stdout
    assert "undefined" not in tried.stdout


@pytest.mark.slow
def test_every_scenario_and_page_of_the_guide_is_planned(project: Path) -> None:
    (scenarios,) = blocks("gherkin")
    (project / "features" / "rent_accounts.feature").write_text(scenarios, encoding="utf-8")
    planned = subprocess.run(
        [sys.executable, "-c", "from gonogo.cli import main; main()", "plan", "--format", "json"],
        cwd=project, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    stages = {stage["stage"]: stage for stage in json.loads(planned.stdout)["stages"]}
    assert not [stage["problem"] for stage in stages.values() if stage.get("problem")]
    assert "A payment lowers the balance" in [check["title"] for check in stages["uat"]["checks"]]
    journeys = {check["title"] for check in stages["load"]["checks"]}
    assert journeys == {"Start page", "Arrears", "Search for Smith"}
    assert len(stages["regression"]["checks"]) == 4 * 3
