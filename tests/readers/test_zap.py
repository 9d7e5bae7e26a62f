"""What ZAP's API says, and what it must not be believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gonogo.model import Severity, from_json, to_json
from gonogo.model.errors import EvidenceError
from gonogo.readers.zap import read_alerts, read_progress, scan_state
from gonogo.readers.zap_rules import MUST_HAVE_ACTIVE, MUST_HAVE_PASSIVE, ZapLock, missing_rules, read_lock

RECORDED = Path(__file__).parents[1] / "recorded" / "zap" / "2.17.0"
BASELINE, CANDIDATE = "http://127.0.0.1:8101", "http://127.0.0.1:8102"
ADD_ONS = [{"id": "ascanrules", "version": "83"}, {"id": "pscanrules", "version": "75"}]


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def rule(number: str, **changes: str) -> dict[str, str]:
    return {
        "id": number,
        "enabled": "true",
        "alertThreshold": "DEFAULT",
        "attackStrength": "DEFAULT",
        "allDependenciesAvailable": "true",
        **changes,
    }


def many(kind: frozenset[str], count: int) -> list[dict[str, str]]:
    extra = [str(90_000 + number) for number in range(100, 100 + count - len(kind))]
    return [rule(number) for number in [*kind, *extra]]


def test_the_same_findings_on_another_port_have_the_same_keys_and_new_ones_stand_out() -> None:
    before = read_alerts(recorded("alerts-baseline"), origin=BASELINE)
    after = read_alerts(recorded("alerts-candidate"), origin=CANDIDATE)
    assert {f.key for f in before} < {f.key for f in after}
    new = {f.key: f for f in after if f.key not in {b.key for b in before}}
    assert {(f.rule, f.severity) for f in new.values()} == {
        ("zap:40012", Severity.HIGH),
        ("zap:10038", Severity.MEDIUM),
    }


def test_a_site_wide_rule_is_one_finding_however_many_pages_zap_lists() -> None:
    found = [f for f in read_alerts(recorded("alerts-baseline"), origin=BASELINE) if f.rule == "zap:10036"]
    assert [f.count for f in found] == [1]


def test_an_injection_into_the_database_is_as_bad_as_it_gets() -> None:
    found = {f.rule: f.severity for f in read_alerts(recorded("alerts-baseline"), origin=BASELINE)}
    assert found["zap:40018"] is Severity.CRITICAL


def test_alerts_about_other_hosts_and_marked_false_are_left_out() -> None:
    rules = {f.rule for f in read_alerts(recorded("alerts-baseline"), origin=BASELINE)}
    assert "zap:40012" not in rules
    assert "zap:10038" not in rules


def test_details_hold_no_host() -> None:
    for finding in read_alerts(recorded("alerts-candidate"), origin=CANDIDATE):
        assert "127.0.0.1" not in finding.detail + finding.where + finding.title + finding.key


@pytest.mark.parametrize("answer", ["does_not_exist", None, {}, ["text"], 7])
def test_an_error_that_comes_as_an_answer_is_no_list_of_alerts(answer: Any) -> None:
    with pytest.raises(EvidenceError, match="ZAP was asked for alerts"):
        read_alerts(answer, origin=BASELINE)


def test_a_zap_with_no_rules_is_no_scanner() -> None:
    rules = read_lock([rule("50000")], [rule("50001"), rule("50003")], version="2.17.0", add_ons=[])
    assert "no scan rules at all" in missing_rules(rules, active_min=30, passive_min=40)


def test_a_zap_with_its_rules_is_a_scanner() -> None:
    active, passive = many(MUST_HAVE_ACTIVE, 40), many(MUST_HAVE_PASSIVE, 50)
    rules = read_lock(active, passive, version="2.17.0", add_ons=ADD_ONS)
    assert missing_rules(rules, active_min=30, passive_min=40) == ""


@pytest.mark.parametrize(
    "change", [{"enabled": "false"}, {"alertThreshold": "OFF"}, {"allDependenciesAvailable": "false"}]
)
def test_a_rule_that_is_off_does_not_count(change: dict[str, str]) -> None:
    active = [rule(r["id"], **change) if r["id"] == "40012" else r for r in many(MUST_HAVE_ACTIVE, 40)]
    rules = read_lock(active, many(MUST_HAVE_PASSIVE, 50), version="2.17.0", add_ons=ADD_ONS)
    assert "40012" in missing_rules(rules, active_min=30, passive_min=40)


@pytest.mark.parametrize(
    ("active", "passive", "says"),
    [
        (
            many(MUST_HAVE_ACTIVE, 10),
            many(MUST_HAVE_PASSIVE, 50),
            "ZAP has 10 active rules; at least 30 are needed",
        ),
        (
            many(MUST_HAVE_ACTIVE, 40),
            many(MUST_HAVE_PASSIVE, 39),
            "ZAP has 39 passive rules; at least 40 are needed",
        ),
        (many(MUST_HAVE_ACTIVE, 40), [], "ZAP has 0 passive rules; at least 40 are needed"),
        (
            many(MUST_HAVE_ACTIVE, 40),
            many(MUST_HAVE_PASSIVE - {"10038"}, 50),
            "ZAP lacks passive rules that no scan may be without (10038)",
        ),
    ],
)
def test_too_few_rules_of_either_kind_are_said(
    active: list[dict[str, str]], passive: list[dict[str, str]], says: str
) -> None:
    lock = read_lock(active, passive, version="2.17.0", add_ons=ADD_ONS)
    assert missing_rules(lock, active_min=30, passive_min=40) == says


ACTIVE, PASSIVE = many(MUST_HAVE_ACTIVE, 40), many(MUST_HAVE_PASSIVE, 50)


def locked(**changes: Any) -> ZapLock:
    told = {"active": ACTIVE, "passive": PASSIVE, "version": "2.17.0", "add_ons": ADD_ONS, **changes}
    return read_lock(told.pop("active"), told.pop("passive"), **told)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "2.17.1"},
        {"add_ons": [*ADD_ONS[:1], {"id": "pscanrules", "version": "76"}]},
        {"add_ons": ADD_ONS[:1]},
        {"active": ACTIVE[:-1]},
        {"passive": PASSIVE[:-1]},
        {"active": [{**ACTIVE[0], "attackStrength": "LOW"}, *ACTIVE[1:]]},
        {"active": [{**ACTIVE[0], "alertThreshold": "HIGH"}, *ACTIVE[1:]]},
        {"passive": [{**PASSIVE[0], "alertThreshold": "HIGH"}, *PASSIVE[1:]]},
        {"active": [{**ACTIVE[0], "enabled": "false"}, *ACTIVE[1:]]},
    ],
)
def test_another_version_add_on_rule_strength_or_threshold_is_another_lock(changes: dict[str, Any]) -> None:
    assert locked(**changes).digest != locked().digest


def test_order_and_wording_are_no_part_of_the_lock() -> None:
    turned = locked(active=ACTIVE[::-1], passive=PASSIVE[::-1], add_ons=ADD_ONS[::-1])
    assert turned == locked()
    assert locked(active=[{**row, "name": "Anders"} for row in ACTIVE]).digest == locked().digest


def test_the_lock_lists_what_it_is_a_digest_of() -> None:
    named = [{**row, "name": f"Rule {row['id']}"} for row in ACTIVE]
    lock = locked(active=named, policy="QA CICD")
    written = json.loads(to_json(lock))
    assert (written["schema"], written["version"], written["policy"]) == (
        "gonogo.zap-lock/1",
        "2.17.0",
        "QA CICD",
    )
    assert written["add_ons"] == ADD_ONS
    assert {"id": "40012", "name": "Rule 40012", "strength": "DEFAULT", "threshold": "DEFAULT"} in written[
        "active"
    ]
    assert len(written["passive"]) == 50
    assert from_json(to_json(lock), ZapLock, source="zap-lock.json") == lock


def test_a_whole_scan_has_completed_every_rule_or_had_nothing_to_do() -> None:
    progress = read_progress(recorded("progress-whole"))
    assert (progress.completed, progress.requests, progress.unfinished) == (2, 260, ())


def test_a_cut_scan_names_the_rules_it_left() -> None:
    progress = read_progress(recorded("progress-cut"))
    assert progress.unfinished == (
        "SQL Injection (37%)",
        "Cross Site Scripting (Pending)",
        "External Redirect (Skipped, maximum rule duration reached)",
    )


@pytest.mark.parametrize(
    "answer", ["does_not_exist", {"HostProcess": []}, ["h", {"HostProcess": [{"Plugin": ["x"]}]}]]
)
def test_progress_of_another_shape_is_refused(answer: Any) -> None:
    with pytest.raises(EvidenceError):
        read_progress(answer)


def test_the_state_of_a_scan_is_looked_up_by_its_number() -> None:
    scans = [{"id": "0", "state": "FINISHED"}, {"id": "1", "state": "RUNNING"}]
    assert scan_state(scans, "1") == "RUNNING"
    with pytest.raises(EvidenceError, match="no longer knows its scan 9"):
        scan_state(scans, "9")
