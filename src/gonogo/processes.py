"""Child processes: each in its own process group, with a time limit, ended when the run is stopped.

A tool under us may start children of its own (browsers, node drivers, workers). Ending the group ends
them too; on Windows, where there are no process groups of that kind, the tree is walked instead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from gonogo.model.errors import Interrupted, ToolError

GRACE_S = 5.0
"""Seconds a process group has between being asked to end and being killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a command ended. `return_code` is negative for a signal; `tail` holds its last lines of output."""

    command: tuple[str, ...]
    return_code: int
    is_timed_out: bool
    duration_s: float
    tail: str


class Stop:
    """Says once, to every thread, that the run is to stop."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask everything to stop. Safe in a signal handler."""
        self._event.set()

    @property
    def is_requested(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; True as soon as a stop is asked for."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise Interrupted when a stop was asked for."""
        if self.is_requested:
            raise Interrupted("The run was stopped before it finished.", remedy="Start it again when ready.")


class Child:
    """A running child process in a group of its own, its output going to a file."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        """Start it.

        Raises:
            ToolError: the program does not exist or may not be started.
        """
        self.command = tuple(command)
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            try:
                self._process = subprocess.Popen(
                    self.command,
                    cwd=cwd,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=sys.platform != "win32",
                )
            except OSError as error:
                raise ToolError(
                    f"{self.command[0]} could not be started: {error.strerror or error}.",
                    remedy="Run `gonogo doctor` to see what is missing.",
                ) from error

    @property
    def pid(self) -> int:
        """Process id, which is also the group's id."""
        return self._process.pid

    def poll(self) -> int | None:
        """The return code, or None while it runs."""
        return self._process.poll()

    def end(self, grace_s: float = GRACE_S) -> int:
        """End the whole group: ask, wait up to `grace_s`, kill. Safe to call twice. Returns the code."""
        if sys.platform == "win32":
            _end_tree(self._process.pid, grace_s)
        else:
            self._end_group(grace_s)
        return self._process.wait()

    def _end_group(self, grace_s: float) -> None:
        deadline = time.monotonic() + grace_s
        _signal_group(self.pid, signal.SIGTERM)
        while time.monotonic() < deadline and _group_lives(self.pid, self._process):
            time.sleep(0.05)
        _signal_group(self.pid, signal.SIGKILL)

    def tail(self, characters: int = 4000) -> str:
        """The last part of its output."""
        try:
            data = self.log.read_bytes()[-characters:]
        except OSError:
            return ""
        return data.decode("utf-8", errors="replace")


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    timeout_s: float,
    stop: Stop,
    tick: Callable[[], None] | None = None,
) -> Completed:
    """Run a command to its end, or to its time limit, or until the run is stopped.

    Args:
        command: program and arguments; no shell.
        cwd: working folder.
        environment: the whole environment of the child.
        log: where stdout and stderr go together; appended to.
        timeout_s: after this the group is ended and `is_timed_out` is true.
        stop: when requested, the group is ended and Interrupted raised.
        tick: called about four times a second while it runs (for progress).

    Raises:
        ToolError: the program cannot be started.
        Interrupted: `stop` was requested. The group is gone by then.
    """
    started = time.monotonic()
    child = Child(command, cwd=cwd, environment=environment, log=log)
    is_timed_out = False
    try:
        while child.poll() is None:
            stop.check()
            if time.monotonic() - started > timeout_s:
                is_timed_out = True
                break
            if tick is not None:
                tick()
            # Short at first so that quick commands are not slowed, then four times a second.
            stop.wait(min(0.25, 0.01 + (time.monotonic() - started) / 20))
    finally:
        code = child.end()
    return Completed(
        command=tuple(command),
        return_code=code,
        is_timed_out=is_timed_out,
        duration_s=time.monotonic() - started,
        tail=child.tail(),
    )


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Our environment plus `extra`, with everything that makes a tool call home switched off."""
    environment = dict(os.environ)
    environment.update(
        PYTHONUNBUFFERED="1",
        NO_UPDATE_NOTIFIER="1",
        npm_config_update_notifier="false",
        npm_config_audit="false",
        npm_config_fund="false",
        PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD="1",
        ALLURE_NO_ANALYTICS="1",
        ZAP_SILENT="1",
    )
    # Byte code left unwritten makes every child compile its imports again: seconds per stage.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.update(extra)
    return environment


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def _group_lives(group: int, leader: subprocess.Popen[bytes]) -> bool:
    leader.poll()  # reaps the leader, so that an empty group is seen as empty
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _end_tree(pid: int, grace_s: float) -> None:
    try:
        root = psutil.Process(pid)
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return
    for member in family:
        _quietly(member.terminate)
    _, alive = psutil.wait_procs(family, timeout=grace_s)
    for member in alive:
        _quietly(member.kill)


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return
