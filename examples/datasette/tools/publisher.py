"""Datasette in its real versions: install, make the council's open data, serve it.

Each version lives in an environment of its own, with its dependencies as they were on its release day, below
GONOGO_HOME (the user's cache folder when not set); a second time nothing is downloaded. Needs `uv`.

    python tools/publisher.py create --version 0.64.6 --home /some/folder
    python tools/publisher.py serve  --version 0.64.6 --home /some/folder --port 8080
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent
OLD = ("setuptools==57.0.0", "aiofiles==0.8.0")
KEPT = ("setuptools<70",)
RELEASED: dict[str, tuple[str, tuple[str, ...]]] = {
    "0.49.1": ("2021-07-06", OLD),
    "0.50": ("2021-07-06", OLD),
    "0.50.1": ("2021-07-06", OLD),
    "0.50.2": ("2021-07-06", OLD),
    "0.56": ("2021-07-06", OLD),
    "0.56.1": ("2021-07-06", OLD),
    "0.64.5": ("2023-10-09", KEPT),
    "0.64.6": ("2023-12-23", KEPT),
}
"""Version → the day after which nothing it depends on may have been published, and what else it needs.

The oldest want parts that were published later than themselves but work with today's Python; those parts are
installed first, without what they in turn would ask for.
"""


class PublisherError(Exception):
    """Something the person at the keyboard can mend."""


def install(version: str) -> Path:
    """The Python of the environment that holds this version; makes the environment when it is not there.

    Raises:
        PublisherError: the version is not known here, uv is missing, or the installation failed.
    """
    if version not in RELEASED:
        raise PublisherError(f"there is no Datasette {version} here; there are {', '.join(RELEASED)}")
    folder = _cache() / f"datasette-{version}-py{sys.version_info.major}.{sys.version_info.minor}"
    python = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")
    if not (folder / python).exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place and renamed when whole: two sides may ask for the same version at once.
        building = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
        try:
            _fill(building, building / python, version)
            building.rename(folder)
        except OSError:
            if not (folder / python).exists():
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return folder / python


def _fill(building: Path, python: Path, version: str) -> None:
    day, needed = RELEASED[version]
    uv = _uv()
    _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, building])
    install_with = [*uv, "pip", "install", "--quiet", "--python", python]
    _run([*install_with, f"datasette=={version}", "--exclude-newer", day])
    for part in needed:
        _run([*install_with, "--no-deps", part])


def create(home: Path) -> None:
    """The council's open data in a SQLite file; the same every time."""
    sys.path.insert(0, str(PROJECT / "tools"))
    from sample import fill

    home.mkdir(parents=True, exist_ok=True)
    fill(home / "council.db")


def serve(version: str, home: Path, port: int) -> NoReturn:
    """Serve the data until ended. The process becomes the server, so that its id is the server's."""
    words = (install(version), "-m", "datasette", "serve", home / "council.db")
    options = ("--host", "127.0.0.1", "--port", port)
    command = [str(part) for part in (*words, *options)]
    if sys.platform == "win32":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606


def _run(command: list[object]) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        last = said[-1] if said else "it said nothing"
        raise PublisherError(f"{Path(words[0]).name} {words[1]} failed: {last}")


def _uv() -> list[str]:
    found = shutil.which("uv")
    if found:
        return [found]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    raise PublisherError("uv is needed, which installs packages as of a day; get it with: pip install uv")


def _cache() -> Path:
    if os.environ.get("GONOGO_HOME"):
        base = Path(os.environ["GONOGO_HOME"]).expanduser()
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "gonogo"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches" / "gonogo"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gonogo"
    return base / "examples"


def main() -> int:
    """Run one command: 0 when done, 2 with one line on stderr when not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("install", "create", "serve"):
        commands.add_parser(name).add_argument("--version", required=True)
    for name in ("create", "serve"):
        commands.choices[name].add_argument("--home", type=Path, required=True)
    commands.choices["serve"].add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    try:
        match asked.command:
            case "install":
                sys.stdout.write(f"{install(asked.version)}\n")
            case "create":
                install(asked.version)
                create(asked.home)
            case "serve":
                serve(asked.version, asked.home, asked.port)
    except (PublisherError, OSError) as error:
        sys.stderr.write(f"publisher: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
