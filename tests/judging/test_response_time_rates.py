"""The judgement's error rates on recorded rounds, roughly: benchmarks/load_simulation.py, cut short."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
RUNS = 300


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "load_simulation", ROOT / "benchmarks" / "load_simulation.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["load_simulation"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def shares(row: str) -> tuple[float, float]:
    slower, same, *_ = row.split("|")
    return float(slower.split("(")[0]), float(same)


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", range(4), ids=["quiet, alone", "quiet, duet", "noisy, alone", "noisy, duet"]
)
def test_identical_versions_are_hardly_ever_called_slower(simulation: ModuleType, place: int) -> None:
    recording = list(simulation.recordings())[place]
    slower, same = shares(simulation.ours(recording, simulation.slower(1.0), RUNS, (8, 10, 12), seed=3))
    # At a true rate of 0.5%, more than 6 of 300 happen once in a thousand.
    assert slower <= 2.0
    assert same >= 90.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", range(4), ids=["quiet, alone", "quiet, duet", "noisy, alone", "noisy, duet"]
)
def test_a_slowdown_of_twenty_percent_is_found(simulation: ModuleType, place: int) -> None:
    recording = list(simulation.recordings())[place]
    slower, same = shares(simulation.ours(recording, simulation.slower(1.2), 100, (8, 10, 12), seed=3))
    assert slower >= 99.0
    assert same == 0.0
