"""Finds the wapiti web scanner, or installs it into an environment of its own.

wapiti is under the GPL and pins some thirty packages to single versions, so it never shares an
environment with gonogo and is only ever started as a child process.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from gonogo.setup.children import run
from gonogo.setup.installing import Recipe, Say, find_or_install, say_nothing
from gonogo.setup.locked import LOCKS, lock_key
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine
from gonogo.setup.oneatatime import one_at_a_time

LOCK = "wapiti.txt"


def find_wapiti(machine: Machine | None = None) -> Tool | None:
    """The wapiti program to use, or None.

    The order: what ``GONOGO_WAPITI`` names, and then nothing else; the one set-up installed;
    one on the search path.
    """
    machine = machine or this_machine()
    named = machine.setting("GONOGO_WAPITI")
    if named:
        return _asked(Path(named).expanduser(), "named by GONOGO_WAPITI", machine)
    installed = _installed(machine)
    if installed:
        return installed
    on_path = machine.which("wapiti")
    return _asked(on_path, "on the search path", machine) if on_path else None


def install_wapiti(machine: Machine | None = None, say: Say = say_nothing) -> Outcome:
    """Finds wapiti, else installs it from its lock file into its own environment.

    Nothing is raised when it cannot be had; the outcome says why and what to do. Writes only
    below ``GONOGO_HOME``.

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    recipe = Recipe(
        name="wapiti",
        find=find_wapiti,
        setting="GONOGO_WAPITI",
        attempts=(_install,),
        cost="no wapiti, so no web scan unless an OWASP ZAP is configured",
        by_hand="set GONOGO_WAPITI to the path of a wapiti program, or configure an OWASP ZAP",
    )
    return find_or_install(recipe, machine or this_machine(), say)


def _folder(machine: Machine) -> Path:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return machine.home / f"wapiti-{lock_key(LOCK)}-py{python}"


def _asked(path: Path, how: str, machine: Machine) -> Tool | None:
    if not path.is_file():
        return None
    said = run([path, "--version"], environment=machine.environment, timeout_s=60)
    found = re.search(r"\d+\.\d+\.\d+", said.output)
    if not said.is_success or not found:
        return None
    return Tool(name="wapiti", path=path, version=found[0], how=how)


def _installed(machine: Machine) -> Tool | None:
    folder = _folder(machine)
    if not (folder / "complete").is_file():
        return None
    program = folder / ("Scripts/wapiti.exe" if machine.platform == "win32" else "bin/wapiti")
    inside = "Lib/site-packages" if machine.platform == "win32" else "lib/python*/site-packages"
    for metadata in folder.glob(f"{inside}/wapiti3-*.dist-info"):
        version = metadata.name.removeprefix("wapiti3-").removesuffix(".dist-info")
        if program.is_file():
            how = "installed by gonogo from its lock file"
            return Tool(name="wapiti", path=program, version=version, how=how)
    return None


def _install(machine: Machine, say: Say) -> str:
    """Makes the environment and fills it; says what it did or what stopped it."""
    say("wapiti: installing it from the Python package index into an environment of its own")
    folder = _folder(machine)
    python = folder / ("Scripts/python.exe" if machine.platform == "win32" else "bin/python")
    try:
        with one_at_a_time(machine.home, "wapiti"):
            if _installed(machine):
                return "it was installed by another process"
            shutil.rmtree(folder, ignore_errors=True)
            make: list[str | Path] = [sys.executable, "-m", "venv", folder]
            fill: list[str | Path] = [python, "-m", "pip", "install", "-q", "--no-deps"]
            for command in (make, [*fill, "--require-hashes", "-r", LOCKS / LOCK]):
                ran = run(command, environment=machine.environment, timeout_s=900)
                if not ran.is_success:
                    shutil.rmtree(folder, ignore_errors=True)
                    return f"it could not be installed ({ran.reason()})"
            (folder / "complete").touch()
    except OSError as problem:
        return f"{machine.home} cannot be written ({problem.strerror})"
    return "it was installed"
