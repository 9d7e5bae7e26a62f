"""gonogo.toml: what is accepted, and how each way of being wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from gonogo.config.loading import load_upgrade, policy_digest
from gonogo.model import CriterionKind, Priority, PrivateKind, TargetClass, Upgrade
from gonogo.model.errors import ConfigError, ProjectError

GOOD = """
[system]
name = "Tiny"
[identity]
path = "/about"
pattern = 'Version (\\S+)'
[baseline]
version = "1.0"
url = "http://127.0.0.1:9001/"
class = "test"
[candidate]
version = "2.0"
url = "http://127.0.0.1:9002"
[users.clerk]
username = "c"
password = "env:CLERK_PASSWORD"
[stages.uat]
timeout_s = 60
workers = 2
"""


class UatOptions(BaseModel, extra="forbid"):
    workers: int = 0
    tags: str = ""


MODELS: dict[str, type[BaseModel] | None] = {"uat": UatOptions, "load": None}


def load(text: str, tmp_path: Path, **overrides: str) -> Upgrade:
    (tmp_path / "gonogo.toml").write_text(text, encoding="utf-8")
    return load_upgrade(tmp_path, MODELS, {key.replace("__", "."): v for key, v in overrides.items()})


def test_a_good_file_becomes_an_upgrade(tmp_path: Path) -> None:
    upgrade = load(GOOD, tmp_path)
    assert upgrade.baseline.url == "http://127.0.0.1:9001"
    assert upgrade.baseline.target_class is TargetClass.TEST
    assert upgrade.candidate.target_class is None
    assert upgrade.stages[0].options == {"workers": 2, "tags": ""}


def test_a_new_user_writes_no_criteria_and_has_them_all_the_same(tmp_path: Path) -> None:
    kinds = {c.kind for c in load(GOOD, tmp_path).criteria}
    assert {CriterionKind.IDENTITY, CriterionKind.RUN_SHARE, CriterionKind.REGRESSED} <= kinds


def test_without_stages_every_installed_stage_runs(tmp_path: Path) -> None:
    text = GOOD.partition("[stages.uat]")[0]
    assert [s.stage for s in load(text, tmp_path).stages] == ["uat", "load"]


def test_a_stated_criterion_replaces_its_default(tmp_path: Path) -> None:
    upgrade = load(GOOD + "\n[criteria.uat]\nshould_regressed_max = 3\n", tmp_path)
    found = {c.id: c for c in upgrade.criteria}
    assert found["uat.should_regressed_max"].limit == 3.0
    assert found["uat.must_regressed_max"].priority is Priority.MUST


def test_the_policy_digest_changes_with_a_criterion_and_not_with_an_address(tmp_path: Path) -> None:
    before = load(GOOD, tmp_path)
    moved = load(GOOD.replace("9001", "9009"), tmp_path)
    loosened = load(GOOD + "\n[criteria.uat]\nmust_regressed_max = 1\n", tmp_path)
    assert policy_digest(moved) == before.policy_digest != loosened.policy_digest


def test_an_override_is_text_for_versions(tmp_path: Path) -> None:
    assert load(GOOD, tmp_path, candidate__version="2.10").candidate.version == "2.10"


WRONG = {
    "unknown criterion": (
        "\n[criteria.uat]\nmust_regresed_max = 1\n",
        "must_regresed_max is not a known key",
        "Did you mean 'must_regressed_max'",
    ),
    "unknown stage": ("\n[stages.laod]\n", "no stage called 'laod'", "Did you mean 'load'"),
    "unknown stage option": ("workers_ = 2\n", "stages.uat.workers_ is not", "Did you mean 'workers'"),
    "option of a stage without any": ("\n[stages.load]\nspeed = 1\n", "takes no options", ""),
    "not TOML": ("\nx", "not valid TOML", "Mend that line"),
    "share over one": ("\n[criteria.uat]\nrun_share_min = 1.5\n", "less than or equal to 1", ""),
    "share of nothing": ("\n[criteria.uat]\nrun_share_min = 0.0\n", "greater than 0", ""),
    "negative count": ("\n[criteria.uat]\nmust_regressed_max = -1\n", "greater than or equal to 0", ""),
    "criteria of an unknown stage": ("\n[criteria.uta]\n", "no stage called 'uta'", "Did you mean 'uat'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_the_remedy(name: str, tmp_path: Path) -> None:
    extra, message, remedy = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        load(GOOD + extra, tmp_path)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


REPLACED = {
    "a missing version": ('version = "1.0"\n', "", "baseline.version is missing"),
    "an unknown class": ('class = "test"', 'class = "production"', "baseline.class"),
    "a pattern without a group": ("(\\S+)", "\\S+", "exactly one group"),
    "an address that is none": ("http://127.0.0.1:9002", "127.0.0.1:9002", "must start with http"),
    "a port nobody gives": ("http://127.0.0.1:9002", "http://127.0.0.1:{port}", "no `start` command"),
    "a number as version": ('version = "2.0"', "version = 2.0", "valid string"),
}


@pytest.mark.parametrize("name", REPLACED)
def test_a_value_out_of_range_is_named(name: str, tmp_path: Path) -> None:
    old, new, message = REPLACED[name]
    with pytest.raises(ConfigError) as caught:
        load(GOOD.replace(old, new, 1), tmp_path)
    assert message in caught.value.message


def test_a_password_written_out_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(GOOD.replace("env:CLERK_PASSWORD", "hunter2-secret"), tmp_path)
    assert "hunter2" not in caught.value.message + caught.value.remedy
    assert "env:NAME" in caught.value.message


def test_a_folder_without_the_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        load_upgrade(tmp_path, MODELS)
    assert "gonogo init" in caught.value.remedy


def test_personal_data_is_taken_out_by_default_and_each_kind_can_be_left(tmp_path: Path) -> None:
    assert set(load(GOOD, tmp_path).privacy.kinds) == set(PrivateKind) - {PrivateKind.NAME}
    tuned = load(
        GOOD + '[privacy]\npostcode = false\nnames_file = "names.txt"\nallow = ["@a.gov.uk"]\n', tmp_path
    )
    assert set(tuned.privacy.kinds) == set(PrivateKind) - {PrivateKind.POSTCODE}
    assert (tuned.privacy.names_file, tuned.privacy.allow) == ("names.txt", ("@a.gov.uk",))
    with pytest.raises(ConfigError, match=r"privacy\.postcodes is not a known key"):
        load(GOOD + "[privacy]\npostcodes = false\n", tmp_path)


def test_addresses_that_browsers_may_reach_besides_are_taken_as_they_stand(tmp_path: Path) -> None:
    allowed = ["https://login.example.org", "http://10.0.0.7:8443", "http://[::1]:80", "http://sso"]
    text = GOOD + f"[browsers]\nallowed_origins = {allowed}\n"
    assert load(text, tmp_path).allowed_origins == tuple(allowed)
    assert load(GOOD, tmp_path).allowed_origins == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "login.example.org", "https://login.example.org/", "https://login.example.org/path", "https://*.example.org",
        "https://Login.example.org", "https://user:word@login.example.org", "ftp://login.example.org",
        "https://login.example.org.", "https://login.example.org:", "https://",
    ],
)  # fmt: skip
def test_what_is_no_exact_address_may_not_be_reached(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not an origin"):
        load(GOOD + f'[browsers]\nallowed_origins = ["{wrong}"]\n', tmp_path)


FIX = """
[[expected_fixes]]
fix = "CVE-2024-39124"
check = "uat:search:What is typed stays text"
reason = "Release notes 2.0: addresses are no longer repeated as HTML."
"""


def test_promised_fix_becomes_a_criterion(tmp_path: Path) -> None:
    (fix,) = [c for c in load(GOOD + FIX, tmp_path).criteria if c.kind is CriterionKind.FIXED]
    assert fix.id == "uat.fix.CVE-2024-39124"
    assert (fix.stage, fix.priority, fix.scope_key) == (
        "uat",
        Priority.MUST,
        "uat:search:What is typed stays text",
    )
    assert (
        fix.statement
        == "CVE-2024-39124 is mended: Release notes 2.0: addresses are no longer repeated as HTML."
    )
    assert load(GOOD, tmp_path).policy_digest != load(GOOD + FIX, tmp_path).policy_digest


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (FIX.replace("uat:", "load:"), "of a stage that this project does not run", "Stages: uat"),
        (FIX + FIX, "CVE-2024-39124 stands there twice", "may be a pattern"),
        (FIX.replace("uat:search:", ""), "expected_fixes.0.check", "Correct that value"),
    ],
)
def test_promised_fix_that_nothing_could_show_is_told(
    text: str, message: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(GOOD + text, tmp_path)
    assert message in caught.value.message
    assert remedy in caught.value.remedy
