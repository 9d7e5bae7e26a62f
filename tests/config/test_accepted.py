"""Accepted risks have an owner, another approver, a reason and an end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gonogo.comparing.expected import apply_expected
from gonogo.comparing.findings import compare_findings
from gonogo.config.accepted import (
    as_expected_changes,
    expired,
    load_accepted,
    remarks,
    unused,
    with_accepted_risks,
)
from gonogo.model import Finding, Identity, Severity, Side, Target, Upgrade
from gonogo.model.errors import ConfigError

BY_KEY = """
[[accepted]]
fingerprint = "security:bandit:0123456789ab"
owner = "D. Osei"
approver = "A. Shah"
reason = "Until the next release"
expires = 2026-11-30
"""
BY_RULE = """
[[accepted]]
rule = "zap:10202"
where = "/letters/new"
owner = "D. Osei"
approver = "A. Shah"
reason = "Internal only"
expires = 2026-12-31
"""


def write(root: Path, text: str) -> Path:
    (root / "security").mkdir(exist_ok=True)
    (root / "security" / "accepted.toml").write_text(text, encoding="utf-8")
    return root


def finding(
    key: str = "security:bandit:0123456789ab", rule: str = "bandit:B602", where: str = "a.py, f"
) -> Finding:
    return Finding(key=key, rule=rule, severity=Severity.HIGH, title="x", where=where)


def test_a_project_without_the_file_accepts_nothing(tmp_path: Path) -> None:
    assert load_accepted(tmp_path) == ()


def test_an_acceptance_covers_its_finding_and_no_other(tmp_path: Path) -> None:
    by_key, by_rule = load_accepted(write(tmp_path, BY_KEY + BY_RULE))
    assert by_key.covers(finding())
    assert not by_key.covers(finding(key="security:bandit:ffffffffffff"))
    assert by_rule.covers(finding(rule="zap:10202", where="/letters/new"))
    assert not by_rule.covers(finding(rule="zap:10202", where="/letters"))


def test_the_last_day_still_counts_and_the_next_does_not(tmp_path: Path) -> None:
    risks = load_accepted(write(tmp_path, BY_KEY))
    assert [c.key for c in as_expected_changes(risks, date(2026, 11, 30))] == ["security:bandit:0123456789ab"]
    assert as_expected_changes(risks, date(2026, 12, 1)) == ()
    assert expired(risks, date(2026, 12, 1)) == risks


def test_who_accepted_it_and_until_when_goes_with_it(tmp_path: Path) -> None:
    change = as_expected_changes(load_accepted(write(tmp_path, BY_KEY)), date(2026, 11, 20))[0]
    assert change.accepted_by == "A. Shah"
    assert change.reason == "Accepted risk of D. Osei until 2026-11-30: Until the next release"


def test_an_upgrade_expects_what_was_accepted_until_it_runs_out(tmp_path: Path) -> None:
    plain = upgrade()
    accepted = with_accepted_risks(plain, write(tmp_path, BY_KEY), date(2026, 11, 20))
    assert [change.key for change in accepted.expected_changes] == ["security:bandit:0123456789ab"]
    assert accepted.policy_digest != plain.policy_digest
    assert with_accepted_risks(plain, tmp_path, date(2026, 12, 1)) == plain


def upgrade() -> Upgrade:
    sides = [
        Target(side=side, version=side, url="http://127.0.0.1:9") for side in (Side.BASELINE, Side.CANDIDATE)
    ]
    return Upgrade(
        system="s",
        change_ref="",
        baseline=sides[0],
        candidate=sides[1],
        identity=Identity(path="/", pattern="(.*)"),
        policy_digest="sha256:plain",
    )


def test_what_is_no_longer_found_is_reported_as_unused(tmp_path: Path) -> None:
    risks = load_accepted(write(tmp_path, BY_KEY + BY_RULE))
    assert [risk.name for risk in unused(risks, [finding()])] == ["zap:10202 at /letters/new"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BY_KEY.replace("A. Shah", " d. osei "), "cannot approve their own risk"),
        (BY_KEY.replace("2026-11-30", '"soon"'), "expires"),
        (BY_KEY.replace("expires = 2026-11-30", ""), "expires"),
        (BY_KEY.replace("0123456789ab", "*"), "fingerprint"),
        (BY_KEY + 'colour = "red"', "colour"),
        (BY_KEY + 'rule = "zap:1"', "either a fingerprint"),
        (BY_RULE.replace('where = "/letters/new"', ""), "a rule needs where"),
        (BY_KEY + BY_KEY, "is accepted twice"),
        ("[[accepted]", "cannot be read"),
        (BY_KEY.replace("[[accepted]]", "[[acepted]]"), "acepted"),
    ],
)
def test_an_entry_that_could_accept_too_much_is_an_error(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"security/accepted\.toml") as raised:
        load_accepted(write(tmp_path, text))
    assert says in raised.value.message


def test_a_rule_at_a_route_is_accepted_there_and_nowhere_else(tmp_path: Path) -> None:
    (change,) = as_expected_changes(load_accepted(write(tmp_path, BY_RULE)), date(2026, 11, 20))

    def is_expected(rule: str, where: str) -> bool:
        new = finding(key="security:passive:ffffffffffff", rule=rule, where=where)
        (difference,) = compare_findings("security", (), (new,), {}, {})
        return bool(apply_expected([difference], (change,))[0].expected)

    assert is_expected("zap:10202", "/letters/new")
    assert is_expected("zap:10202", "/letters/new, body")
    assert not is_expected("zap:10202", "/letters")
    assert not is_expected("zap:10038", "/letters/new")


def test_what_ran_out_and_what_is_no_longer_found_is_said(tmp_path: Path) -> None:
    risks = load_accepted(write(tmp_path, BY_KEY + BY_RULE))
    assert (
        remarks(risks, [finding(), finding(rule="zap:10202", where="/letters/new")], date(2026, 11, 20)) == []
    )
    ran_out, idle = remarks(risks, [finding()], date(2026, 12, 1))
    assert "ran out on 2026-11-30: the finding counts again" in ran_out
    assert "zap:10202 at /letters/new was found on neither side" in idle
    assert (
        remarks(risks, None, date(2026, 11, 20)) == []
    )  # a scan that was not whole shows nothing to be gone
