"""Roundup trackers in their real versions: install, create with sample data, upgrade in place, serve.

Each version lives in an environment of its own, with its dependencies as they were on its release day, below
GONOGO_HOME (the user's cache folder when not set); a second time nothing is downloaded. Needs `uv`.

    python tools/tracker.py create  --version 2.5.0 --home /some/folder
    python tools/tracker.py upgrade --from 2.5.0 --to 2.6.0 --home /some/folder
    python tools/tracker.py serve   --version 2.6.0 --home /some/folder --port 8080
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from gonogo.model.errors import GonogoError, UsageError
from gonogo.setup.released import Release, become, carry_out, install_release

PROJECT = Path(__file__).resolve().parent.parent
WITHIN = PROJECT / "tools" / "within.py"
RELEASED = {"2.4.0": "2024-08-01", "2.5.0": "2025-08-01", "2.6.0": "2026-08-01"}
"""Version and the day after which nothing it depends on may have been published."""

PASSWORD = "ROUNDUP_PASSWORD"  # noqa: S105 - the name of a variable
CONFIG_STEPS = "ROUNDUP_CONFIG_STEPS"
"""Whether `upgrade` also makes the changes to config.ini that the release notes recommend: yes or no."""

PBKDF2_ROUNDS = "250000"


def install(version: str) -> Path:
    """The Python of the environment that holds this version; makes the environment when it is not there.

    Raises:
        UsageError: the version is not known here.
        ToolError: uv is missing, or the installation failed.
    """
    if version not in RELEASED:
        raise UsageError(f"There is no Roundup {version} here; there are {', '.join(RELEASED)}.")
    return install_release(
        Release(package="roundup", version=version, as_of=RELEASED[version], beside=("waitress",))
    )


def create(version: str, home: Path) -> None:
    """A tracker of this version with the desk's own schema, pages, customisation and data."""
    tracker = home / "tracker"
    settings = {
        "tracker_name": "Service desk",
        "tracker_web": "http://127.0.0.1:8080/",  # corrected when it is served
        "mail_domain": "example.org",
        "mail_host": "localhost",
        "mail_debug": "outbox.txt",  # mail goes into a file, never to anybody
    }
    pairs = ",".join(f"{name}={value}" for name, value in settings.items())
    _admin(version, tracker, "install", "classic", "sqlite", pairs)
    shutil.copytree(PROJECT / "tracker", tracker, dirs_exist_ok=True)
    _customise(tracker, "current")
    _admin(version, tracker, "initialise", secrets.token_hex(16))


def seed(version: str, home: Path) -> None:
    """Fill the tracker with the sample data; the same every time."""
    if not os.environ.get(PASSWORD):
        raise UsageError(f"The environment variable {PASSWORD} is not set: the test users' password.")
    carry_out(install(version), WITHIN, "seed", home / "tracker")


def upgrade(before: str, after: str, home: Path, *, with_config_steps: bool) -> None:
    """Upgrade the tracker in place, as the release notes say: new software, same tracker, `migrate`."""
    tracker = home / "tracker"
    if not (tracker / "config.ini").exists():
        raise UsageError(f"There is no tracker of Roundup {before} in that folder; create one first.")
    _customise(tracker, "upgraded")
    _admin(after, tracker, "migrate")
    if with_config_steps:
        config = tracker / "config.ini"
        text = config.read_text(encoding="utf-8")
        rounds = f"password_pbkdf2_default_rounds = {PBKDF2_ROUNDS}"
        text = re.sub(r"(?m)^password_pbkdf2_default_rounds = \d+$", rounds, text)
        config.write_text(text, encoding="utf-8")


def serve(version: str, home: Path, port: int) -> NoReturn:
    """Serve the tracker until ended. The process becomes the server, so that its id is the server's."""
    become(install(version), WITHIN, "serve", home / "tracker", port)


def _customise(tracker: Path, which: str) -> None:
    for part in ("detectors", "extensions"):
        shutil.copytree(PROJECT / "customisation" / which / part, tracker / part, dirs_exist_ok=True)


def _admin(version: str, tracker: Path, *arguments: str) -> None:
    carry_out(install(version), "-m", "roundup.scripts.roundup_admin", "-i", tracker, *arguments)


def main() -> int:
    """Run one command: 0 when done, 2 with one line on stderr when not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("install", "create", "seed", "serve"):
        commands.add_parser(name).add_argument("--version", required=True)
    upgrading = commands.add_parser("upgrade")
    upgrading.add_argument("--from", dest="before", required=True)
    upgrading.add_argument("--to", dest="after", required=True)
    for name in ("create", "seed", "serve", "upgrade"):
        commands.choices[name].add_argument("--home", type=Path, required=True)
    commands.choices["serve"].add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    try:
        match asked.command:
            case "install":
                sys.stdout.write(f"{install(asked.version)}\n")
            case "create":
                create(asked.version, asked.home)
                seed(asked.version, asked.home)
            case "seed":
                seed(asked.version, asked.home)
            case "upgrade":
                wanted = os.environ.get(CONFIG_STEPS, "no") == "yes"
                upgrade(asked.before, asked.after, asked.home, with_config_steps=wanted)
            case "serve":
                serve(asked.version, asked.home, asked.port)
    except (GonogoError, OSError) as error:
        sys.stderr.write(f"tracker: {error} {getattr(error, 'remedy', '')}".rstrip() + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
