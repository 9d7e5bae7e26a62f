"""The merged Allure results: both sides and every stage told apart, true to the evidence, safe to open."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gonogo import setup
from gonogo.model import CheckResult, CheckStatus, Side
from gonogo.publishing.allure import NO_TOOL, AllureReport, properties, write_results
from gonogo.publishing.allure_parts.generating import CATEGORIES, seal
from gonogo.publishing.allure_parts.merging import _without_browser
from gonogo.publishing.base import Dossier

Results = list[dict[str, Any]]
WANTED_LABELS = ("epic", "feature", "story", "severity", "parentSuite", "suite", "stage", "side", "version")


def results(dossier: Dossier, tmp_path: Path) -> Results:
    folder = write_results(replace(dossier, published=tmp_path)).path
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*-result.json"))]


def label(result: dict[str, Any], name: str) -> str:
    return next((str(each["value"]) for each in result["labels"] if each["name"] == name), "")


def named(found: Results, name: str, side: str) -> dict[str, Any]:
    return next(each for each in found if each["name"] == name and label(each, "side") == side)


def test_every_result_says_its_side_stage_version_and_area(no_go: Dossier, tmp_path: Path) -> None:
    for result in results(no_go, tmp_path):
        for name in (
            "epic",
            "feature",
            "story",
            "severity",
            "parentSuite",
            "suite",
            "stage",
            "side",
            "version",
        ):
            assert label(result, name), (result["name"], name)


def test_both_sides_and_all_stages_are_told_apart(no_go: Dossier, tmp_path: Path) -> None:
    suites = {(label(each, "parentSuite"), label(each, "suite")) for each in results(no_go, tmp_path)}
    for side in ("Meridian Housing 8.1 (in use today)", "Meridian Housing 8.2.0 (the upgrade)"):
        for stage in ("Acceptance tests", "Regression tests", "Load test", "Security tests", "Right systems"):
            assert (side, stage) in suites


def test_no_result_is_taken_for_another_sides_retry(no_go: Dossier, tmp_path: Path) -> None:
    found = results(no_go, tmp_path)
    for identity in ("uuid", "historyId"):
        assert max(Counter(each[identity] for each in found).values()) == 1
    sides = {each["historyId"]: label(each, "side") for each in found}
    assert len(sides) == len(found)


def test_every_planned_check_has_a_result_on_each_side(any_dossier: Dossier, tmp_path: Path) -> None:
    found = results(any_dossier, tmp_path)
    have = Counter((label(each, "gonogo-key"), label(each, "side")) for each in found)
    for check in any_dossier.plan.checks:
        for side in any_dossier.plan.sides:
            assert have[check.key, str(side)] == 1, check.key


def test_what_the_tools_wrote_is_kept_with_its_steps_and_attachments(no_go: Dossier, tmp_path: Path) -> None:
    found = results(no_go, tmp_path)
    total = named(found, "The total of two accounts is right", "candidate")
    assert [step["name"] for step in total["steps"]][-1] == 'Then I see the weekly total "£123.45"'
    screenshot = total["steps"][-1]["attachments"][0]
    assert screenshot["type"] == "image/png"
    assert (tmp_path / "allure-results" / screenshot["source"]).read_bytes().startswith(b"\x89PNG")
    rows = named(found, "test_fine", "baseline")["attachments"][0]
    assert (tmp_path / "allure-results" / rows["source"]).read_text() == "a,b\n1,2\n"


def test_screenshots_and_traces_are_attached_to_what_failed(no_go: Dossier, tmp_path: Path) -> None:
    found = results(no_go, tmp_path)
    types = {
        each["name"]: each["type"]
        for each in named(found, "The total of two accounts is right", "candidate")["attachments"]
    }
    assert types == {"total.png": "image/png", "total.zip": "application/vnd.allure.playwright-trace"}
    assert "attachments" not in named(found, "The total of two accounts is right", "baseline")


def test_the_evidence_is_copied_and_never_linked(no_go: Dossier, tmp_path: Path) -> None:
    folder = write_results(replace(no_go, published=tmp_path)).path
    for path in folder.iterdir():
        assert path.stat().st_nlink == 1
        assert not path.is_symlink()


def test_a_scenario_without_steps_is_no_pass(no_go: Dossier, tmp_path: Path) -> None:
    empty = CheckResult(
        key="uat:rents:Nothing is written here yet",
        status=CheckStatus.EMPTY,
        title="Nothing is written here yet",
    )
    runs = tuple(
        msgspec.structs.replace(run, observations=(*run.observations, empty))
        if run.header.stage == "uat"
        else run
        for run in no_go.runs
    )
    raw = {each["name"]: each["status"] for each in results(no_go, tmp_path)}
    assert raw["Nothing is written here yet"] == "passed"  # allure-behave's own word
    found = named(results(replace(no_go, runs=runs), tmp_path), "Nothing is written here yet", "candidate")
    assert found["status"] == "broken"
    assert found["statusDetails"]["message"].startswith("No evidence: ran nothing")


def test_what_did_not_run_is_shown_as_unknown(inconclusive: Dossier, tmp_path: Path) -> None:
    found = named(results(inconclusive, tmp_path), "A rent officer can do everyday task 1", "candidate")
    assert found["status"] == "unknown"
    assert found["statusDetails"]["message"] == "No evidence: planned, but it did not run"


def test_new_and_old_failures_begin_with_different_words(no_go: Dossier, tmp_path: Path) -> None:
    found = results(no_go, tmp_path)

    def opening(name: str, side: str) -> str:
        return str(named(found, name, side)["statusDetails"]["message"]).partition(".")[0]

    assert opening("Rent totals agree to the penny", "candidate") == "New with the upgrade"
    assert opening("The ledger's heading is spelt correctly", "candidate") == "Already happens today"
    assert opening("The ledger's heading is spelt correctly", "baseline") == "Fails on the version in use"
    assert opening("The home page settles", "candidate") == "In doubt"


def test_only_what_is_new_counts_against_the_upgrade(no_go: Dossier, tmp_path: Path) -> None:
    found = results(no_go, tmp_path)
    xss = named(found, "Reflected cross-site scripting in the search", "candidate")
    cookie = named(found, "The session cookie is sent without a SameSite attribute", "candidate")
    assert "known" not in xss["statusDetails"]
    assert cookie["statusDetails"]["known"] is True
    assert label(xss, "severity") == "critical"


def test_a_journey_that_became_slower_fails_with_the_reason(no_go: Dossier, tmp_path: Path) -> None:
    found = named(results(no_go, tmp_path), "The journey “Rent search” was driven", "candidate")
    assert found["status"] == "failed"
    assert "256 ms instead of 180 ms" in found["statusDetails"]["message"]
    assert {"name": "range", "value": "50% to 54% slower"} in found["parameters"]
    assert any("1,204 samples" in step["name"] for step in found["steps"])


def test_the_decision_is_a_result_with_a_step_for_each_criterion(
    any_dossier: Dossier, tmp_path: Path
) -> None:
    found = next(each for each in results(any_dossier, tmp_path) if each["name"] == "Acceptance decision")
    assert len(found["steps"]) == len(any_dossier.verdict.judgements)
    expected = {"GO": "passed", "GO_WITH_CONDITIONS": "failed", "NO_GO": "failed", "INCONCLUSIVE": "broken"}
    assert found["status"] == expected[any_dossier.verdict.decision]


def test_broken_result_files_are_told_of_and_stop_nothing(no_go: Dossier, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(no_go.folder, folder)
    raw = folder / "runs/uat.candidate/raw/allure-results"
    (raw / "0-result.json").write_text('{"name": "half')
    (raw / "1-result.json").write_text('{"name": 7}')
    (raw / "2-container.json").write_text("[]")
    (raw / "3-result.json").write_bytes(b"\xff\xfe")
    found = results(replace(no_go, folder=folder), tmp_path / "out")
    decision = next(each for each in found if each["name"] == "Acceptance decision")
    note = decision["attachments"][-1]
    text = (tmp_path / "out/allure-results" / note["source"]).read_text()
    assert text.count("could not be read") == 3


def test_an_attachment_outside_the_tools_folder_is_not_taken(no_go: Dossier, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(no_go.folder, folder)
    (folder / "secret.txt").write_text("secret")
    raw = folder / "runs/uat.candidate/raw/allure-results"
    (raw / "link.txt").symlink_to(folder / "secret.txt")
    attachments = [
        {"name": "a", "source": "../../../../secret.txt", "type": "text/plain"},
        {"name": "b", "source": str(folder / "secret.txt"), "type": "text/plain"},
        {"name": "c", "source": "link.txt", "type": "text/plain"},
        {"name": "d", "source": "missing.txt", "type": "text/plain"},
    ]
    result = {"name": "Climbs out", "uuid": "u", "status": "passed", "attachments": attachments}
    (raw / "u-result.json").write_text(json.dumps(result))
    found = results(replace(no_go, folder=folder), tmp_path / "out")
    assert "attachments" not in named(found, "Climbs out", "candidate")
    for path in (tmp_path / "out/allure-results").iterdir():
        assert b"secret" not in path.read_bytes()


def test_hostile_results_are_cut_cleaned_and_kept_from_running(no_go: Dossier, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(no_go.folder, folder)
    raw = folder / "runs/uat.candidate/raw/allure-results"
    (raw / "page-attachment.html").write_text("<script>alert(1)</script>")
    deep: dict[str, Any] = {"name": "bottom"}
    for _ in range(200):
        deep = {"name": "step", "steps": [deep]}
    result = {
        "name": "\x1b[31m" + "N" * 100_000,
        "uuid": "../../evil",
        "status": "failed",
        "statusDetails": {"message": "M" * 5_000_000, "trace": "T" * 5_000_000},
        "descriptionHtml": "<script>alert(2)</script>",
        "steps": [deep, *({"name": "s"} for _ in range(5_000))],
        "attachments": [{"name": "page", "source": "page-attachment.html", "type": "text/html"}],
        "links": [{"name": "x", "url": "javascript:alert(3)"}, {"name": "y", "url": "https://example.org/"}],
        "labels": [{"name": "ALLURE_ID", "value": "1"}, {"name": "host", "value": "machine-name"}],
    }
    (raw / "evil-result.json").write_text(json.dumps(result))
    found = results(replace(no_go, folder=folder), tmp_path / "out")
    evil = next(each for each in found if each["name"].startswith("NNN"))
    assert len(json.dumps(evil)) < 100_000
    assert "descriptionHtml" not in evil
    assert [each["url"] for each in evil["links"]] == ["https://example.org/"]
    assert evil["attachments"][0]["type"] == "text/plain"
    assert {each["name"] for each in evil["labels"]}.isdisjoint({"ALLURE_ID"})
    assert "machine-name" not in json.dumps(evil)
    assert not (tmp_path / "evil-result.json").exists()


def test_running_it_again_leaves_nothing_of_the_time_before(no_go: Dossier, tmp_path: Path) -> None:
    first = write_results(replace(no_go, published=tmp_path)).path
    (first / "stale-result.json").write_text("{}")
    before = {path.name: path.read_bytes() for path in first.iterdir() if path.name != "stale-result.json"}
    second = write_results(replace(no_go, published=tmp_path)).path
    assert {path.name: path.read_bytes() for path in second.iterdir()} == before


def test_environment_properties_are_ascii_and_survive_any_name(hostile: Dossier) -> None:
    text = properties(hostile)
    assert text.isascii()
    assert all(" = " in line for line in text.splitlines())
    assert "In\\ use\\ today = 8.1 (in use today)" in text


def test_every_category_has_its_own_opening() -> None:
    patterns = [category.messageRegex for category in CATEGORIES]
    assert len(set(patterns)) == len(patterns)


def test_without_allure_the_results_stay_and_the_reason_is_said(
    no_go: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_allure", lambda: None)
    done = AllureReport().publish(replace(no_go, published=tmp_path))
    assert done.problem == NO_TOOL
    assert done.files == ("allure-results/",)
    assert len(list((tmp_path / "allure-results").glob("*-result.json"))) > 50


def test_a_sealed_page_can_load_nothing_from_anywhere() -> None:
    page = b"<!DOCTYPE html><html><head>\n<title>x</title></head><body></body></html>"
    sealed = seal(page)
    assert b"default-src 'none'" in sealed
    assert b"http:" not in sealed
    assert b"https:" not in sealed
    assert sealed.index(b"Content-Security-Policy") < sealed.index(b"<title>")


def test_sides_of_a_pytest_result_find_their_check_without_a_label(no_go: Dossier, tmp_path: Path) -> None:
    key = "regression:test_pages:test_role_opens_page[repairs clerk]"
    failed = CheckResult(
        key=key, status=CheckStatus.FAILED, title="Each role opens its own pages", message="No page."
    )
    runs = tuple(
        msgspec.structs.replace(run, observations=(*run.observations, failed))
        if run.header.stage == "regression" and run.header.side is Side.CANDIDATE
        else run
        for run in no_go.runs
    )
    found = results(replace(no_go, runs=runs), tmp_path)
    same = [each for each in found if label(each, "gonogo-key") == key and label(each, "side") == "candidate"]
    assert len(same) == 1
    assert same[0]["statusDetails"]["message"] == "New with the upgrade. No page."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("test_x", "test_x"),
        ("test_x[admin]", "test_x[admin]"),
        ("test_x[chromium]", "test_x"),
        ("test_x[chromium-admin]", "test_x[admin]"),
        ("test_x[admin-chromium]", "test_x[admin]"),
        ("test_x[admin-]", "test_x[admin]"),
        ("test_x[chromium plated]", "test_x[chromium plated]"),
    ],
)
def test_the_browser_is_no_part_of_a_checks_name(name: str, shown: str) -> None:
    assert _without_browser(name) == shown


def test_fixtures_that_tell_nothing_are_left_out(no_go: Dossier, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(no_go.folder, folder)
    raw = folder / "runs/regression.candidate/raw/allure-results"
    (raw / "trace-attachment.txt").write_text("what the fixture kept")
    attachment = {"name": "kept", "source": "trace-attachment.txt", "type": "text/plain"}
    fixture = {"name": "page", "status": "passed", "attachments": [attachment]}
    (raw / "a-container.json").write_text(json.dumps({"uuid": "a", "children": ["b"], "afters": [fixture]}))
    broken = {"name": "database", "status": "broken"}
    (raw / "c-container.json").write_text(json.dumps({"uuid": "c", "children": ["b"], "befores": [broken]}))
    results(replace(no_go, folder=folder), tmp_path / "out")
    kept = list((tmp_path / "out/allure-results").glob("*-container.json"))
    assert len(kept) == 2
