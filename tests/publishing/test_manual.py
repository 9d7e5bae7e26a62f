"""What people walked by hand, as the reports show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.bundles import AT, Bundle, passed

from gonogo.engine.gate import judge_folder
from gonogo.model import CheckStatus, Decision, ManualStep, PlannedCheck, Priority, Side
from gonogo.publishing.allure import write_results
from gonogo.publishing.base import Dossier
from gonogo.publishing.report import HtmlReport

KEY = "uat:letters:Print a statement"


def dossier(tmp_path: Path, weight: Priority = Priority.MUST, **fields: Any) -> Dossier:
    """A run that is a GO but for one manual must-have; with fields, somebody walked it."""
    bundle = Bundle(["uat"])
    check = PlannedCheck(
        key=KEY,
        stage="uat",
        title="Print a statement",
        priority=weight,
        is_manual=True,
        sides=(Side.CANDIDATE,),
        steps=(ManualStep(action="I print it"),),
    )
    plan = bundle.plans["uat"]
    bundle.plans["uat"] = msgspec.structs.replace(plan, checks=(*plan.checks, check))
    if fields:
        said: dict[str, Any] = {"testers": ("A. Tester",), "detail": "1. pass: I print it", **fields}
        bundle.set("uat", Side.CANDIDATE, passed(KEY, **said))
    return judge_folder(bundle.write(tmp_path / "reports"), generated_at=AT)[1]


def page(found: Dossier) -> str:
    found.published.mkdir(exist_ok=True)
    HtmlReport().publish(found)
    return (found.published / "report.html").read_text(encoding="utf-8")


def allure(found: Dossier) -> list[dict[str, Any]]:
    folder = write_results(found).path
    read = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*-result.json"))]
    return [each for each in read if each["name"] == "Print a statement"]


def test_a_test_walked_with_success_lets_the_upgrade_go_and_names_the_tester(tmp_path: Path) -> None:
    found = dossier(tmp_path, status=CheckStatus.PASSED)
    assert found.verdict.decision is Decision.GO
    text = page(found)
    assert "Passed, by hand: A. Tester" in text
    assert "Not asked" in text
    assert "1 of 1 tests by hand have a result on the upgraded version." in text


def test_a_failure_found_by_hand_is_a_no_go_that_does_not_claim_it_works_today(tmp_path: Path) -> None:
    found = dossier(tmp_path, status=CheckStatus.FAILED, message="It was grey (step 1, A. Tester)")
    assert found.verdict.decision is Decision.NO_GO
    text = page(found)
    assert "It was grey" in text
    assert "1 check walked by hand fails on the upgrade" in text
    assert "works today and fails" not in text.split("Must-haves")[0]


def test_what_nobody_walked_is_told_and_is_no_go_ahead(tmp_path: Path) -> None:
    found = dossier(tmp_path)
    assert found.verdict.decision is Decision.INCONCLUSIVE
    assert "Nobody has walked it by hand on 8.2" in page(found)


@pytest.mark.parametrize(
    ("weight", "decision"),
    [(Priority.SHOULD, Decision.INCONCLUSIVE), (Priority.COULD, Decision.GO_WITH_CONDITIONS)],
)
def test_the_less_it_matters_the_less_it_holds_up(
    tmp_path: Path, weight: Priority, decision: Decision
) -> None:
    assert dossier(tmp_path, weight).verdict.decision is decision


def test_what_was_walked_on_another_build_is_told(tmp_path: Path) -> None:
    said = "It was walked on Meridian Housing 8.1.9, not on Meridian Housing 8.2."
    found = dossier(tmp_path, status=CheckStatus.SKIPPED, message=said)
    assert found.verdict.decision is Decision.INCONCLUSIVE
    assert said in page(found)


@pytest.mark.parametrize("status", [CheckStatus.PASSED, CheckStatus.FAILED])
def test_allure_marks_it_as_manual_with_the_testers_name_on_the_upgrade_alone(
    tmp_path: Path, status: CheckStatus
) -> None:
    (result,) = allure(dossier(tmp_path, status=status, message="x" if status is CheckStatus.FAILED else ""))
    assert result["status"] == status.value
    assert {"name": "ALLURE_MANUAL", "value": "true"} in result["labels"]
    assert {"name": "tester", "value": "A. Tester"} in result["parameters"]
    assert result["description"] == "1. pass: I print it"


def test_a_testers_name_and_words_are_text_in_every_report(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\x1b[31m\u202e"
    bundle_fields: dict[str, Any] = {
        "status": CheckStatus.FAILED,
        "message": hostile,
        "detail": hostile,
        "testers": (hostile,),
    }
    found = dossier(tmp_path, **bundle_fields)
    text = page(found)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    (result,) = allure(found)
    assert "\x1b" not in json.dumps(result, ensure_ascii=False)
