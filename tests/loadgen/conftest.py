from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.model import from_json
from gonogo.processes import clean_environment
from gonogo.readers.load_messages import Collected

Collect = Callable[[str], Collected]


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    """The journeys of a locustfile given as text, listed in a process of its own as the stage does."""

    def list_journeys(text: str) -> Collected:
        locustfile, out = tmp_path / "locustfile.py", tmp_path / "journeys.json"
        locustfile.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "gonogo.loadgen", "collect", "--locustfile", str(locustfile)]
        subprocess.run(
            [*command, "--out", str(out)],
            check=True,
            env=clean_environment({}),
            cwd=tmp_path,
            timeout=60,
            capture_output=True,
        )
        return from_json(out.read_bytes(), Collected, source="journeys.json")

    return list_journeys
