"""A ZAP of our own: started without a window, without calling home, with a key only we know."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
from pathlib import Path
from secrets import token_hex
from typing import Self

from gonogo.config.stage_options.security import ZapOptions
from gonogo.model.errors import ToolError
from gonogo.processes import Child, Stop, clean_environment, run
from gonogo.stages.security.zap_client import ZapClient
from gonogo.stages.security.zap_starting import Launch, MakeLaunch

FIRST_ANSWER_S = 3.0
GRACE_S = 20.0
REMOVAL_S = 20.0
SETTINGS = "zap.properties"
LOG = "zap.out"
TRIES = 3
"""The port found free may be taken before ZAP listens on it, and it then ends with exit code 0."""


class ZapEnded(ToolError):
    """ZAP is no longer there."""


class ZapDaemon:
    """A running ZAP and its folder; `end` takes both away."""

    def __init__(
        self, child: Child, launch: Launch, folder: tempfile.TemporaryDirectory[str], stop: Stop
    ) -> None:
        self._child = child
        self._launch = launch
        self._folder = folder
        self._stop = stop

    @classmethod
    def start(cls, make: MakeLaunch, options: ZapOptions, stop: Stop) -> tuple[Self, ZapClient]:
        """Start ZAP and wait until it answers; a ZAP that ends at once is started anew on another port.

        Args:
            make: how it is started.
            options: how long it may take.
            stop: ends waiting for it.

        Raises:
            ToolError: it could not be started, ended at once three times, or did not answer within the time
                allowed.
            Interrupted: the run is to stop.
        """
        for _ in range(TRIES - 1):
            try:
                return cls._start_once(make, options, stop)
            except ZapEnded:
                continue
        return cls._start_once(make, options, stop)

    @classmethod
    def _start_once(cls, make: MakeLaunch, options: ZapOptions, stop: Stop) -> tuple[Self, ZapClient]:
        # A container may have run as somebody else; what it left behind must not hide what it did.
        folder = tempfile.TemporaryDirectory(prefix="gonogo-zap-", ignore_cleanup_errors=True)
        home = Path(folder.name)
        key, port = token_hex(24), _free_port()
        _configure(home, key)
        try:
            launch = make(_arguments(port, home), home)
            environment = clean_environment({})
            child = Child(launch.command, cwd=launch.cwd, environment=environment, log=home / LOG)
        except BaseException:
            folder.cleanup()
            raise
        daemon = cls(child, launch, folder, stop)
        client = ZapClient(f"http://127.0.0.1:{port}", key)
        first = ZapClient(f"http://127.0.0.1:{port}", key, answer_s=FIRST_ANSWER_S)
        try:
            daemon.wait_until_ready(first, options, stop)
        except BaseException:
            daemon.kill()
            raise
        return daemon, client

    def wait_until_ready(self, client: ZapClient, options: ZapOptions, stop: Stop) -> None:
        """Wait for the first answer. Raises as `start` does."""
        deadline_s = time.monotonic() + options.start_s
        while True:
            stop.check()
            self.check()
            try:
                client.version()
            except ToolError:
                if time.monotonic() > deadline_s:
                    raise ToolError(
                        f"ZAP did not answer at {client.address} within {options.start_s:.0f} s: "
                        f"{self._last_line()}",
                        remedy=self._launch.remedy,
                    ) from None
            else:
                return
            stop.wait(0.5)

    @property
    def process_id(self) -> int:
        """The process that was started: ZAP's own, or the one that holds its container."""
        return self._child.pid

    @property
    def folder(self) -> Path:
        """The folder that ZAP sees under the same path; nobody else can look into it."""
        return Path(self._folder.name)

    def check(self) -> None:
        """Raise ZapEnded when ZAP has ended. Its exit code is 0 whatever happened, so it is not told."""
        if self._child.poll() is not None:
            raise ZapEnded(
                f"ZAP ended by itself: {self._last_line()}",
                remedy=self._launch.remedy_ended,
            )

    def end(self, client: ZapClient) -> None:
        """Ask ZAP to end, and make it end when it does not. When the run is to stop, it is not asked first."""
        if self._child.poll() is None and not self._stop.is_requested:
            try:
                client.shut_down()
                deadline_s = time.monotonic() + GRACE_S
                while self._child.poll() is None and time.monotonic() < deadline_s:
                    if self._stop.wait(0.2):
                        break
            except ToolError:
                pass  # it no longer listens: it is ended below
        self.kill()

    def kill(self) -> None:
        """End ZAP's whole process group, remove what is left of its container, and its folder."""
        self._child.end()
        self._remove()
        self._folder.cleanup()

    def _remove(self) -> None:
        """Harmless when nothing is left; a client that cannot be started here did not start a container."""
        if not self._launch.removal:
            return
        with contextlib.suppress(ToolError):
            run(
                self._launch.removal,
                cwd=self._launch.cwd,
                environment=clean_environment({}),
                log=self.folder / LOG,
                timeout_s=REMOVAL_S,
                stop=Stop(),  # the run may be stopping already: that is when this is needed
            )

    def _last_line(self) -> str:
        lines = [line.strip() for line in self._child.tail().splitlines() if line.strip()]
        return lines[-1][:300] if lines else "it said nothing"


def _arguments(port: int, home: Path) -> list[str]:
    return [
        *("-daemon", "-silent", "-host", "127.0.0.1", "-port", str(port)),
        *("-dir", str(home / "home"), "-configfile", str(home / SETTINGS)),
    ]


def _configure(home: Path, key: str) -> None:
    """Write the settings file, readable by us alone: on the command line the key would be for all to see."""
    settings = {
        "api.key": key,
        "database.recoverylog": "false",
        "view.mode": "protect",
        "alert.systemicLimit": "0",
    }
    file = home / SETTINGS
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
