"""An installed ZAP is found without being started."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine, Outcome, find_zap, install_zap
from gonogo.setup.__main__ import INSTALLERS, ONLY_WHEN_ASKED, main

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


# --- installing: the release is a small archive of the test's own, reached by a file address ---


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Make) -> Path:
    """Something in the place of the official release; a Java that is new enough is there."""
    program("java", "echo 'openjdk version \"17.0.15\"' >&2")
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as whole:
        whole.writestr("ZAP_2.17.0/zap-2.17.0.jar", "a jar")
    monkeypatch.setattr("gonogo.setup.zap.ADDRESS", archive.as_uri())
    monkeypatch.setattr("gonogo.setup.zap.SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())
    return archive


def test_the_official_release_is_unpacked_and_then_found(machine: Machine, release: Path) -> None:
    assert release.is_file()
    outcome = install_zap(machine)
    assert outcome.tool is not None
    assert outcome.tool.path == machine.home / "zap" / "ZAP_2.17.0" / "zap-2.17.0.jar"
    assert [path.name for path in (machine.home / "zap").iterdir()] == ["ZAP_2.17.0"]


def test_anything_but_the_official_release_is_thrown_away(machine: Machine, release: Path) -> None:
    release.write_bytes(release.read_bytes() + b"\n")
    outcome = install_zap(machine)
    assert outcome.tool is None
    assert "is not the official release 2.17.0" in outcome.message
    assert list((machine.home / "zap").iterdir()) == []


def test_where_the_network_does_not_reach_it_that_is_said(
    machine: Machine, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert release.is_file()
    monkeypatch.setattr("gonogo.setup.zap.ADDRESS", (tmp_path / "nowhere.zip").as_uri())
    outcome = install_zap(machine)
    assert outcome.tool is None
    assert "cannot be downloaded from here" in outcome.message
    assert "set GONOGO_ZAP to its folder" in outcome.message


@pytest.mark.parametrize(("java", "says"), [("", "there is none"), ("11.0.2", "this is 11.0.2")])
def test_without_a_java_that_is_new_enough_nothing_is_downloaded(
    machine: Machine, program: Make, java: str, says: str
) -> None:
    if java:
        program("java", f"echo 'openjdk version \"{java}\"' >&2")
    outcome = install_zap(machine)
    assert outcome.tool is None
    assert f"ZAP needs Java 17 or later, and {says}" in outcome.message


def test_it_is_too_large_to_come_along_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def installer(name: str) -> Callable[..., Outcome]:
        def install(*_: object, **__: object) -> Outcome:
            asked.append(name)
            return Outcome(name=name, tool=None, message="not here")

        return install

    for name in INSTALLERS:
        monkeypatch.setitem(INSTALLERS, name, installer(name))
    main([])
    assert set(asked) == set(INSTALLERS) - ONLY_WHEN_ASKED
    asked.clear()
    assert main(["zap"]) == 2
    assert asked == ["zap"]
