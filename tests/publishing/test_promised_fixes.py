"""Page one names a promised fix without effect, and asks for what may be missing before it asks the supplier."""

from __future__ import annotations

from pathlib import Path

from tests.bundles import AT, failed
from tests.judging.test_fixes import BASE, CAND, HELP, bundle_with, fix

from gonogo.engine.gate import judge_folder
from gonogo.publishing.view import report_view


def test_page_one_names_the_fix_and_asks_for_the_steps_of_the_release_notes(tmp_path: Path) -> None:
    bundle = bundle_with(fix())
    for side in (BASE, CAND):
        bundle.set("regression", side, failed(HELP))
    _, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    view = report_view(dossier)
    assert view.recommendation.reasons == (
        "Regression tests: The fix of CVE-2024-39124 has no effect on the upgrade: 1 check fails there.",
    )
    assert view.meaning[-1] == "What the release notes promise to be mended is not: CVE-2024-39124."
    assert "release notes checked for CVE-2024-39124" in view.recommendation.asks[1]


def test_fix_that_works_is_not_told_as_missing(tmp_path: Path) -> None:
    bundle = bundle_with(fix())
    bundle.set("regression", BASE, failed(HELP))
    _, dossier = judge_folder(bundle.write(tmp_path), generated_at=AT)
    assert not any("CVE" in line for line in report_view(dossier).meaning)
