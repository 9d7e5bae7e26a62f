"""The benchmark of judging builds what it says and holds its own bars."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.judging_size import report, write_run

from gonogo.engine.gate import judge_folder
from gonogo.model import Change, Decision
from gonogo.store import RunFolder


def test_the_run_that_is_judged_has_the_observations_it_is_said_to_have(tmp_path: Path) -> None:
    write_run(tmp_path, 2_000)
    folder = RunFolder.open(tmp_path / "run")
    seen = sum(len(run.observations) for run in folder.read_runs() if run.header.stage != "identity")
    assert seen == 2_000
    verdict, dossier = judge_folder(folder, generated_at="")
    assert verdict.decision is Decision.NO_GO
    assert dossier.comparison.problems == ()
    regressed = [d for d in dossier.comparison.differences if d.change is Change.REGRESSED]
    assert {d.subject for d in regressed} == {"check", "snapshot"}


def row(observations: int, cpu_s: float, wall_s: float = 1.0, peak_mib: float = 200) -> dict[str, float]:
    return {"observations": observations, "cpu_s": cpu_s, "wall_s": wall_s, "peak_mib": peak_mib}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row(10_000, 0.2), row(100_000, 2.0)], 0),
        ([row(10_000, 0.2), row(100_000, 4.0)], 1),
        ([row(10_000, 0.2), row(100_000, 2.0, wall_s=5.1)], 1),
        ([row(10_000, 0.2), row(100_000, 2.0, peak_mib=1100)], 1),
    ],
    ids=["all met", "grows faster than the run", "too slow", "too much memory"],
)
def test_a_missed_bar_is_said(rows: list[dict[str, float]], code: int) -> None:
    assert report(rows) == code
