"""JUnit and CTRF: what pipelines count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
from junitparser import JUnitXml

from gonogo.model import Change, Decision
from gonogo.publishing.base import Dossier
from gonogo.publishing.ctrf import CtrfReport, document
from gonogo.publishing.junit import DECISION_CASE, JunitReport, suites

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="module")
def ctrf_schema() -> Any:
    schema = json.loads((SCHEMAS / "ctrf.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def published(dossier: Dossier, tmp_path: Path) -> Path:
    assert JunitReport().publish(replace(dossier, published=tmp_path)).problem == ""
    return tmp_path / "junit.xml"


def test_one_suite_stands_for_each_stage_and_side(no_go: Dossier) -> None:
    names = [suite.get("name", "") for suite in suites(no_go)]
    assert len(names) == 5 * 2 + 1
    assert "Acceptance tests on 8.1 (in use today)" in names
    assert "Security tests on 8.2.0 (the upgrade)" in names


def test_the_last_test_case_is_the_decision(any_dossier: Dossier) -> None:
    assert list(suites(any_dossier).iter("testcase"))[-1].get("name") == DECISION_CASE


def test_nothing_is_red_exactly_when_the_decision_is_go(any_dossier: Dossier) -> None:
    root = suites(any_dossier)
    red = int(root.get("failures", "")) + int(root.get("errors", ""))
    assert (red == 0) == (any_dossier.verdict.decision is Decision.GO)


def test_a_go_stays_green_though_the_criteria_allowed_a_failure(no_go: Dossier) -> None:
    verdict = msgspec.structs.replace(no_go.verdict, decision=Decision.GO, judgements=())
    root = suites(replace(no_go, verdict=verdict))
    assert (root.get("failures"), root.get("errors")) == ("0", "0")
    assert any("The criteria allow this" in (each.get("message") or "") for each in root.iter("skipped"))


def test_what_already_fails_today_fails_nobodys_pipeline(go: Dossier) -> None:
    messages = [each.get("message", "") for each in suites(go).iter("skipped")]
    assert any(message.startswith("Already happens today: ") for message in messages)
    assert any(message.startswith("Fails on the version in use: ") for message in messages)


def test_what_gave_no_evidence_is_an_error_and_never_passes(inconclusive: Dossier) -> None:
    wanted = "Acceptance tests on 8.2.1 (the upgrade)"
    candidate = next(suite for suite in suites(inconclusive) if suite.get("name") == wanted)
    assert candidate.get("errors") == candidate.get("tests") == "7"
    texts = {each.get("message") for each in candidate.iter("error")}
    assert "Planned, but it did not run." in texts
    assert any(text and text.startswith("Ran nothing: no evidence.") for text in texts)


def test_counts_of_the_whole_are_sums_of_the_suites(any_dossier: Dossier) -> None:
    root = suites(any_dossier)
    for count in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(count, "")) == sum(int(suite.get(count, "")) for suite in root)
    assert int(root.get("tests", "")) == len(list(root.iter("testcase")))


def test_another_reader_of_junit_sees_the_same(no_go: Dossier, tmp_path: Path) -> None:
    read = JUnitXml.fromfile(str(published(no_go, tmp_path)))
    root = ET.parse(tmp_path / "junit.xml").getroot()
    assert (read.tests, read.failures, read.errors) == tuple(
        int(root.get(count, "")) for count in ("tests", "failures", "errors")
    )


def test_hostile_text_stays_text(hostile: Dossier, tmp_path: Path) -> None:
    path = published(hostile, tmp_path)
    data = path.read_bytes()
    assert b"<script" not in data
    assert b"\x1b" not in data
    assert len(data) < 200_000
    assert any("<script>" in (case.get("name") or "") for case in ET.parse(path).getroot().iter("testcase"))


def test_same_dossier_gives_the_same_bytes(no_go: Dossier, tmp_path: Path) -> None:
    first = published(no_go, tmp_path).read_bytes()
    assert published(no_go, tmp_path).read_bytes() == first


@pytest.mark.parametrize("name", ["go", "no_go", "conditions", "inconclusive", "hostile"])
def test_ctrf_keeps_to_its_schema(name: str, ctrf_schema: Any, request: pytest.FixtureRequest) -> None:
    errors = [error.message for error in ctrf_schema.iter_errors(document(request.getfixturevalue(name)))]
    assert errors == []


def test_the_schema_would_have_said_so(ctrf_schema: Any, go: Dossier) -> None:
    wrong = document(go)
    wrong["results"]["tests"][0]["status"] = "fine"
    assert not ctrf_schema.is_valid(wrong)


def test_ctrf_counts_add_up(any_dossier: Dossier) -> None:
    results = document(any_dossier)["results"]
    summary = results["summary"]
    assert summary["tests"] == len(results["tests"])
    assert summary["tests"] == sum(
        summary[status] for status in ("passed", "failed", "skipped", "pending", "other")
    )


def test_the_sides_of_a_check_have_different_identities_in_ctrf(no_go: Dossier) -> None:
    identities = [test["testId"] for test in document(no_go)["results"]["tests"]]
    assert len(identities) == len(set(identities))


def test_ctrf_is_written_for_reading(no_go: Dossier, tmp_path: Path) -> None:
    CtrfReport().publish(replace(no_go, published=tmp_path))
    written = json.loads((tmp_path / "ctrf.json").read_text(encoding="utf-8"))
    assert written["results"]["environment"]["extra"]["decision"] == "NO_GO"
    assert written["results"]["tests"][-1]["name"] == DECISION_CASE


def test_a_check_nobody_planned_is_listed_too(go: Dossier) -> None:
    plan = msgspec.structs.replace(go.plan, stages=go.plan.stages[:1])
    trimmed = replace(go, plan=plan)
    assert len(list(suites(trimmed))) == 3
    first = plan.stages[0]
    without = msgspec.structs.replace(plan, stages=(msgspec.structs.replace(first, checks=first.checks[1:]),))
    names = {case.get("name") for case in suites(replace(go, plan=without)).iter("testcase")}
    assert first.checks[0].title in names
    assert all(each.change is not Change.ADDED for each in go.comparison.differences)
