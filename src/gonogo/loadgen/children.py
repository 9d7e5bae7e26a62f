"""Worker processes that this one starts. They stay in its process group, and so end with it, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


class WorkerProcess:
    """A worker that makes a share of the load for the master at `host:port`; its output goes where ours goes."""

    def __init__(self, locustfile: Path, master: str, environment: Mapping[str, str]) -> None:
        """Start it, with these variables beside our own."""
        command = [sys.executable, "-m", "gonogo.loadgen", "work", "--locustfile", str(locustfile)]
        self._process = subprocess.Popen([*command, "--master", master], env={**os.environ, **environment})

    def poll(self) -> int | None:
        """The return code, or None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for its end; the return code."""
        return self._process.wait()

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
