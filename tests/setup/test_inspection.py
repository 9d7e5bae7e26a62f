"""What ``gonogo doctor`` is told."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.setup import Machine, inspect
from gonogo.setup import __main__ as command
from gonogo.setup.machine import Outcome, Tool

Make = Callable[..., Path]

NAMES = ["python", "browser", "folder", "allure", "wapiti", "zap", "pango", "node", "java"]


def test_a_bare_machine_gets_one_remedy_for_everything_that_is_missing(machine: Machine) -> None:
    findings = inspect(machine)
    assert [finding.name for finding in findings] == NAMES
    for finding in findings:
        assert finding.detail
        assert bool(finding.fix) is not finding.is_present, finding
    by_name = {finding.name: finding for finding in findings}
    assert by_name["browser"].fix == f"{sys.executable} -m gonogo.setup browser"
    assert by_name["browser"].is_required
    assert not by_name["allure"].is_required


def test_what_is_there_is_described_with_its_version_and_place(machine: Machine, program: Make) -> None:
    path = program("chromium-headless-shell", version="Chromium 156.0.1")
    found = {finding.name: finding for finding in inspect(machine)}["browser"]
    assert found.is_present
    assert found.detail == f"headless-shell 156.0.1 (on the search path): {path}"


def test_a_folder_that_cannot_be_written_is_reported(
    with_settings: Callable[..., Machine], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    machine = with_settings(GONOGO_HOME=str(tmp_path / "file" / "inside"))
    found = {finding.name: finding for finding in inspect(machine)}["folder"]
    assert not found.is_present
    assert "GONOGO_HOME" in found.fix


def test_inspecting_changes_nothing(machine: Machine, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    inspect(machine)
    assert sorted(tmp_path.rglob("*")) == before


def test_inspecting_this_machine_takes_little_time() -> None:
    started = time.monotonic()
    inspect()
    assert time.monotonic() - started < 5  # 0.1 s when nothing else runs


def outcome(name: str, *, is_there: bool) -> Callable[..., Outcome]:
    tool = Tool(name=name, path=Path(name), version="1", how="") if is_there else None
    return lambda *_, **__: Outcome(name=name, tool=tool, message=f"about {name}")


@pytest.mark.parametrize(
    ("arguments", "missing", "exit_code"),
    [
        ([], (), 0),
        (["all"], (), 0),
        ([], ("allure", "wapiti", "pango"), 0),
        ([], ("browser",), 2),
        (["allure"], ("allure",), 2),
        (["wapiti"], ("allure",), 0),
        (["browser", "wapiti"], ("wapiti",), 2),
        (["zap"], ("zap",), 2),
        (["all", "zap"], ("zap",), 0),
    ],
)
def test_the_command_says_each_outcome_and_fails_for_what_was_asked_for_by_name(
    arguments: list[str],
    missing: tuple[str, ...],
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    installers = {name: outcome(name, is_there=name not in missing) for name in command.INSTALLERS}
    monkeypatch.setattr(command, "INSTALLERS", installers)
    assert command.main(arguments) == exit_code
    said = capsys.readouterr().out.splitlines()
    usual = ["browser", "allure", "wapiti", "pango"]
    named = [name for name in arguments if name != "all"]
    asked = [*usual, *named] if "all" in arguments or not named else named
    assert said == [f"{'missing' if name in missing else 'found  '} {name}: about {name}" for name in asked]


def test_a_tool_nobody_knows_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        command.main(["selenium"])
    assert raised.value.code == 2
    assert "selenium" in capsys.readouterr().err
