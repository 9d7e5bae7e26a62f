"""Finds a browser to drive, or installs one.

The headless shell comes first: it is the build of Chromium that Playwright itself uses for
headless work, and it takes well under half the processor time of the full browser. Which
browser ran is part of a run's record, so each finding says its kind, version and origin.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from gonogo.setup.children import run
from gonogo.setup.debian import install_packages
from gonogo.setup.installing import Recipe, Say, find_or_install, say_nothing
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine
from gonogo.setup.oneatatime import one_at_a_time

BrowserKind = Literal["headless-shell", "chrome", "chromium", "edge", "playwright"]

QUIET_ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
"""What keeps a Chromium from talking to anyone but the system under test."""

HEADLESS_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")

INSTALLED: tuple[tuple[BrowserKind, tuple[str, ...]], ...] = (
    ("chrome", ("google-chrome-stable", "google-chrome", "chrome")),
    ("edge", ("microsoft-edge-stable", "microsoft-edge", "msedge")),
    ("chromium", ("chromium", "chromium-browser")),
)
"""Browsers a person may have installed, by the names their packages put on the search path."""

WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PLACES: tuple[tuple[BrowserKind, str], ...] = (
    ("chrome", "Google/Chrome/Application/chrome.exe"),
    ("edge", "Microsoft/Edge/Application/msedge.exe"),
    ("chromium", "Chromium/Application/chrome.exe"),
)
MAC_PLACES: tuple[tuple[BrowserKind, str], ...] = (
    ("chrome", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("edge", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ("chromium", "Applications/Chromium.app/Contents/MacOS/Chromium"),
)

DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser(Tool):
    """A browser that answered.

    Attributes:
        kind: ``headless-shell`` or ``playwright`` for the small headless builds (the
            distribution's, and Playwright's own), else the full browser's make.
        launch_args: the arguments it must be started with on this machine.
    """

    kind: BrowserKind
    launch_args: tuple[str, ...]

    def launch_options(self) -> dict[str, Any]:
        """The keyword arguments for Playwright's ``browser_type.launch``."""
        return {"executable_path": str(self.path), "args": list(self.launch_args), "headless": True}

    def describe(self) -> str:
        """The browser in one line, for people."""
        return f"{self.kind} {self.version} ({self.how}): {self.path}"


def find_browser(machine: Machine | None = None) -> Browser | None:
    """The browser this machine offers, best first, or None.

    The order: what ``GONOGO_BROWSER`` names, and then nothing else, for a setting that does not
    work must not be passed over in silence; a headless shell on the search path; Playwright's own
    headless shell, ours or the user's; an installed Chrome, Edge or Chromium. Only a browser that
    states its version counts: some distributions ship a stub that does not start.
    """
    machine = machine or this_machine()
    for kind, path, how in _candidates(machine):
        version = _version_of(path, kind, machine)
        if version:
            return Browser(
                name="browser",
                path=path,
                version=version,
                how=how,
                kind=kind,
                launch_args=(*QUIET_ARGS, *(("--no-sandbox",) if machine.is_root else ())),
            )
    return None


def install_browser(machine: Machine | None = None, say: Say = say_nothing) -> Outcome:
    """Finds a browser, else gets one: Playwright's headless shell, else the distribution's package.

    Nothing is raised when neither can be had; the outcome then says what was tried, what stopped
    it, and what to do. Writes to ``GONOGO_HOME/browsers`` or installs a Debian package (root only).

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    recipe = Recipe(
        name="browser",
        find=find_browser,
        setting="GONOGO_BROWSER",
        attempts=(_by_playwright, _by_distribution),
        cost="no browser, so neither the UAT nor the regression stage can run",
        by_hand="install Chrome, Edge or Chromium in the usual way, "
        "or set GONOGO_BROWSER to the path of a browser's program",
    )
    return find_or_install(recipe, machine or this_machine(), say)


def _candidates(machine: Machine) -> Iterator[tuple[BrowserKind, Path, str]]:
    named = machine.setting("GONOGO_BROWSER")
    if named:
        path = Path(named).expanduser()
        yield _kind_by_name(path), path, "named by GONOGO_BROWSER"
        return
    shell = machine.which(*HEADLESS_SHELLS)
    if shell:
        yield "headless-shell", shell, "on the search path"
    for path in _playwright_shells(machine):
        yield "playwright", path, "Playwright's own headless shell"
    for kind, names in INSTALLED:
        installed = machine.which(*names)
        if installed:
            yield kind, installed, "on the search path"
    if machine.platform == "win32":
        for folder in WINDOWS_FOLDERS:
            base = machine.setting(folder)
            for kind, place in WINDOWS_PLACES if base else ():
                yield kind, Path(str(base)) / place, "installed for this computer or user"
    if machine.platform == "darwin":
        for base_folder in (machine.system_root, machine.user_folder):
            for kind, place in MAC_PLACES:
                yield kind, base_folder / place, "installed for this computer or user"


def _kind_by_name(path: Path) -> BrowserKind:
    name = path.name.lower()
    if "headless" in name:
        return "headless-shell"
    if "edge" in name:
        return "edge"
    return "chrome" if "chrome" in name else "chromium"


def _version_of(path: Path, kind: BrowserKind, machine: Machine) -> str | None:
    if not path.is_file():
        return None
    if machine.platform == "win32":
        return _windows_version(path, kind)
    said = run([path, "--version"], environment=machine.environment, timeout_s=20)
    found = re.search(r"\d+(?:\.\d+)+", said.output)
    return found[0] if said.is_success and found else None


def _windows_version(path: Path, kind: BrowserKind) -> str | None:
    # On Windows `chrome --version` opens a window; the version is the name of the folder
    # beside the program, or for Playwright's own build what Playwright's list says.
    if kind == "playwright":
        return _playwright_list().get(_revision_of(path), "of an unknown release")
    names = (folder.name for folder in path.parent.iterdir())
    versions = [name for name in names if re.fullmatch(r"\d+(\.\d+){3}", name)]
    return max(versions, key=lambda name: [int(part) for part in name.split(".")], default=None)


def _playwright_shells(machine: Machine) -> list[Path]:
    wanted = set(_playwright_list())
    shells: list[Path] = []
    for folder in _playwright_folders(machine):
        for marker in folder.glob("chromium_headless_shell-*/INSTALLATION_COMPLETE"):
            for name in ("chrome-headless-shell", "headless_shell"):
                suffix = ".exe" if machine.platform == "win32" else ""
                shells.extend(marker.parent.glob(f"*/{name}{suffix}"))
    # the revision this Playwright was made for first, then the newest
    return sorted(
        shells, key=lambda path: (_revision_of(path) not in wanted, -int(_revision_of(path) or 0), str(path))
    )


def _playwright_folders(machine: Machine) -> list[Path]:
    folders = [machine.home / "browsers"]
    chosen = machine.setting("PLAYWRIGHT_BROWSERS_PATH")
    if chosen and chosen != "0":
        folders.append(Path(chosen))
    elif machine.platform == "win32":
        folders.append(machine.user_folder / "AppData" / "Local" / "ms-playwright")
    elif machine.platform == "darwin":
        folders.append(machine.user_folder / "Library" / "Caches" / "ms-playwright")
    else:
        folders.append(machine.user_folder / ".cache" / "ms-playwright")
    return folders


def _revision_of(path: Path) -> str:
    found = re.search(r"chromium_headless_shell-(\d+)", path.as_posix())
    return found[1] if found else ""


def _playwright_list() -> dict[str, str]:
    """Playwright's own list of what it downloads: revision to browser version."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return {}
    listed = Path(spec.origin).parent / "driver" / "package" / "browsers.json"
    if not listed.is_file():
        return {}
    browsers = json.loads(listed.read_text(encoding="utf-8"))["browsers"]
    return {b["revision"]: b["browserVersion"] for b in browsers if b["name"] == "chromium-headless-shell"}


def _by_distribution(machine: Machine, say: Say) -> str:
    say("browser: asking the distribution's package index")
    return install_packages(machine, DEBIAN_PACKAGES, any_one=True)


def _by_playwright(machine: Machine, say: Say) -> str:
    say("browser: none installed; asking Playwright for its headless shell")
    folder = machine.home / "browsers"
    environment = {**machine.environment, "PLAYWRIGHT_BROWSERS_PATH": str(folder)}
    try:
        with one_at_a_time(machine.home, "browsers"):
            ran = run(
                [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
                environment=environment,
                timeout_s=900,
            )
    except OSError as problem:
        return f"{machine.home} cannot be written ({problem.strerror})"
    if not ran.is_success:
        return f"Playwright could not download its headless shell ({ran.reason()})"
    return "Playwright's headless shell was downloaded but does not start; it may lack system libraries"
