"""Starts the short-lived programs that set-up needs, quietly and never for ever; or becomes one that lasts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

QUIET = {
    "ALLURE_NO_ANALYTICS": "1",
    "CHECKPOINT_DISABLE": "1",
    "DO_NOT_TRACK": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PLAYWRIGHT_SKIP_BROWSER_GC": "1",
    "ZAP_SILENT": "1",
}
"""Environment variables that keep tools from telling anyone, or asking anyone, anything.

``PLAYWRIGHT_SKIP_BROWSER_GC`` also keeps Playwright from deleting other projects' browsers.
"""


def quiet_environment(base: Mapping[str, str]) -> dict[str, str]:
    """The environment a tool of ours is started with: ``base``, with every call home off."""
    return {**base, **QUIET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a child process ended.

    Attributes:
        exit_code: its exit code; None when it could not be started or was out of time.
        output: what it printed, both streams together; or why there is no exit code.
    """

    exit_code: int | None
    output: str

    @property
    def is_success(self) -> bool:
        """Whether it ended by itself, with exit code 0."""
        return self.exit_code == 0

    def reason(self) -> str:
        """Its most telling line: the first that speaks of an error, else the last."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        for line in lines:
            if line.lower().startswith(("error", "e:", "npm error", "fatal")):
                return line[:200]
        return lines[-1][:200] if lines else f"exit code {self.exit_code}, and not a word"


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    timeout_s: float,
    folder: Path | None = None,
) -> Ran:
    """Runs a command to its end and returns what it said.

    Nothing is raised for a command that is missing, fails or hangs: set-up reports those in
    words. The command gets no standard input, runs in a process group of its own, and the whole
    group is ended when the time is up or this process is interrupted.

    Args:
        command: the program and its arguments.
        environment: the child's whole environment, before every call home is switched off.
        timeout_s: how long it may take.
        folder: the folder to run in; the current one when not given.
    """
    try:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=quiet_environment(environment),
            cwd=folder,
            start_new_session=True,
        )
    except OSError as problem:
        return Ran(exit_code=None, output=f"could not start {command[0]}: {problem.strerror}")
    try:
        output, _ = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        _end_group(child)
        return Ran(exit_code=None, output=f"no answer within {timeout_s:.0f} s")
    except BaseException:
        _end_group(child)
        raise
    return Ran(exit_code=child.returncode, output=output)


def become(*command: object) -> NoReturn:
    """Turn this process into the command, so that whoever ends this process ends the server.

    Windows cannot do that: there the command is started, and this process ends as it ends.
    """
    words = [str(part) for part in command]
    if sys.platform == "win32":
        sys.exit(subprocess.run(words, check=False).returncode)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(words[0], words)  # noqa: S606


def _end_group(child: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        child.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # it ended in this very moment
            os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
