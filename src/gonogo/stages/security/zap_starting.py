"""The ways to start a ZAP: one that is installed here, or a command of the team's own, typically a container.

Either is given the same arguments: no window, no calling home, a fresh folder, and a settings file that holds the
key. The key is never on a command line, where every user of the machine could read it, and `docker inspect` too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gonogo.config.stage_options.security import ZapOptions, container_client
from gonogo.model.errors import ToolError
from gonogo.setup import Tool, find_java

NOT_ANSWERING = "Raise start_s in [stages.security.zap], or give a running ZAP's address."
ENDED = "See what ZAP wrote, and whether it has memory."
COMMAND_FAILED = (
    "Run the command by hand to see what it says. A container must share this machine's network "
    '("--network", "host"), see {folder} at the same path ("--volume", "{folder}:{folder}") and run as its '
    'owner ("--user", "{user}"), and its image must be here already. Raise start_s where ZAP is only slow.'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One start of one ZAP.

    Attributes:
        command: program and arguments.
        cwd: where it is started.
        remedy, remedy_ended: what to do when it does not answer, and when it ends by itself.
        removal: takes away what may be left when the program we started has ended; empty: nothing is.
    """

    command: tuple[str, ...]
    cwd: Path
    remedy: str = NOT_ANSWERING
    remedy_ended: str = ENDED
    removal: tuple[str, ...] = ()


MakeLaunch = Callable[[Sequence[str], Path], Launch]
"""From ZAP's own arguments and the folder that is ZAP's alone to a launch. Raises ToolError."""


def installed(zap: Tool, options: ZapOptions, arguments: Sequence[str], folder: Path) -> Launch:
    """Start a ZAP of this machine.

    Raises:
        ToolError: its Java is missing or too old.
    """
    if zap.path.suffix != ".jar":
        return Launch(command=(str(zap.path), *arguments), cwd=folder)
    java = find_java()
    if java is None or java.major < 17:
        found = f"version {java.version}" if java else "none"
        raise ToolError(f"ZAP needs Java 17 or newer; found: {found}.", remedy="Install a Java 17 runtime.")
    # Started directly, not by its script: the process we hold is then ZAP itself.
    command = (
        str(java.path),
        f"-Xmx{options.heap_mb}m",
        "-jar",
        str(zap.path),
        *("-installdir", str(zap.path.parent)),
        *arguments,
    )
    return Launch(command=command, cwd=folder)


def commanded(words: Sequence[str], root: Path, arguments: Sequence[str], folder: Path) -> Launch:
    """Start ZAP by the team's own command, from the project's folder.

    Each start has a name of its own, that of its folder, so that a container that outlives its client is removed
    by it: a client that was killed leaves its container running.
    """
    name = folder.name
    values = {"{folder}": str(folder), "{user}": _owner(), "{name}": name}
    filled = tuple(_filled(word, values) for word in words)
    client = container_client(list(filled))
    return Launch(
        command=(*filled, *arguments),
        cwd=root,
        remedy=COMMAND_FAILED,
        remedy_ended=COMMAND_FAILED,
        removal=(*client, "rm", "--force", name) if client else (),
    )


def _filled(word: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        word = word.replace(placeholder, value)
    return word


def _owner() -> str:
    """Who owns the folder, as a container is told; where there are no such numbers, a container's root."""
    if sys.platform == "win32":
        return "0:0"
    return f"{os.getuid()}:{os.getgid()}"
