"""Released versions of a Python package, each in an environment of its own: for packs that serve a vendor's system.

gonogo starts, awaits and ends a system by itself, from `prepare` and `start` of its target in `gonogo.toml`. What it
cannot know is how the vendor's software is installed. For software on the Python package index, that is here:

    release = Release(package="datasette", version="0.64.6", as_of="2023-12-23")
    become(install_release(release), "-m", "datasette", "serve", home / "council.db")
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gonogo.model.errors import ToolError
from gonogo.setup.children import become, run
from gonogo.setup.machine import Machine, this_machine

__all__ = ["Release", "become", "carry_out", "install_release"]

INSTALL_TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of a package, with the parts it had on its release day.

    An old version with today's parts breaks for the wrong reason.

    Attributes:
        package: its name on the package index.
        version: the very version.
        as_of: ISO day after which nothing that is installed may have been published.
        beside: further requirements of that day, such as a server.
        later: requirements that were published after that day and are needed all the same; installed last,
            without what they in turn ask for.
    """

    package: str
    version: str
    as_of: str
    beside: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def install_release(release: Release, machine: Machine | None = None) -> Path:
    """The Python of the environment that holds the release; makes the environment when it is not there.

    Writes only below `GONOGO_HOME` (the user's cache folder when not set). A second time nothing is downloaded.
    Needs `uv`.

    Raises:
        ToolError: uv is missing, or the installation failed.
        OSError: the environment cannot be written.
    """
    machine = machine or this_machine()
    name = f"{release.package}-{release.version}-py{sys.version_info.major}.{sys.version_info.minor}"
    folder = machine.home / "releases" / name
    python = Path("Scripts/python.exe" if machine.platform == "win32" else "bin/python")
    if (folder / python).exists():
        return folder / python
    uv = _uv(machine)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and renamed when whole: two sides may ask for the same release at once.
    building = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder.parent))
    try:
        _fill(building, python, release, uv, machine)
        building.rename(folder)
    except OSError:
        if not (folder / python).exists():  # the other side was not first either
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder / python


def carry_out(*command: object, machine: Machine | None = None) -> str:
    """Run a command to its end, such as one that makes the data; returns what it said.

    Raises:
        ToolError: it could not be started, failed or took longer than 15 minutes; with its most telling line.
    """
    words = [str(part) for part in command]
    environment = (machine or this_machine()).environment
    ran = run(words, environment=environment, timeout_s=INSTALL_TIMEOUT_S)
    if not ran.is_success:
        raise ToolError(f"`{Path(words[0]).name} {' '.join(words[1:3])}` failed: {ran.reason()}")
    return ran.output


def _fill(building: Path, python: Path, release: Release, uv: list[object], machine: Machine) -> None:
    carry_out(*uv, "venv", "--quiet", "--clear", "--python", sys.executable, building, machine=machine)
    install = [*uv, "pip", "install", "--quiet", "--python", building / python]
    wanted = [f"{release.package}=={release.version}", *release.beside]
    carry_out(*install, *wanted, "--exclude-newer", release.as_of, machine=machine)
    for part in release.later:
        carry_out(*install, "--no-deps", part, machine=machine)


def _uv(machine: Machine) -> list[object]:
    found = machine.which("uv")
    if found:
        return [found]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    raise ToolError(
        "uv is needed, which installs packages as of a day, and there is none.", remedy="pip install uv"
    )
