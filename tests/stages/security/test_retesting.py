"""What is new is looked for again on both sides before it may block."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stages.security.support import QUICK, findings, run_stage, served, statuses

from gonogo.comparing.findings import compare_findings
from gonogo.model import Blame, Change, CheckResult, Difference, Finding, Retest, Severity, Side
from gonogo.stages.base import StageOutcome
from gonogo.stages.security.retesting import judged_again

BASELINE, CANDIDATE = Side.BASELINE, Side.CANDIDATE
FAKE = Path(__file__).with_name("fake_wapiti.py")
NEW = Finding(key="security:wapiti:abc", rule="wapiti:x", severity=Severity.HIGH, title="x", where="GET /a")
SEEN, UNSEEN = frozenset({NEW.key}), frozenset[str]()


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ([UNSEEN, UNSEEN], [SEEN, SEEN], Retest.CONFIRMED),
        ([UNSEEN, UNSEEN], [SEEN, UNSEEN], Retest.CONFIRMED),
        ([UNSEEN, UNSEEN], [UNSEEN, UNSEEN], Retest.NOT_SEEN_AGAIN),
        ([UNSEEN], [UNSEEN], Retest.NOT_SEEN_AGAIN),
        ([UNSEEN, None], [SEEN, SEEN], Retest.NOT_RUN),
        ([UNSEEN, UNSEEN], [None, SEEN], Retest.NOT_RUN),
        ([UNSEEN, UNSEEN], [None, UNSEEN], Retest.NOT_RUN),
    ],
)
def test_two_thirds_on_the_upgrade_and_none_before_make_a_finding_new(
    before: list[frozenset[str] | None], after: list[frozenset[str] | None], outcome: Retest
) -> None:
    assert judged_again(NEW, before, after).retest is outcome


@pytest.mark.parametrize(
    ("retest", "change", "blame"),
    [
        (Retest.CONFIRMED, Change.REGRESSED, Blame.CANDIDATE),
        (Retest.NOT_SEEN_AGAIN, Change.ADDED, Blame.FLAKE),
        (Retest.NOT_RUN, Change.NOT_COMPARABLE, Blame.ENVIRONMENT),
    ],
)
def test_only_what_was_seen_again_is_called_new(retest: Retest, change: Change, blame: Blame) -> None:
    finding = judged_again(NEW, [], [])
    finding = Finding(
        key=finding.key, rule="wapiti:x", severity=Severity.HIGH, title="x", where="GET /a", retest=retest
    )
    (difference,) = compare_findings("security", (), (finding,), {}, {})
    assert (difference.change, difference.blame) == (change, blame)


# --- the whole stage, with a scanner that finds what it is told to ---

Finds = Callable[..., dict[Side, StageOutcome]]


@pytest.fixture
def finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Finds:
    """Run the stage; the scanner reports one fault in the scans of each side that are named."""

    def scan(*, before: list[int], after: list[int], mode: str = "whole") -> dict[Side, StageOutcome]:
        program = tmp_path / "wapiti"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        (tmp_path / "counts").mkdir()
        monkeypatch.setenv("GONOGO_WAPITI", str(program))
        monkeypatch.setenv("GONOGO_ZAP", str(tmp_path / "nowhere"))
        monkeypatch.setenv("FAKE_WAPITI", mode)
        monkeypatch.setenv("FAKE_WAPITI_COUNTS", str(tmp_path / "counts"))
        with served() as old, served() as new:
            told = {old.url.removeprefix("http://"): before, new.url.removeprefix("http://"): after}
            monkeypatch.setenv("FAKE_WAPITI_FINDS", json.dumps(told))
            return run_stage(tmp_path, {BASELINE: old.url, CANDIDATE: new.url}, web={**QUICK, "retests": 2})

    return scan


def difference_of(outcomes: dict[Side, StageOutcome]) -> Difference:
    found = {side: tuple(findings(outcome, "security:wapiti").values()) for side, outcome in outcomes.items()}
    checks = {
        side: {o.key: o for o in outcome.observations if isinstance(o, CheckResult)}
        for side, outcome in outcomes.items()
    }
    (difference,) = compare_findings(
        "security", found[BASELINE], found[CANDIDATE], checks[BASELINE], checks[CANDIDATE]
    )
    return difference


@pytest.mark.slow
def test_a_finding_that_is_seen_again_blocks(finds: Finds) -> None:
    difference = difference_of(finds(before=[], after=[1, 2, 3]))
    assert difference.change is Change.REGRESSED
    assert "seen 3 of 3 times on the upgrade, 0 of 3 on the version in use" in difference.detail


@pytest.mark.slow
def test_a_finding_that_is_not_seen_again_is_shown_and_blocks_nothing(finds: Finds) -> None:
    difference = difference_of(finds(before=[], after=[1]))
    assert (difference.change, difference.blame) == (Change.ADDED, Blame.FLAKE)


@pytest.mark.slow
def test_a_finding_that_the_version_in_use_shows_in_a_later_look_was_there_before(finds: Finds) -> None:
    difference = difference_of(finds(before=[3], after=[1, 2, 3]))
    assert (difference.change, difference.blame) == (Change.STILL_FAILING, Blame.PRE_EXISTING)


@pytest.mark.slow
def test_a_finding_that_cannot_be_looked_for_again_is_not_known_and_never_fixed(finds: Finds) -> None:
    outcomes = finds(before=[], after=[1], mode="whole-once")
    difference = difference_of(outcomes)
    assert difference.change is Change.NOT_COMPARABLE
    assert any("could not be looked for again" in note for note in outcomes[CANDIDATE].notes)


@pytest.mark.slow
def test_nothing_is_looked_for_again_when_nothing_is_new(finds: Finds, tmp_path: Path) -> None:
    difference = difference_of(finds(before=[1], after=[1]))
    assert difference.change is Change.STILL_FAILING
    assert {file.stat().st_size for file in (tmp_path / "counts").iterdir()} == {1}


# --- what only the baseline has ---


@pytest.mark.slow
def test_a_form_the_upgrade_did_not_show_is_not_called_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONOGO_WAPITI", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GONOGO_ZAP", str(tmp_path / "nowhere"))
    with served("token-unchecked") as old, served("broken-notes") as new:
        outcomes = run_stage(
            tmp_path, {BASELINE: old.url, CANDIDATE: new.url}, web={**QUICK, "sentinels": ["/tenants"]}
        )
    (finding,) = [f for f in findings(outcomes[BASELINE]).values() if f.rule == "zap:20012"]
    assert finding.check == "security:place:POST /notes"
    assert finding.check not in statuses(outcomes[CANDIDATE])
    (difference,) = compare_findings("security", (finding,), (), {}, {})
    assert difference.change is Change.NOT_COMPARABLE
