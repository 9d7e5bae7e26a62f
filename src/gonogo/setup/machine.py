"""What set-up needs to know of the machine it runs on, and the records it answers with."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The facts that decide where tools are looked for, passed in so that tests can vary them.

    Attributes:
        environment: the environment variables.
        platform: as ``sys.platform`` spells it: ``linux``, ``darwin`` or ``win32``.
        is_root: whether this user may install the distribution's packages. A browser started
            by root needs its sandbox switched off.
        user_folder: the user's home folder.
        system_root: what absolute places to look in are taken from; ``/`` but in tests.
    """

    environment: Mapping[str, str]
    platform: str
    is_root: bool
    user_folder: Path
    system_root: Path = Path("/")

    def which(self, *names: str) -> Path | None:
        """The first of these programs that the search path holds, or None."""
        for name in names:
            found = shutil.which(name, path=self.environment.get("PATH", ""))
            if found:
                return Path(found)
        return None

    def setting(self, name: str) -> str | None:
        """An environment variable; an empty one counts as not set."""
        return self.environment.get(name) or None

    @property
    def home(self) -> Path:
        """Where set-up keeps what it installs: ``GONOGO_HOME``, else the user's cache folder.

        A checkout and an installed package share it, so that nothing is fetched twice.
        """
        chosen = self.setting("GONOGO_HOME")
        if chosen:
            return Path(chosen).expanduser().absolute()
        if self.platform == "win32":
            local = self.setting("LOCALAPPDATA")
            return (Path(local) if local else self.user_folder / "AppData" / "Local") / "gonogo"
        if self.platform == "darwin":
            return self.user_folder / "Library" / "Caches" / "gonogo"
        cache = self.setting("XDG_CACHE_HOME")
        return (Path(cache) if cache else self.user_folder / ".cache") / "gonogo"


def this_machine() -> Machine:
    """The machine this process runs on, as it is now."""
    return Machine(
        environment=dict(os.environ),
        platform=sys.platform,
        is_root=sys.platform != "win32" and os.geteuid() == 0,
        user_folder=Path.home(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that was found and that answered.

    Attributes:
        name: what it is for, as the user says it: ``browser``, ``allure``, ``wapiti`` …
        path: the program to start.
        version: as the tool states it, without a leading ``v``.
        how: where it comes from, in words, for the run's record and ``gonogo doctor``.
    """

    name: str
    path: Path
    version: str
    how: str

    @property
    def major(self) -> int:
        """The first number of the version; 0 when the version has none."""
        digits = self.version.split(".", 1)[0]
        return int(digits) if digits.isdigit() else 0

    def describe(self) -> str:
        """The tool in one line, for people."""
        return f"{self.name} {self.version} ({self.how}): {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an install function did.

    Attributes:
        name: the tool asked for.
        tool: the tool, or None when it is not to be had.
        message: one plain sentence: what was done, or what stopped it and what to do instead.
    """

    name: str
    tool: Tool | None
    message: str
