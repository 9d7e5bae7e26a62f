"""Bringing targets up: what their commands are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.clock import SystemClock
from gonogo.engine.targets import Targets
from gonogo.model import Side, Target
from gonogo.processes import Stop

SYSTEM = str(Path(__file__).with_name("tiny_system.py"))
pytestmark = pytest.mark.slow


def test_a_candidate_can_be_made_from_the_version_in_use(tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1], 'made').write_text(' '.join(sys.argv[2:]))"
    candidate = Target(
        side=Side.CANDIDATE,
        version="2.0",
        url="http://127.0.0.1:{port}",
        prepare=(("{python}", "-c", script, "{home}", "{baseline_version}", "{version}"),),
        start=("{python}", SYSTEM, "{port}", "{version}", "{home}"),
        ready_s=10.0,
    )
    with Targets(root=tmp_path, stop=Stop(), clock=SystemClock(), baseline_version="1.9") as targets:
        running = targets.bring_up(Side.CANDIDATE, candidate, tmp_path / "target.log")
        assert running.home is not None
        assert (running.home / "made").read_text() == "1.9 2.0"
