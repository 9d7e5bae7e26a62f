"""Which browser is chosen, and what happens when there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gonogo.setup import Machine, browser, children, find_browser, install_browser
from gonogo.setup.browser import Browser
from gonogo.setup.children import Ran

Make = Callable[..., Path]


def playwright_shell(folder: Path, program: Make, revision: str = "1255", version: str = "159.0.1.2") -> Path:
    home = folder / f"chromium_headless_shell-{revision}"
    path = program("chrome-headless-shell", version=version, folder=home / "chrome-headless-shell-linux64")
    (home / "INSTALLATION_COMPLETE").touch()
    return path


def test_a_machine_without_a_browser_has_none(machine: Machine) -> None:
    assert find_browser(machine) is None


def test_a_headless_shell_is_preferred_to_every_full_browser(machine: Machine, program: Make) -> None:
    for name in ("chromium", "google-chrome", "microsoft-edge", "chromium-headless-shell"):
        program(name, version=f"{name} 156.0.8078.79 built on Debian")
    found = find_browser(machine)
    assert found is not None
    assert (found.kind, found.version) == ("headless-shell", "156.0.8078.79")


def test_playwrights_own_shell_comes_before_an_installed_browser(machine: Machine, program: Make) -> None:
    program("google-chrome")
    path = playwright_shell(machine.user_folder / ".cache" / "ms-playwright", program)
    found = find_browser(machine)
    assert found is not None
    assert (found.kind, found.path, found.version) == ("playwright", path, "159.0.1.2")


def test_the_shell_that_set_up_installed_is_found(machine: Machine, program: Make) -> None:
    path = playwright_shell(machine.home / "browsers", program)
    found = find_browser(machine)
    assert found is not None
    assert found.path == path


def test_the_revision_this_playwright_was_made_for_comes_before_a_newer_one(
    machine: Machine, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_playwright_list", lambda: {"1255": "159.0.1.2"})
    cache = machine.user_folder / ".cache" / "ms-playwright"
    for revision in ("999", "1255", "1300"):
        playwright_shell(cache, program, revision=revision, version=f"{revision}.0")
    found = find_browser(machine)
    assert found is not None
    assert found.version == "1255.0"


def test_a_download_that_did_not_finish_is_not_used(machine: Machine, program: Make) -> None:
    path = playwright_shell(machine.home / "browsers", program)
    (path.parents[1] / "INSTALLATION_COMPLETE").unlink()
    assert find_browser(machine) is None


def test_playwrights_list_of_browsers_is_read_from_the_installed_package() -> None:
    listed = browser._playwright_list()
    assert listed
    assert all(revision.isdigit() and version[0].isdigit() for revision, version in listed.items())


@pytest.mark.parametrize(
    ("installed", "kind"),
    [
        (("google-chrome", "microsoft-edge", "chromium"), "chrome"),
        (("microsoft-edge", "chromium"), "edge"),
        (("chromium-browser",), "chromium"),
    ],
)
def test_installed_browsers_are_taken_in_a_fixed_order(
    machine: Machine, program: Make, installed: tuple[str, ...], kind: str
) -> None:
    for name in installed:
        program(name)
    found = find_browser(machine)
    assert found is not None
    assert found.kind == kind


def test_a_stub_that_only_asks_to_install_the_browser_is_passed_over(machine: Machine, program: Make) -> None:
    program("chromium-browser", "echo 'requires the chromium snap to be installed'; exit 1")
    program("google-chrome", "echo 'starting 1.2.3'; exit 1")
    assert find_browser(machine) is None


def test_a_named_browser_is_the_only_one_considered(
    with_settings: Callable[..., Machine], program: Make
) -> None:
    program("chromium-headless-shell")
    named = program("my-edge", version="Microsoft Edge 150.0.1")
    found = find_browser(with_settings(GONOGO_BROWSER=str(named)))
    assert found is not None
    assert (found.path, found.kind, found.how) == (named, "edge", "named by GONOGO_BROWSER")


def test_a_named_browser_that_does_not_start_is_said_and_nothing_is_installed_instead(
    with_settings: Callable[..., Machine], program: Make
) -> None:
    program("chromium-headless-shell")
    machine = with_settings(GONOGO_BROWSER="/nowhere/chrome")
    assert find_browser(machine) is None
    outcome = install_browser(machine, say=pytest.fail)
    assert outcome.tool is None
    assert "GONOGO_BROWSER names /nowhere/chrome" in outcome.message


@pytest.mark.parametrize(("is_root", "expected"), [(True, True), (False, False)])
def test_the_sandbox_is_switched_off_for_root_only(
    machine: Machine, program: Make, is_root: bool, expected: bool
) -> None:
    program("chromium-headless-shell")
    found = find_browser(replace(machine, is_root=is_root))
    assert found is not None
    assert ("--no-sandbox" in found.launch_args) is expected


def test_every_browser_is_started_with_its_own_traffic_off(machine: Machine, program: Make) -> None:
    path = program("chromium")
    found = find_browser(machine)
    assert found is not None
    options = found.launch_options()
    assert options["executable_path"] == str(path)
    assert {"--disable-background-networking", "--disable-component-update", "--disable-sync"} <= set(
        options["args"]
    )


def test_on_windows_the_version_is_read_beside_the_program_and_nothing_is_started(
    machine: Machine, program: Make, tmp_path: Path
) -> None:
    files = tmp_path / "Program Files"
    path = program("chrome.exe", "touch started", folder=files / "Google" / "Chrome" / "Application")
    for version in ("131.0.6778.9", "131.0.6778.86", "SetupMetrics"):
        (path.parent / version).mkdir()
    windows = replace(machine, platform="win32", environment={"PROGRAMFILES": str(files), "PATH": ""})
    found = find_browser(windows)
    assert found is not None
    assert (found.kind, found.version) == ("chrome", "131.0.6778.86")


def test_on_a_mac_a_browser_is_found_among_the_applications(machine: Machine, program: Make) -> None:
    applications = machine.system_root / "Applications"
    program("Microsoft Edge", folder=applications / "Microsoft Edge.app" / "Contents" / "MacOS")
    found = find_browser(replace(machine, platform="darwin"))
    assert found is not None
    assert found.kind == "edge"


def no_download(*_: Any, **__: Any) -> Ran:
    return Ran(exit_code=1, output="Downloading …\nError: getaddrinfo ENOTFOUND cdn.example.org\n    at …")


def test_an_ordinary_user_without_a_network_is_told_what_to_ask_for(
    machine: Machine, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "run", no_download)
    program("apt-get", "exit 99")
    outcome = install_browser(machine)
    assert outcome.tool is None
    assert "Error: getaddrinfo ENOTFOUND" in outcome.message
    assert "only an administrator may run: apt-get install chromium-headless-shell" in outcome.message
    assert "GONOGO_BROWSER" in outcome.message


def test_root_gets_the_distributions_headless_shell_when_playwright_cannot_download(
    machine: Machine, program: Make, programs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real_run = children.run
    monkeypatch.setattr(
        browser,
        "run",
        lambda command, **rest: no_download() if "-m" in command else real_run(command, **rest),
    )
    # knows no package before its lists are fetched, as on a new machine
    program(
        "apt-get",
        f"""echo "$@" >> {tmp_path}/asked
        [ "$1" = update ] && echo > {tmp_path}/fresh && exit 0
        [ -e {tmp_path}/fresh ] || {{ echo "E: Unable to locate package"; exit 100; }}
        for last; do :; done
        printf '#!/bin/sh\\necho Chromium 156.0.1\\n' > {programs}/$last
        PATH=/bin:/usr/bin chmod +x {programs}/$last""",
    )
    steps: list[str] = []
    outcome = install_browser(replace(machine, is_root=True), say=steps.append)
    assert isinstance(outcome.tool, Browser)
    assert outcome.tool.kind == "headless-shell"
    assert outcome.message.startswith("installed headless-shell 156.0.1")
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in asked] == ["install", "install", "update", "install"]
    assert len(steps) == 2


def test_a_folder_that_cannot_be_written_is_said(
    with_settings: Callable[..., Machine], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    outcome = install_browser(with_settings(GONOGO_HOME=str(tmp_path / "file" / "inside")))
    assert outcome.tool is None
    assert "cannot be written" in outcome.message


@pytest.mark.slow
def test_playwright_is_really_asked_and_its_failure_is_told_in_one_line(
    machine: Machine, program: Make
) -> None:
    # a download host where nothing listens: the real command fails as on a closed network
    closed = replace(
        machine, environment={**machine.environment, "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9"}
    )
    outcome = install_browser(closed)
    assert outcome.tool is None
    assert "Playwright could not download its headless shell (Error:" in outcome.message
    assert "\n" not in outcome.message
