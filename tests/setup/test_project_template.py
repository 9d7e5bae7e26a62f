"""`gonogo init`: what it writes is harmless, can be read back, and says what to fill in."""

from __future__ import annotations

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # it comes with bandit

from gonogo.cli.main import run
from gonogo.config.accepted import load_accepted
from gonogo.config.loading import load_upgrade
from gonogo.config.stage_options.load import LoadProfiles
from gonogo.model import Activity, ExitCode, Upgrade
from gonogo.model.errors import ProjectError
from gonogo.publishing.settings import read_settings
from gonogo.setup import pack_folder
from gonogo.setup.project_template import DEFINITION, PIPELINES, STARTER_FILES, project_files
from gonogo.stages.permission import refusal
from gonogo.stages.registry import installed_stages, option_models

EXIT_CODES = {
    ExitCode.GO_WITH_CONDITIONS: "go with conditions",
    ExitCode.NO_GO: "no-go",
    ExitCode.INCONCLUSIVE: "not enough evidence",
}

SWITCHED_OFF = re.compile(r"^# (?=\[|\w+ = )", re.MULTILINE)
"""A line of a starter that is a setting once the # is taken away."""


def init(folder: Path, *options: str) -> int:
    return run(["init", str(folder), *options])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new project, as it is written."""
    folder = tmp_path / "project"
    assert init(folder, "--system", "Council tax", "--from", "5.2", "--to", "5.3") == 0
    return folder


def definition(folder: Path) -> Upgrade:
    return load_upgrade(folder, option_models(installed_stages()))


def test_the_answers_stand_in_the_definition(project: Path) -> None:
    upgrade = definition(project)
    assert (upgrade.system, upgrade.baseline.version, upgrade.candidate.version) == (
        "Council tax",
        "5.2",
        "5.3",
    )
    assert [settings.stage for settings in upgrade.stages] == ["uat", "regression", "load", "security"]


def test_every_note_of_the_starter_is_kept(project: Path) -> None:
    written = (project / "gonogo.toml").read_text(encoding="utf-8").splitlines()
    starter = (pack_folder() / DEFINITION).read_text(encoding="utf-8").splitlines()
    changed = [line for line in starter if line not in written]
    assert changed == ['name = "My system"', 'version = "1.0"', 'version = "1.1"']


@pytest.mark.parametrize(
    "name", ['The "new" one', "C:\\tax", "Trêth y Cyngor", "#1 [beta] = 'x'", '"""', "  spaces around  "]
)
def test_any_name_can_be_written_and_read_back(tmp_path: Path, name: str) -> None:
    assert init(tmp_path / "p", "--system", name, "--from", name, "--to", name) == 0
    upgrade = definition(tmp_path / "p")
    assert {upgrade.system, upgrade.baseline.version, upgrade.candidate.version} == {name.strip()}


@pytest.mark.parametrize("option", ["--system", "--from", "--to"])
@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "bell\a"])
def test_what_cannot_be_a_name_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str
) -> None:
    assert init(tmp_path / "p", option, name) == ExitCode.USAGE
    assert option in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_nothing_of_the_demo_system_is_left_in_a_new_project(project: Path) -> None:
    demo = tomllib.loads((pack_folder() / "gonogo.toml").read_text(encoding="utf-8"))
    accounts = list(demo["users"]) + [user["username"] for user in demo["users"].values()]
    words = [demo["system"]["name"], "meridian", "tenan", "127.0.0.1", *accounts]
    for path in project.rglob("*"):
        text = path.read_text(encoding="utf-8").lower() if path.is_file() else ""
        assert not [word for word in words if word.lower() in text], path.name


def test_a_new_project_allows_neither_load_nor_attacks(project: Path) -> None:
    upgrade = definition(project)
    for target in (upgrade.baseline, upgrade.candidate):
        for activity in Activity:
            assert refusal(target, target.url, activity, date(2026, 11, 22)), (target.side, activity)


def test_what_is_switched_off_is_right_once_it_is_switched_on(project: Path) -> None:
    for name in ("gonogo.toml", "security/accepted.toml", "load/profiles.toml"):
        path = project / name
        text, switched = SWITCHED_OFF.subn("", path.read_text(encoding="utf-8"))
        assert switched > 3, name
        path.write_text(text.replace("allows = []", 'allows = ["load", "active-scan"]'), encoding="utf-8")
    upgrade = definition(project)
    for target in (upgrade.baseline, upgrade.candidate):
        for activity in Activity:
            assert refusal(target, target.url, activity, date(2027, 12, 31)) is None
            assert refusal(target, target.url, activity, date(2028, 1, 1)) is not None
    assert len(upgrade.users) == 2
    (slower,) = [c for c in upgrade.criteria if c.id == "load.slower_max_percent"]
    assert "10%" in slower.statement
    assert len(load_accepted(project)) == 1
    profiles = tomllib.loads((project / "load" / "profiles.toml").read_text(encoding="utf-8"))
    assert set(LoadProfiles.model_validate(profiles).profiles) == {"everyday", "busy-day"}


def test_the_files_beside_the_definition_are_read_as_they_are_written(project: Path) -> None:
    assert load_accepted(project) == ()
    assert read_settings(project).issue_status == "Draft"
    profiles = tomllib.loads((project / "load" / "profiles.toml").read_text(encoding="utf-8"))
    assert LoadProfiles.model_validate(profiles).default == "everyday"


def test_version_control_takes_what_people_write_and_leaves_out_what_runs_write(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(project)], check=True, timeout=60)
    for name in (
        "reports/20261122-1/verdict.json",
        "reports/latest/verdict.json",
        "suites/__pycache__/a.pyc",
    ):
        (project / name).parent.mkdir(parents=True)
        (project / name).touch()
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"],
        cwd=project, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    written = {*STARTER_FILES.values(), "gonogo.toml", "pytest.toml", ".gitignore", "README.md"}
    assert set(listed.stdout.split()) == written


def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "notes.txt").write_text("mine", encoding="utf-8")
    assert init(tmp_path / "p") == ExitCode.USAGE
    assert "not empty" in capsys.readouterr().err
    assert init(tmp_path / "p" / "notes.txt") == ExitCode.USAGE
    assert "is a file" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["p", "notes.txt"]


def test_packs_without_a_starter_say_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as raised:
        project_files(tmp_path, system="S", from_version="1", to_version="2")
    assert "starter" in raised.value.message
    assert "pip install" in raised.value.remedy


def test_an_unknown_pipeline_is_refused_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(tmp_path / "p", "--ci", "travis") == ExitCode.USAGE
    told = capsys.readouterr().err
    assert all(name in told for name in PIPELINES)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_runs_the_gate_with_the_password_the_definition_asks_for(
    tmp_path: Path, name: str
) -> None:
    assert init(tmp_path / "p", "--ci", name) == 0
    text = (tmp_path / "p" / PIPELINES[name]).read_text(encoding="utf-8")
    (user,) = definition(tmp_path / "p").users
    assert user.password.removeprefix("env:") in text
    for part in ("pip install gonogo", "-m gonogo.setup", "gonogo run", "reports/latest"):
        assert part in text, part
    said = re.sub(r"\n(#|//) ", " ", text)
    for code, words in EXIT_CODES.items():
        assert f"{code.value} = {words}" in said
    if name != "jenkins":
        assert isinstance(yaml.safe_load(text), dict)
    else:
        assert text.count("{") == text.count("}")
