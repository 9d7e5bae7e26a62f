"""The Roundup pack against the real thing: releases from the package index, upgraded in place."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

PACK = Path(__file__).parents[2] / "examples" / "roundup"
OLD_CONFIGURATION = ("baseline.version=2.4.0", "candidate.version=2.5.0")
MENDED_RELEASE = ("baseline.version=2.3.0", "candidate.version=2.4.0")
FUNCTIONAL = ("uat", "regression")
GO, NO_GO = 0, 20

pytestmark = pytest.mark.examples


def gonogo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ROUNDUP_PASSWORD": secrets.token_urlsafe(9)}
    command = [str(Path(sys.executable).with_name("gonogo")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1800, check=False)


def verdict_of(
    reports: Path, settings: Iterable[str] = (), stages: Iterable[str] = ()
) -> tuple[int, dict[str, Any]]:
    """Exit code and verdict of one run of the whole gate, or of some of its stages."""
    chosen = [part for setting in settings for part in ("--set", setting)]
    chosen += [part for stage in stages for part in ("--stage", stage)]
    done = gonogo("run", "-C", str(PACK), "--reports", str(reports), *chosen)
    (run,) = [folder for folder in reports.iterdir() if folder.is_dir() and not folder.is_symlink()]
    verdict: dict[str, Any] = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
    return done.returncode, verdict


def changes(verdict: dict[str, Any], change: str) -> set[str]:
    return {one["key"] for one in verdict["differences"] if one["change"] == change}


def reasons(verdict: dict[str, Any]) -> dict[str, str]:
    """Criterion → reason, of those that are not met."""
    return {one["criterion"]: one["reason"] for one in verdict["judgements"] if one["ruling"] != "MET"}


def test_pack_plans_every_kind_of_check() -> None:
    done = gonogo("plan", "-C", str(PACK), "--format", "json")
    assert done.returncode == 0, done.stderr
    planned = json.loads(done.stdout)
    counts = {stage["stage"]: len(stage["checks"]) for stage in planned["stages"]}
    assert counts["uat"] >= 12
    assert counts["regression"] >= 10
    assert counts["load"] == 4
    assert counts["security"] >= 5


def test_sound_upgrade_is_a_go_and_the_fault_of_the_version_in_use_is_told_as_mended(tmp_path: Path) -> None:
    code, verdict = verdict_of(tmp_path)
    assert (code, verdict["decision"]) == (GO, "GO"), reasons(verdict)
    assert changes(verdict, "REGRESSED") == set()
    mended = changes(verdict, "FIXED")
    assert "regression:test_data:test_export_with_messages" in mended
    assert "uat:exporting:The messages of each issue can be exported as well" in mended


def test_old_configuration_is_a_no_go_because_signing_in_is_slower(tmp_path: Path) -> None:
    code, verdict = verdict_of(tmp_path, OLD_CONFIGURATION)
    assert (code, verdict["decision"]) == (NO_GO, "NO_GO"), reasons(verdict)
    assert "Sign in" in reasons(verdict)["load.slower_max_percent"]


def test_configuration_step_of_the_release_notes_mends_it(tmp_path: Path) -> None:
    code, verdict = verdict_of(
        tmp_path, (*OLD_CONFIGURATION, "candidate.environment.ROUNDUP_CONFIG_STEPS=yes")
    )
    assert (code, verdict["decision"]) == (GO, "GO"), reasons(verdict)


def test_data_moved_by_export_and_import_is_a_no_go_because_nothing_can_be_created(tmp_path: Path) -> None:
    moved = (*OLD_CONFIGURATION, "candidate.environment.ROUNDUP_ROAD=export-import")
    code, verdict = verdict_of(tmp_path, moved, FUNCTIONAL)
    assert (code, verdict["decision"]) == (NO_GO, "NO_GO"), reasons(verdict)
    assert "uat:raising:A requester raises an issue" in changes(verdict, "REGRESSED")


def test_fix_that_templates_undo_is_a_no_go_although_it_is_no_worse_than_today(tmp_path: Path) -> None:
    code, verdict = verdict_of(tmp_path, MENDED_RELEASE, FUNCTIONAL)
    assert (code, verdict["decision"]) == (NO_GO, "NO_GO"), reasons(verdict)
    not_met = [one["criterion"] for one in verdict["judgements"] if one["ruling"] == "NOT_MET"]
    assert not_met == ["regression.fix.CVE-2024-39124"], reasons(verdict)


def test_release_with_its_templates_merged_is_a_go_and_mends_three_weaknesses(tmp_path: Path) -> None:
    merged = (*MENDED_RELEASE, "candidate.environment.ROUNDUP_TEMPLATE_STEPS=yes")
    code, verdict = verdict_of(tmp_path, merged)
    assert (code, verdict["decision"]) == (GO, "GO"), reasons(verdict)
    mended = {key.partition("[")[0] for key in changes(verdict, "FIXED") if ":test_security:" in key}
    assert mended == {
        "regression:test_security:test_address_of_a_popup_runs_nothing",
        "regression:test_security:test_link_from_elsewhere_is_not_repeated_as_html",
        "regression:test_security:test_attachment_runs_nothing",
    }
