from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from gonogo.model import Blame, Change, Side, StageStatus
from gonogo.publishing.base import Dossier
from gonogo.publishing.sarif import SarifReport, log

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema.Draft4Validator(
        json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    )


def results(dossier: Dossier) -> dict[str, dict[str, Any]]:
    return {
        result["message"]["text"].split("\n")[0]: result
        for run in log(dossier)["runs"]
        for result in run["results"]
    }


@pytest.mark.parametrize("name", ["go", "no_go", "conditions", "inconclusive", "hostile"])
def test_it_keeps_to_the_official_schema(name: str, schema: Any, request: pytest.FixtureRequest) -> None:
    errors = [error.message for error in schema.iter_errors(log(request.getfixturevalue(name)))]
    assert errors == []


def test_the_schema_would_have_said_so(schema: Any, no_go: Dossier) -> None:
    wrong = log(no_go)
    wrong["runs"][0]["results"][0]["baselineState"] = "nearly new"
    assert not schema.is_valid(wrong)


def test_each_scanner_has_a_run_of_its_own_also_one_that_found_nothing(go: Dossier) -> None:
    names = {run["tool"]["driver"]["name"]: len(run["results"]) for run in log(go)["runs"]}
    assert names == {"axe": 2, "bandit": 0, "wapiti": 1}


def test_new_old_and_mended_findings_are_told_apart(no_go: Dossier) -> None:
    states = {text: result["baselineState"] for text, result in results(no_go).items()}
    assert states["Reflected cross-site scripting in the search."] == "new"
    assert states["The session cookie is sent without a SameSite attribute."] == "unchanged"
    assert states["Grey text on the letters page is hard to read."] == "absent"


def test_a_finding_that_got_worse_is_updated(no_go: Dossier) -> None:
    differences = tuple(
        msgspec.structs.replace(each, change=Change.REGRESSED, blame=Blame.CANDIDATE)
        if each.key == "security:wapiti:cookie-samesite"
        else each
        for each in no_go.comparison.differences
    )
    worse = replace(no_go, comparison=msgspec.structs.replace(no_go.comparison, differences=differences))
    found = results(worse)["The session cookie is sent without a SameSite attribute."]
    assert found["baselineState"] == "updated"


def test_a_side_that_was_not_scanned_neither_opens_nor_closes_anything(no_go: Dossier) -> None:
    differences = tuple(
        msgspec.structs.replace(each, change=Change.NOT_COMPARABLE, blame=Blame.ENVIRONMENT)
        for each in no_go.comparison.differences
    )
    blind = replace(no_go, comparison=msgspec.structs.replace(no_go.comparison, differences=differences))
    assert all("baselineState" not in result for result in results(blind).values())


def test_a_scan_that_did_not_finish_is_not_a_success(inconclusive: Dossier) -> None:
    runs = tuple(
        msgspec.structs.replace(
            run,
            header=msgspec.structs.replace(
                run.header, status=StageStatus.TIMED_OUT, reason="The scan took longer than 45 seconds."
            ),
        )
        if run.header.stage == "security" and run.header.side is Side.CANDIDATE
        else run
        for run in inconclusive.runs
    )
    for run in log(replace(inconclusive, runs=runs))["runs"]:
        invocation = run["invocations"][0]
        assert invocation["executionSuccessful"] is False
        assert "took longer than 45 seconds" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_fingerprints_rest_on_the_key_alone(no_go: Dossier) -> None:
    first, second = (
        results(no_go),
        results(replace(no_go, run_id="another", generated_at="2027-01-01T00:00:00Z")),
    )
    assert {text: each["partialFingerprints"] for text, each in first.items()} == {
        text: each["partialFingerprints"] for text, each in second.items()
    }
    marks = [each["partialFingerprints"]["gonogo/v1"] for each in first.values()]
    assert len(marks) == len(set(marks))


def test_places_are_files_or_routes_without_host(no_go: Dossier) -> None:
    found = results(no_go)
    code = found["A query is put together from text."]["locations"][0]
    page = found["Reflected cross-site scripting in the search."]["locations"][0]
    assert code["physicalLocation"]["artifactLocation"] == {"uri": "custom/arrears_feed.py"}
    assert page["physicalLocation"]["artifactLocation"] == {"uri": "search", "uriBaseId": "TARGET"}


def test_hostile_text_is_capped_and_holds_no_control_characters(hostile: Dossier, tmp_path: Path) -> None:
    SarifReport().publish(replace(hostile, published=tmp_path))
    data = (tmp_path / "findings.sarif").read_bytes()
    assert len(data) < 50_000
    assert b"\x1b" not in data
    assert b"\\u001b" not in data
