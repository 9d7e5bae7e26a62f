"""The whole stage with a real wapiti against a small application with known faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bundles import AT, Bundle
from tests.stages.security.support import PASSWORD, QUICK, findings, run_stage, served, statuses

from gonogo.engine.gate import judge_folder
from gonogo.guard import Passage
from gonogo.model import CheckStatus, ReasonCode, Severity, Side, StageStatus, from_json
from gonogo.publishing.base import publish_all, registered_publishers
from gonogo.setup import find_wapiti

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_wapiti() is None, reason="wapiti is not installed; run: python -m gonogo.setup wapiti"
    ),
]
BOTH = (Side.BASELINE, Side.CANDIDATE)


def test_what_is_new_on_the_upgrade_is_found_and_proved(tmp_path: Path) -> None:
    with served("redirect") as old, served("redirect", "xss", "csp", "new-page") as new:
        outcomes = run_stage(tmp_path, {Side.BASELINE: old.url, Side.CANDIDATE: new.url}, web=QUICK)
    for side in BOTH:
        outcome = outcomes[side]
        assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")
        found = statuses(outcome)
        for key in ("web-scan", "sign-in", "passive", "sentinel:/tenants", "sentinel:/notes"):
            assert found[f"security:{key}"] is CheckStatus.PASSED
    before, after = (findings(outcomes[side]) for side in BOTH)
    assert set(before) <= set(after)
    new_ones = {(f.rule, f.where, f.severity) for key, f in after.items() if key not in before}
    assert new_ones == {
        ("wapiti:reflected-cross-site-scripting", "GET /tenants, q", Severity.HIGH),
        ("wapiti:reflected-cross-site-scripting", "GET /plans, q", Severity.HIGH),
        ("zap:10038", "/ and 7 more", Severity.MEDIUM),
    }
    # A page only the upgrade has was asked for on both sides: its fault is new, not "not compared".
    for key, finding in after.items():
        if key not in before:
            assert finding.check in statuses(outcomes[Side.BASELINE])


def test_three_scans_of_one_version_give_the_same_keys(tmp_path: Path) -> None:
    keys = []
    for number in range(3):
        with served("xss", "redirect", "sqli") as one:
            outcome = run_stage(tmp_path / str(number), {Side.CANDIDATE: one.url}, web=QUICK)[Side.CANDIDATE]
        assert outcome.status is StageStatus.COMPLETED
        keys.append((sorted(findings(outcome)), sorted(statuses(outcome)), outcome.tools))
    assert keys[0] == keys[1] == keys[2]


def test_no_secret_reaches_the_evidence_and_nothing_leaves_the_origin(tmp_path: Path) -> None:
    with served("redirect") as one:
        run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=QUICK)
    raw = tmp_path / "runs" / "security.candidate" / "raw"
    written = {file.name: file.read_bytes() for file in raw.iterdir()}
    assert set(written) == {"answers.json", "guard.json", "wapiti.json", "wapiti.log"}
    passage = from_json(written["guard.json"], Passage, source="guard.json")
    assert passage.requests > 50
    everything = b"".join(written.values())
    assert PASSWORD.encode() not in everything
    assert b"sid=" in everything  # the cookie's name is evidence
    assert not any(len(part) >= 24 for part in _cookie_values(written["answers.json"]))
    assert b"gonogo:" not in written["wapiti.log"]


def test_no_secret_reaches_any_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = tmp_path / "secrets"
    monkeypatch.setenv("TARGET_SECRETS", str(secrets))
    with served("redirect", "xss", "token-unchecked", "sqli") as one:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=QUICK)[Side.CANDIDATE]
    assert {f.rule for f in findings(outcome).values()} >= {
        "zap:20012",
        "wapiti:reflected-cross-site-scripting",
    }
    bundle = Bundle(("security",))
    for side in BOTH:  # sealed without the engine's own scrubbing, which would hide what leaks here
        bundle.observations["security", side] = list(outcome.observations if side is Side.CANDIDATE else ())
        bundle.header("security", side, tools=outcome.tools, notes=outcome.notes, reason=outcome.reason)
    folder = bundle.write(tmp_path / "reports")
    _, dossier = judge_folder(folder, generated_at=AT)
    publications = publish_all(dossier, registered_publishers())
    assert len(publications) >= 6
    written = b"".join(file.read_bytes() for file in folder.path.rglob("*") if file.is_file())
    assert b"zap:20012" in written  # the findings are there
    values = [PASSWORD, *secrets.read_text(encoding="utf-8").split()]
    assert len(values) > 20
    assert [value for value in values if value.encode() in written] == []


def _cookie_values(data: bytes) -> list[bytes]:
    return [part.split(b";")[0] for part in data.split(b"sid=")[1:]]


def test_a_session_lost_half_way_is_noticed_and_ends_the_scan(tmp_path: Path) -> None:
    with served("drops-session") as one:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=QUICK)[Side.CANDIDATE]
    assert outcome.status is StageStatus.ERRORED
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    found = statuses(outcome)
    assert found["security:web-scan"] is CheckStatus.BROKEN
    assert found["security:sign-in"] is CheckStatus.BROKEN
    assert not any(key.startswith("security:route:") for key in found)


def test_a_target_that_dies_half_way_is_noticed(tmp_path: Path) -> None:
    with served("dies") as one:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=QUICK)[Side.CANDIDATE]
    assert outcome.status is StageStatus.ERRORED
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert "stopped answering" in outcome.reason or "no longer answered" in outcome.reason
    assert statuses(outcome)["security:web-scan"] is CheckStatus.BROKEN


def test_a_scan_cut_by_time_is_no_evidence(tmp_path: Path) -> None:
    web = {**QUICK, "modules": ["exec", "file", "sql", "timesql"], "time_limit_s": 4}
    with served() as one:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=web)[Side.CANDIDATE]
    assert outcome.status is StageStatus.TIMED_OUT
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert "after the 4 s allowed" in outcome.reason
    assert not statuses(outcome)["security:web-scan"].is_evidence


def test_a_page_that_fails_without_any_attack_is_no_finding_of_the_scan(tmp_path: Path) -> None:
    with served("broken-page") as one:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: one.url}, web=QUICK)[Side.CANDIDATE]
    assert outcome.status is StageStatus.COMPLETED
    assert not findings(outcome, "security:wapiti:")
    assert "Pages that fail without any attack: GET /orders." in outcome.notes
    assert "security:route:GET /orders" not in statuses(outcome)
