"""Datasette in its real versions: install, make the council's open data, serve it.

Each version lives in an environment of its own, with its dependencies as they were on its release day, below
GONOGO_HOME (the user's cache folder when not set); a second time nothing is downloaded. Needs `uv`.

    python tools/publisher.py create --version 0.64.6 --home /some/folder
    python tools/publisher.py serve  --version 0.64.6 --home /some/folder --port 8080
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from gonogo.model.errors import GonogoError, UsageError
from gonogo.setup.released import Release, become, install_release

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
    "0.65.2": ("2025-11-30", KEPT),
}
"""Version → the day after which nothing it depends on may have been published, and what else it needs.

The oldest want parts that were published later than themselves but work with today's Python; those parts are
installed last, without what they in turn would ask for.
"""


def install(version: str) -> Path:
    """The Python of the environment that holds this version; makes the environment when it is not there.

    Raises:
        UsageError: the version is not known here.
        ToolError: uv is missing, or the installation failed.
    """
    if version not in RELEASED:
        raise UsageError(f"There is no Datasette {version} here; there are {', '.join(RELEASED)}.")
    day, later = RELEASED[version]
    return install_release(Release(package="datasette", version=version, as_of=day, later=later))


def create(home: Path) -> None:
    """The council's open data in a SQLite file; the same every time."""
    sys.path.insert(0, str(PROJECT / "tools"))
    from sample import fill

    home.mkdir(parents=True, exist_ok=True)
    fill(home / "council.db")


def serve(version: str, home: Path, port: int) -> NoReturn:
    """Serve the data until ended. The process becomes the server, so that its id is the server's."""
    options = ("--host", "127.0.0.1", "--port", port)
    become(install(version), "-m", "datasette", "serve", home / "council.db", *options)


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
    except (GonogoError, OSError) as error:
        sys.stderr.write(f"publisher: {error} {getattr(error, 'remedy', '')}".rstrip() + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
