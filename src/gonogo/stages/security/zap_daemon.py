"""A ZAP of our own: started without a window, without calling home, with a key only we know."""

from __future__ import annotations

import socket
import tempfile
import time
from pathlib import Path
from secrets import token_hex
from typing import Self

from gonogo.config.stage_options.security import ZapOptions
from gonogo.model.errors import ToolError
from gonogo.processes import Child, Stop, clean_environment
from gonogo.setup import Tool, find_java
from gonogo.stages.security.zap_client import ZapClient

FIRST_ANSWER_S = 3.0
GRACE_S = 20.0
TRIES = 3
"""The port found free may be taken before ZAP listens on it, and it then ends with exit code 0."""


class ZapEnded(ToolError):
    """ZAP is no longer there."""


class ZapDaemon:
    """A running ZAP and its folder; `end` takes both away."""

    def __init__(self, child: Child, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._child = child
        self._folder = folder

    @classmethod
    def start(cls, zap: Tool, options: ZapOptions, stop: Stop) -> tuple[Self, ZapClient]:
        """Start ZAP and wait until it answers; a ZAP that ends at once is started anew on another port.

        Raises:
            ToolError: there is no Java, ZAP ended at once three times, or did not answer within the time
                allowed.
            Interrupted: the run is to stop.
        """
        for _ in range(TRIES - 1):
            try:
                return cls._start_once(zap, options, stop)
            except ZapEnded:
                continue
        return cls._start_once(zap, options, stop)

    @classmethod
    def _start_once(cls, zap: Tool, options: ZapOptions, stop: Stop) -> tuple[Self, ZapClient]:
        folder = tempfile.TemporaryDirectory(prefix="gonogo-zap-")
        home = Path(folder.name)
        key, port = token_hex(24), _free_port()
        child = Child(
            _command(zap, options, port, home),
            cwd=_configured(home, key),
            environment=clean_environment({}),
            log=home / "zap.out",
        )
        daemon = cls(child, folder)
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
                        f"ZAP did not answer within {options.start_s:.0f} s: {self._last_line()}",
                        remedy="Raise start_s in [stages.security.zap], or give a running ZAP's address.",
                    ) from None
            else:
                return
            stop.wait(0.5)

    @property
    def process_id(self) -> int:
        """ZAP's own process."""
        return self._child.pid

    def check(self) -> None:
        """Raise ZapEnded when ZAP has ended. Its exit code is 0 whatever happened, so it is not told."""
        if self._child.poll() is not None:
            raise ZapEnded(
                f"ZAP ended by itself: {self._last_line()}",
                remedy="See what ZAP wrote, and whether it has memory.",
            )

    def end(self, client: ZapClient) -> None:
        """Ask ZAP to end, and make it end when it does not."""
        if self._child.poll() is None:
            try:
                client.shut_down()
                deadline_s = time.monotonic() + GRACE_S
                while self._child.poll() is None and time.monotonic() < deadline_s:
                    time.sleep(0.2)
            except ToolError:
                pass  # it no longer listens: it is ended below
        self.kill()

    def kill(self) -> None:
        """End ZAP's whole process group and remove its folder."""
        self._child.end()
        self._folder.cleanup()

    def _last_line(self) -> str:
        lines = [line.strip() for line in self._child.tail().splitlines() if line.strip()]
        return lines[-1][:300] if lines else "it said nothing"


def _command(zap: Tool, options: ZapOptions, port: int, home: Path) -> list[str]:
    arguments = [
        *("-daemon", "-silent", "-host", "127.0.0.1", "-port", str(port)),
        *("-dir", str(home / "home"), "-configfile", str(home / "zap.properties")),
    ]
    if zap.path.suffix != ".jar":
        return [str(zap.path), *arguments]
    java = find_java()
    if java is None or java.major < 17:
        found = f"version {java.version}" if java else "none"
        raise ToolError(f"ZAP needs Java 17 or newer; found: {found}.", remedy="Install a Java 17 runtime.")
    # Started directly, not by its script: the process we hold is then ZAP itself.
    return [
        str(java.path),
        f"-Xmx{options.heap_mb}m",
        "-jar",
        str(zap.path),
        *("-installdir", str(zap.path.parent)),
        *arguments,
    ]


def _configured(home: Path, key: str) -> Path:
    """Write the settings file, readable by us alone: on the command line the key would be for all to see."""
    settings = {
        "api.key": key,
        "database.recoverylog": "false",
        "view.mode": "protect",
        "alert.systemicLimit": "0",
    }
    file = home / "zap.properties"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
    return home


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
