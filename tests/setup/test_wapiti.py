"""wapiti lives in an environment of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine, find_wapiti, install_wapiti, this_machine, wapiti
from gonogo.setup.children import Ran

Make = Callable[..., Path]


def installed(machine: Machine, program: Make, version: str = "3.2.3") -> Path:
    """An environment as a finished install leaves it."""
    folder = wapiti._folder(machine)
    (folder / "lib" / "python3.11" / "site-packages" / f"wapiti3-{version}.dist-info").mkdir(parents=True)
    (folder / "complete").touch()
    return program("wapiti", "exit 1", folder=folder / "bin")


def test_the_installed_wapiti_is_found_without_being_started(machine: Machine, program: Make) -> None:
    path = installed(machine, program)
    found = find_wapiti(machine)
    assert found is not None
    assert (found.path, found.version) == (path, "3.2.3")


def test_an_environment_that_was_never_finished_is_not_used(machine: Machine, program: Make) -> None:
    path = installed(machine, program)
    (path.parents[1] / "complete").unlink()
    assert find_wapiti(machine) is None


def test_each_python_has_an_environment_of_its_own(machine: Machine) -> None:
    assert wapiti._folder(machine).name.endswith(f"-py{sys.version_info.major}.{sys.version_info.minor}")


def test_a_wapiti_on_the_search_path_serves_where_none_was_installed(machine: Machine, program: Make) -> None:
    path = program("wapiti", version="Wapiti 3.0.4 (wapiti-scanner.github.io)")
    found = find_wapiti(machine)
    assert found is not None
    assert (found.path, found.version) == (path, "3.0.4")


def test_a_named_wapiti_that_is_not_there_is_said(
    with_settings: Callable[..., Machine], program: Make
) -> None:
    program("wapiti", version="3.0.4")
    outcome = install_wapiti(with_settings(GONOGO_WAPITI="/nowhere/wapiti"))
    assert outcome.tool is None
    assert "GONOGO_WAPITI names /nowhere/wapiti" in outcome.message


def test_installing_uses_the_checksums_and_leaves_nothing_half_done(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def refused(command: list[str | Path], **_: object) -> Ran:
        commands.append([str(part) for part in command])
        wapiti._folder(machine).mkdir(exist_ok=True)
        is_pip = "pip" in command
        return Ran(
            exit_code=1 if is_pip else 0, output="ERROR: No matching distribution found" if is_pip else ""
        )

    monkeypatch.setattr(wapiti, "run", refused)
    outcome = install_wapiti(machine)
    assert outcome.tool is None
    assert "it could not be installed (ERROR: No matching distribution found)" in outcome.message
    assert "configure an OWASP ZAP" in outcome.message
    assert commands[0][:3] == [sys.executable, "-m", "venv"]
    assert "--require-hashes" in commands[1]
    assert not wapiti._folder(machine).exists()


@pytest.mark.network
def test_the_real_wapiti_installs_and_starts(machine: Machine) -> None:
    here = replace(
        this_machine(), environment={**this_machine().environment, "GONOGO_HOME": str(machine.home)}
    )
    outcome = install_wapiti(here)
    assert outcome.tool is not None, outcome.message
    said = wapiti._asked(outcome.tool.path, "", here)
    assert said is not None
    assert said.version == outcome.tool.version
