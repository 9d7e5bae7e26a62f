"""The Datasette pack against the real thing: upgrades whose true verdict is known, most of them silent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PACK = Path(__file__).parents[2] / "examples" / "datasette"

pytestmark = pytest.mark.examples


def verdict_of(reports: Path, before: str, after: str) -> dict[str, Any]:
    """The verdict of one run of the whole gate."""
    command = [
        str(Path(sys.executable).with_name("gonogo")),
        "run",
        "-C",
        str(PACK),
        "--reports",
        str(reports),
    ]
    command += ["--set", f"baseline.version={before}", "--set", f"candidate.version={after}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    (run,) = [folder for folder in reports.iterdir() if folder.is_dir() and not folder.is_symlink()]
    verdict: dict[str, Any] = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
    assert done.returncode == {"GO": 0, "NO_GO": 20}.get(verdict["decision"], 30)
    return verdict


def changes(verdict: dict[str, Any], change: str) -> set[str]:
    return {one["key"] for one in verdict["differences"] if one["change"] == change}


def test_export_that_is_whole_again_is_an_improvement_and_a_go(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, "0.64.5", "0.64.6")
    assert verdict["decision"] == "GO"
    assert "regression:test_files:test_file_with_names_is_whole" in changes(verdict, "FIXED")
    assert changes(verdict, "REGRESSED") == set()


@pytest.mark.parametrize("after", ["0.50", "0.50.1"])
def test_links_that_lead_nowhere_are_a_no_go_although_every_page_answers(after: str, tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, "0.49.1", after)
    assert verdict["decision"] == "NO_GO"
    assert "regression:test_pages:test_every_link_leads_somewhere" in changes(verdict, "REGRESSED")


def test_release_that_mends_the_links_has_none_that_leads_nowhere(tmp_path: Path) -> None:
    # Its pages have grown menus outside every landmark meanwhile, so the decision is another matter.
    worse = changes(verdict_of(tmp_path, "0.49.1", "0.50.2"), "REGRESSED")
    assert not any("link" in key for key in worse)


def test_weakness_that_is_mended_is_a_go_and_the_way_back_is_not(tmp_path: Path) -> None:
    assert verdict_of(tmp_path / "on", "0.56", "0.56.1")["decision"] == "GO"
    back = verdict_of(tmp_path / "back", "0.56.1", "0.56")
    assert back["decision"] == "NO_GO"
    assert any("test_what_a_visitor_types_stays_text" in key for key in changes(back, "REGRESSED"))


def test_release_in_which_nothing_is_broken_is_a_go(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, "0.64.6", "0.65.2")
    assert changes(verdict, "REGRESSED") == set()
    assert verdict["decision"] == "GO"
