"""Finds the Allure report generator, or installs it: Allure 3 on Node.js, else Allure 2 on Java.

Allure is how a tester browses the evidence; the verdict never waits for it. Both generations are
pinned by lock files with checksums, and installed from the npm registry the user has configured.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from gonogo.setup.children import run
from gonogo.setup.installing import Recipe, Say, find_or_install, say_nothing
from gonogo.setup.locked import LOCKS, lock_key
from gonogo.setup.machine import Machine, Outcome, Tool, this_machine
from gonogo.setup.oneatatime import one_at_a_time
from gonogo.setup.runtimes import OLDEST_NODE_FOR_ALLURE, find_java, find_node, find_npm


@dataclass(frozen=True, slots=True, kw_only=True)
class _Generation:
    number: int
    package: str
    posix_program: str
    windows_program: str

    @property
    def lock(self) -> str:
        return f"allure{self.number}"

    def folder(self, machine: Machine) -> Path:
        return machine.home / f"allure{self.number}-{lock_key(f'{self.lock}/package-lock.json')}"

    def program(self, machine: Machine) -> Path:
        inside = self.windows_program if machine.platform == "win32" else self.posix_program
        return self.folder(machine) / "node_modules" / inside


ALLURE_3 = _Generation(
    number=3, package="allure", posix_program=".bin/allure", windows_program=".bin/allure.cmd"
)
ALLURE_2 = _Generation(
    number=2,
    package="allure-commandline",
    posix_program="allure-commandline/dist/bin/allure",
    windows_program="allure-commandline/dist/bin/allure.bat",
)


def find_allure(machine: Machine | None = None) -> Tool | None:
    """The Allure program to use, or None.

    The order: what ``GONOGO_ALLURE`` names, and then nothing else; the Allure 3 that set-up
    installed; the Allure 2 that set-up installed; an ``allure`` on the search path. The first
    number of the version tells the two command lines apart (``Tool.major``).
    """
    machine = machine or this_machine()
    named = machine.setting("GONOGO_ALLURE")
    if named:
        return _asked(Path(named).expanduser(), "named by GONOGO_ALLURE", machine)
    for generation in (ALLURE_3, ALLURE_2):
        found = _installed(generation, machine)
        if found:
            return found
    on_path = machine.which("allure")
    return _asked(on_path, "on the search path", machine) if on_path else None


def install_allure(machine: Machine | None = None, say: Say = say_nothing) -> Outcome:
    """Finds Allure, else installs Allure 3 where Node.js allows it, else Allure 2 where Java does.

    Nothing is raised when it cannot be had; the outcome says why and what to do. Writes only
    below ``GONOGO_HOME``.

    Args:
        machine: the machine to install on; this one when not given.
        say: is told each step that may take longer than a moment.
    """
    recipe = Recipe(
        name="allure",
        find=find_allure,
        setting="GONOGO_ALLURE",
        attempts=(_install_allure_3, _install_allure_2),
        cost="no Allure report can be made, and the verdict does without",
        by_hand="install Node.js 20 or later and run this again, "
        "or set GONOGO_ALLURE to the path of an allure program",
    )
    return find_or_install(recipe, machine or this_machine(), say)


def _asked(path: Path, how: str, machine: Machine) -> Tool | None:
    if not path.is_file():
        return None
    said = run([path, "--version"], environment=machine.environment, timeout_s=60)
    version = said.output.strip().splitlines()[-1].strip() if said.output.strip() else ""
    is_version = version[:1].isdigit() and " " not in version
    if not said.is_success or not is_version:
        return None
    return Tool(name="allure", path=path, version=version, how=how)


def _installed(generation: _Generation, machine: Machine) -> Tool | None:
    # the version is read, not asked for: starting Allure takes half a second
    package = generation.folder(machine) / "node_modules" / generation.package / "package.json"
    program = generation.program(machine)
    if not package.is_file() or not program.exists():
        return None
    needs = find_java(machine) if generation is ALLURE_2 else find_node(machine)
    if needs is None:
        return None
    version = str(json.loads(package.read_text(encoding="utf-8"))["version"])
    how = f"installed by gonogo from its lock file, runs on {needs.name} {needs.version}"
    return Tool(name="allure", path=program, version=version, how=how)


def _install_allure_3(machine: Machine, say: Say) -> str:
    node = find_node(machine)
    needs = f"Allure 3 needs Node.js {OLDEST_NODE_FOR_ALLURE} or later"
    if node is None:
        return f"{needs}, and there is none"
    if node.major < OLDEST_NODE_FOR_ALLURE:
        return f"{needs}, and this is {node.version}"
    return _install(ALLURE_3, machine, say)


def _install_allure_2(machine: Machine, say: Say) -> str:
    if find_java(machine) is None:
        return "Allure 2 needs Java, and there is none"
    return _install(ALLURE_2, machine, say)


def _install(generation: _Generation, machine: Machine, say: Say) -> str:
    """Installs one generation into a folder of its own; says what it did or what stopped it."""
    title = f"Allure {generation.number}"
    npm = find_npm(machine)
    if npm is None:
        return f"{title} is installed by npm, and there is none"
    say(f"allure: installing {title} from the npm registry")
    folder = generation.folder(machine)
    building = folder.with_name(f"{folder.name}.building")
    try:
        with one_at_a_time(machine.home, generation.lock):
            if _installed(generation, machine):
                return f"{title} was installed by another process"
            for stale in (building, folder):
                shutil.rmtree(stale, ignore_errors=True)
            building.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(LOCKS / generation.lock / name, building / name)
            # no package of either lock needs its install script, and none is trusted with one
            ran = run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
                environment=machine.environment,
                timeout_s=600,
                folder=building,
            )
            if not ran.is_success:
                shutil.rmtree(building, ignore_errors=True)
                return f"npm could not install {title} ({ran.reason()})"
            building.rename(folder)
    except OSError as problem:
        return f"{machine.home} cannot be written ({problem.strerror})"
    return f"{title} was installed"
