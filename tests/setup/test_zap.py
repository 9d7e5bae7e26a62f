"""An installed ZAP is found without being started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine, find_zap

Make = Callable[..., Path]


def jar_in(folder: Path, version: str = "2.17.0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"zap-{version}.jar"
    path.touch()
    return path


def test_a_machine_without_zap_has_none(machine: Machine) -> None:
    assert find_zap(machine) is None


@pytest.mark.parametrize("inside", ["usr/share/zaproxy", "opt/zaproxy"])
def test_the_jar_in_the_usual_place_is_found_with_its_version(machine: Machine, inside: str) -> None:
    path = jar_in(machine.system_root / inside)
    found = find_zap(machine)
    assert found is not None
    assert (found.path, found.version) == (path, "2.17.0")


def test_the_jar_beside_the_start_script_is_preferred_to_the_script(
    machine: Machine, program: Make, programs: Path, tmp_path: Path
) -> None:
    real = program("zap.sh", "exit 1", folder=tmp_path / "zap")
    (programs / "zap.sh").symlink_to(real)
    path = jar_in(tmp_path / "zap")
    found = find_zap(machine)
    assert found is not None
    assert (found.path, found.how) == (path, "on the search path")


def test_a_start_script_alone_serves_too(machine: Machine, program: Make) -> None:
    path = program("zaproxy", "exit 1")
    found = find_zap(machine)
    assert found is not None
    assert (found.path, found.version) == (path, "unknown")


@pytest.mark.parametrize("what", ["folder", "jar"])
def test_a_named_zap_comes_first_as_a_folder_or_a_jar(
    with_settings: Callable[..., Machine], machine: Machine, tmp_path: Path, what: str
) -> None:
    jar_in(machine.system_root / "opt/zaproxy", "2.14.0")
    jar = jar_in(tmp_path / "mine", "2.16.1")
    found = find_zap(with_settings(GONOGO_ZAP=str(jar if what == "jar" else jar.parent)))
    assert found is not None
    assert (found.path, found.version) == (jar, "2.16.1")


def test_a_named_zap_that_is_not_there_is_not_replaced_by_another(
    with_settings: Callable[..., Machine], machine: Machine
) -> None:
    jar_in(machine.system_root / "opt/zaproxy")
    assert find_zap(with_settings(GONOGO_ZAP="/nowhere")) is None


def test_the_newest_zap_unpacked_in_gonogos_own_folder_is_taken(machine: Machine) -> None:
    jar_in(machine.home / "zap" / "ZAP_2.16.0", "2.16.0")
    newest = jar_in(machine.home / "zap" / "ZAP_2.17.0")
    found = find_zap(machine)
    assert found is not None
    assert found.path == newest


def test_on_windows_the_program_folder_is_looked_in(machine: Machine, tmp_path: Path) -> None:
    path = jar_in(tmp_path / "files" / "ZAP" / "Zed Attack Proxy")
    windows = replace(
        machine,
        platform="win32",
        environment={**machine.environment, "PROGRAMFILES": str(tmp_path / "files")},
    )
    found = find_zap(windows)
    assert found is not None
    assert found.path == path
