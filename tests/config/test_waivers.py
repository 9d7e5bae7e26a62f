"""waivers.toml is read strictly and added to without touching what stands there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.bundles import upgrade

from gonogo.config.waivers import append_waiver, load_waivers, next_id, with_waivers
from gonogo.model import Severity
from gonogo.model.errors import ConfigError

WAIVER = """# ours
[[waivers]]
id = "W-001"
criterion = "uat.must_regressed_max"  # agreed on Monday
covers = ["uat:rents:See a balance"]
candidate_version = "8.2"
owner = "A. Shah"
approver = "B. Jones"
reason = "The supplier mends it."
starts = 2026-11-01
expires = 2026-12-31
"""


def project(folder: Path, text: str = WAIVER) -> Path:
    (folder / "waivers.toml").write_text(text, encoding="utf-8")
    return folder


def entry(**changes: Any) -> dict[str, Any]:
    made = {
        "id": "W-002",
        "finding": "security:bandit:aa",
        "severity": "high",
        "candidate_version": "8.2",
        "owner": "A. Shah",
        "approver": "B. Jones",
        "reason": "Not reachable.",
        "starts": date(2026, 11, 1),
        "expires": date(2026, 12, 31),
    }
    return {**made, **changes}


def test_without_the_file_there_are_no_waivers(tmp_path: Path) -> None:
    assert load_waivers(tmp_path, 90) == ()


def test_a_day_holds_from_its_first_to_its_last_second(tmp_path: Path) -> None:
    found = load_waivers(project(tmp_path), 90)[0]
    assert (found.starts, found.expires) == ("2026-11-01T00:00:00Z", "2026-12-31T23:59:59Z")
    assert (found.scope, found.covers) == ("uat.must_regressed_max", ("uat:rents:See a balance",))


def test_a_moment_is_kept_in_utc(tmp_path: Path) -> None:
    text = WAIVER.replace("expires = 2026-12-31", "expires = 2026-12-31T17:00:00+01:00")
    assert load_waivers(project(tmp_path, text), 90)[0].expires == "2026-12-31T16:00:00Z"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('approver = "B. Jones"', 'approver = "Shah, A."', "cannot approve their own waiver"),
        ('approver = "B. Jones"', "", "approver"),
        ("expires = 2026-12-31", "expires = 2027-02-01", "holds for 92 days; 90 are allowed"),
        ("expires = 2026-12-31", "expires = 2026-10-01", "expires before it starts"),
        ("expires = 2026-12-31", "expires = 2026-12-31T17:00:00", "without its offset"),
        ("expires = 2026-12-31", "", "expires"),
        ('covers = ["uat:rents:See a balance"]', "", "covers is empty"),
        ('criterion = "uat.must_regressed_max"', "", "either a criterion or a finding"),
        ('candidate_version = "8.2"', "candidate_version = 8.2", "candidate_version"),
        ('owner = "A. Shah"', 'owner = "A. Shah"\nowners = 2', "owners"),
    ],
)
def test_a_waiver_that_is_not_whole_is_an_error(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_waivers(project(tmp_path, WAIVER.replace(old, new)), 90)
    assert said in caught.value.message


def test_two_waivers_of_one_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two waivers called W-001"):
        load_waivers(project(tmp_path, WAIVER * 2), 90)


def test_a_criterion_that_does_not_exist_is_named_with_the_nearest(tmp_path: Path) -> None:
    text = WAIVER.replace("must_regressed_max", "must_regresed")
    with pytest.raises(ConfigError, match="not a criterion here") as caught:
        with_waivers(upgrade(), project(tmp_path, text))
    assert caught.value.remedy == "Did you mean uat.must_regressed_max?"


def test_a_waiver_changes_the_waivers_of_the_upgrade_and_not_its_policy(tmp_path: Path) -> None:
    plain = with_waivers(upgrade(), tmp_path)
    waived = with_waivers(upgrade(), project(tmp_path))
    assert waived.policy_digest == plain.policy_digest
    assert msgspec.structs.replace(waived, waivers=()) == plain


def test_adding_keeps_what_stands_there_to_the_letter(tmp_path: Path) -> None:
    added = append_waiver(project(tmp_path), entry(), 90)
    text = (tmp_path / "waivers.toml").read_text(encoding="utf-8")
    assert text.startswith(WAIVER)
    assert added.severity is Severity.HIGH
    assert [w.id for w in load_waivers(tmp_path, 90)] == ["W-001", "W-002"]
    assert next_id(load_waivers(tmp_path, 90)) == "W-003"


def test_the_first_waiver_makes_the_file(tmp_path: Path) -> None:
    append_waiver(tmp_path, entry(), 90)
    assert (tmp_path / "waivers.toml").read_text(encoding="utf-8").startswith("# What was accepted")
    assert len(load_waivers(tmp_path, 90)) == 1


def test_a_waiver_that_is_not_whole_is_not_written(tmp_path: Path) -> None:
    project(tmp_path)
    with pytest.raises(ConfigError):
        append_waiver(tmp_path, entry(approver="A Shah"), 90)
    assert (tmp_path / "waivers.toml").read_text(encoding="utf-8") == WAIVER
