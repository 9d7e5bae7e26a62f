"""Brings the targets up, and down again.

A target with a `start` command is ours: it gets a free port and a home folder of its own, its output goes
into the evidence, and it is ended with the run. One without is already up and is left alone.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx

from gonogo.clock import Clock
from gonogo.config.secrets import is_reference, resolve
from gonogo.model import Side, Target
from gonogo.model.errors import TargetError
from gonogo.processes import Child, Stop, clean_environment, run

PREPARE_TIMEOUT_S = 600.0


@dataclass(slots=True, kw_only=True)
class RunningTarget:
    """A target as it is up now. `child` is None when it was up already."""

    side: Side
    target: Target
    url: str
    home: Path | None = None
    child: Child | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def has_died(self) -> bool:
        """Whether the process we started has ended by itself."""
        return self.child is not None and self.child.poll() is not None


class Targets:
    """Starts targets and, as a context manager, ends them and removes their homes."""

    def __init__(self, *, root: Path, stop: Stop, clock: Clock, baseline_version: str = "") -> None:
        """Start nothing yet. `baseline_version` fills `{baseline_version}`, where an upgrade starts."""
        self._root = root
        self._baseline_version = baseline_version
        self._stop = stop
        self._clock = clock
        self._exit = ExitStack()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def bring_up(self, side: Side, target: Target, log: Path) -> RunningTarget:
        """Prepare and start a target, and wait until it answers.

        Args:
            log: where the output of its commands goes.

        Raises:
            TargetError: a command failed, it ended at once, or it did not answer in time.
            ConfigError: a secret it needs is not there.
            Interrupted: the run is to stop.
        """
        environment = _environment(side, target)
        if not target.start:
            running = RunningTarget(side=side, target=target, url=target.url, environment=environment)
            self._wait(running, log)
            return running
        home = Path(tempfile.mkdtemp(prefix=f"gonogo-{side.value}-"))
        with self._lock:
            self._exit.callback(shutil.rmtree, home, ignore_errors=True)
        port = free_port()
        fill = _filler(home, port, target, self._baseline_version)
        for command in target.prepare:
            self._prepare(side, [fill(part) for part in command], environment, log)
        child = Child([fill(part) for part in target.start], cwd=self._root, environment=environment, log=log)
        with self._lock:
            self._exit.callback(child.end)
        running = RunningTarget(
            side=side, target=target, url=fill(target.url), home=home, child=child, environment=environment
        )
        self._wait(running, log)
        return running

    def _prepare(self, side: Side, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        done = run(
            command,
            cwd=self._root,
            environment=environment,
            log=log,
            timeout_s=PREPARE_TIMEOUT_S,
            stop=self._stop,
        )
        if done.return_code != 0 or done.is_timed_out:
            raise TargetError(
                f"Preparing the {side.value} failed: `{' '.join(command[:4])} …` "
                f"ended with {done.return_code}. "
                f"Its last words: {_last_line(done.tail)}",
                remedy=f"See {log.name} of the identity stage, or run the command by hand.",
            )

    def _wait(self, running: RunningTarget, log: Path) -> None:
        started = self._clock.monotonic_s()
        address = running.url + "/"
        while True:
            self._stop.check()
            if running.has_died:
                tail = running.child.tail() if running.child else ""
                raise TargetError(
                    f"The {running.side.value} ended as soon as it was started. "
                    f"Its last words: {_last_line(tail)}",
                    remedy=f"See {log.name} of the identity stage.",
                )
            problem = answers(address)
            if problem is None:
                return
            if self._clock.monotonic_s() - started > running.target.ready_s:
                raise TargetError(
                    f"The {running.side.value} at {running.url} did not answer within "
                    f"{running.target.ready_s:g} s ({problem}).",
                    remedy="Start it, or correct its address in gonogo.toml.",
                )
            self._stop.wait(0.1)


def answers(address: str) -> str | None:
    """None when something at the address answers HTTP, whatever the status; else what went wrong."""
    try:
        httpx.get(address, timeout=5.0, follow_redirects=False, trust_env=False)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    except httpx.InvalidURL as error:
        return f"not an address: {error}"
    return None


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _environment(side: Side, target: Target) -> dict[str, str]:
    extra = {
        name: resolve(value, what=f"{name} of the {side.value}") if is_reference(value) else value
        for name, value in target.environment.items()
    }
    return clean_environment(extra)


def _filler(home: Path, port: int, target: Target, baseline_version: str) -> Callable[[str], str]:
    values = {
        "{home}": str(home),
        "{port}": str(port),
        "{python}": sys.executable,
        "{version}": target.version,
        "{baseline_version}": baseline_version,
    }

    def fill(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    return fill


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "(it said nothing)"
