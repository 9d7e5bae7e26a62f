"""Roundup trackers in their real versions: install, create with sample data, upgrade in place, serve.

Each version lives in an environment of its own, with its dependencies as they were on its release day, below
GONOGO_HOME (the user's cache folder when not set); a second time nothing is downloaded. Needs `uv`.

    python tools/tracker.py create  --version 2.5.0 --home /some/folder
    python tools/tracker.py upgrade --from 2.5.0 --to 2.6.0 --home /some/folder
    python tools/tracker.py serve   --version 2.6.0 --home /some/folder --port 8080
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from gonogo.model.errors import GonogoError, UsageError
from gonogo.setup.released import Release, become, carry_out, install_release

PROJECT = Path(__file__).resolve().parent.parent
WITHIN = PROJECT / "tools" / "within.py"
RELEASED = {
    "2.3.0": "2023-08-01",
    "2.4.0": "2024-08-01",
    "2.5.0": "2025-08-01",
    "2.6.0": "2026-08-01",
}
"""Version and the day after which nothing it depends on may have been published."""

PASSWORD = "ROUNDUP_PASSWORD"  # noqa: S105 - the name of a variable
CONFIG_STEPS = "ROUNDUP_CONFIG_STEPS"
"""Whether `upgrade` also makes the changes to config.ini that the release notes recommend: yes or no."""

TEMPLATE_STEPS = "ROUNDUP_TEMPLATE_STEPS"
"""Whether `upgrade` also replaces the page templates that the release notes name: yes or no."""

ROAD = "ROUNDUP_ROAD"
"""How `upgrade` brings the data over: `in-place` (migrate), or `export-import` into an empty database."""

MENDED_TEMPLATES = (
    *("_generic.calendar.html", "_generic.help-list.html", "_generic.help-submit.html", "_generic.help.html"),
    *("user.help-search.html", "user.help.html"),
)
"""What the release notes of 2.4.0 say to replace, for CVE-2024-39124. The desk changed none of them."""

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


def templates(version: str) -> Path:
    """The classic template that came with this version, in the place where roundup-admin looks for it.

    Some versions leave it in an odd place of the environment when they are built from source.

    Raises:
        UsageError: the version came without it.
    """
    environment = install(version).parents[1]
    usual = environment / "share" / "roundup" / "templates"
    if not usual.is_dir():
        found = sorted(environment.rglob("share/roundup/templates"))
        if not found:
            raise UsageError(f"Roundup {version} came without its templates.")
        usual.parent.mkdir(parents=True, exist_ok=True)
        copied = Path(tempfile.mkdtemp(dir=usual.parent))
        shutil.copytree(found[0], copied, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # the other side was first
            copied.rename(usual)
        shutil.rmtree(copied, ignore_errors=True)
    return usual / "classic"


def create(version: str, home: Path) -> None:
    """A tracker of this version with the desk's own schema, pages, customisation and data."""
    tracker = home / "tracker"
    settings = {
        "tracker_name": "Service desk",
        "tracker_web": "http://127.0.0.1:8080/",  # corrected when it is served
        "mail_domain": "example.org",
        "mail_host": "localhost",
        "mail_debug": "outbox.txt",  # mail goes into a file, never to anybody
        # A few test accounts sign in all the time, and up to 2.3 those who succeed are held up as well.
        "web_login_attempts_min": "0",
    }
    pairs = ",".join(f"{name}={value}" for name, value in settings.items())
    _admin(version, tracker, "install", templates(version).name, "sqlite", pairs)
    shutil.copytree(PROJECT / "tracker", tracker, dirs_exist_ok=True)
    _customise(tracker, "current")
    _admin(version, tracker, "initialise", secrets.token_hex(16))


def seed(version: str, home: Path) -> None:
    """Fill the tracker with the sample data; the same every time."""
    if not os.environ.get(PASSWORD):
        raise UsageError(f"The environment variable {PASSWORD} is not set: the test users' password.")
    carry_out(install(version), WITHIN, "seed", home / "tracker")


def upgrade(before: str, after: str, home: Path) -> None:
    """Upgrade the tracker as the release notes say: new software, same tracker, `migrate`.

    The environment may ask for the steps that the notes recommend besides, and for the other road they know.
    """
    tracker = home / "tracker"
    if not (tracker / "config.ini").exists():
        raise UsageError(f"There is no tracker of Roundup {before} in that folder; create one first.")
    road = os.environ.get(ROAD, "in-place")
    if road not in ("in-place", "export-import"):
        raise UsageError(f"{ROAD} is {road!r}; it can be in-place or export-import.")
    if road == "export-import":
        _admin(before, tracker, "export", home / "exported")
        shutil.rmtree(tracker / "db")
    _customise(tracker, "upgraded")
    if _is_wanted(TEMPLATE_STEPS):
        for name in MENDED_TEMPLATES:
            shutil.copy(templates(after) / "html" / name, tracker / "html" / name)
    if _is_wanted(CONFIG_STEPS):
        _change_rounds(tracker / "config.ini")
    if road == "export-import":
        (tracker / "db").mkdir()
        _admin(after, tracker, "initialise", secrets.token_hex(16))
        _admin(after, tracker, "import", home / "exported")
    else:
        _admin(after, tracker, "migrate")


def _is_wanted(step: str) -> bool:
    return os.environ.get(step, "no") == "yes"


def _change_rounds(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    rounds = f"password_pbkdf2_default_rounds = {PBKDF2_ROUNDS}"
    config.write_text(re.sub(r"(?m)^password_pbkdf2_default_rounds = \d+$", rounds, text), encoding="utf-8")


def serve(version: str, home: Path, port: int) -> NoReturn:
    """Serve the tracker until ended. The process becomes the server, so that its id is the server's."""
    become(install(version), WITHIN, "serve", home / "tracker", port)


def _customise(tracker: Path, which: str) -> None:
    for part in ("detectors", "extensions"):
        shutil.copytree(PROJECT / "customisation" / which / part, tracker / part, dirs_exist_ok=True)


def _admin(version: str, tracker: Path, *arguments: object) -> None:
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
                upgrade(asked.before, asked.after, asked.home)
            case "serve":
                serve(asked.version, asked.home, asked.port)
    except (GonogoError, OSError) as error:
        sys.stderr.write(f"tracker: {error} {getattr(error, 'remedy', '')}".rstrip() + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
