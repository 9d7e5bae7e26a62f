"""Every sentence of the library, in a real browser, on a small system: right, wrong, and not checkable."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import parse
import pytest
from behave.matchers import ParseMatcher
from behave.parser import parse_file
from tests.stages.uat_harness import Harness, by_key
from tests.steps.site import PASSWORD, serving
from tests.steps.site_files import make_home

from gonogo.job import BrowserToUse, JobUser
from gonogo.model import (
    Api,
    ApiSignIn,
    BatchCommand,
    CheckResult,
    CheckStatus,
    Database,
    Side,
    SignIn,
    StageStatus,
)
from gonogo.setup.browser import find_browser
from gonogo.stages.base import StageOutcome
from gonogo.steps.all import SENTENCES

PACK = Path(__file__).parent / "uat_packs" / "sentences"


@pytest.fixture(scope="module")
def browser_to_use() -> BrowserToUse:
    found = find_browser()
    if found is None:
        pytest.fail("These tests need a browser; `gonogo doctor` says how to get one.")
    return BrowserToUse(
        path=str(found.path), kind=found.kind, version=found.version, arguments=found.launch_args
    )


@pytest.fixture(scope="module")
def harness(browser_to_use: BrowserToUse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    folder = tmp_path_factory.mktemp("sentences")
    with serving() as url:
        yield Harness(
            root=PACK,
            out=folder / "run",
            url=url,
            home=make_home(folder / "home"),
            browser=browser_to_use,
            timeout_s=240,
            options={
                "pages": {"home page": "/"},
                "workers": max(1, (os.cpu_count() or 2) // 2),
                "share": "scenarios",
                "step_timeout_s": 4.0,
            },
            users=(
                JobUser(role="clerk", username="cora", password_variable="GONOGO_PASSWORD_CLERK"),
                JobUser(role="manager", username="max", password_variable="GONOGO_PASSWORD_MANAGER"),
            ),
            secrets={"GONOGO_PASSWORD_CLERK": PASSWORD, "GONOGO_PASSWORD_MANAGER": PASSWORD},
            upgrade={
                "sign_in": SignIn(path="/login", success_text="Sign out", sign_out_button="Sign out"),
                "api": Api(
                    base="/api", sign_in=ApiSignIn.TOKEN, token_path="/api/token", openapi="/api/openapi.json"
                ),
                "batch": {
                    "charge": BatchCommand(
                        command=("{python}", "{home}/charge.py", "{home}", "{date}"), output="charged-*.csv"
                    ),
                    "sleep": BatchCommand(
                        command=("{python}", "-c", "import time; time.sleep(30)"), timeout_s=1.0
                    ),
                    "version": BatchCommand(command=("{python}", "-c", "print('{version}')")),
                },
                "databases": {"parish": Database(url="sqlite:///{home}/parish.db")},
            },
        )


@pytest.fixture(scope="module")
def outcome(harness: Harness) -> StageOutcome:
    plan, outcomes = harness.run()
    assert plan.problem == ""
    assert not [check for check in plan.checks if check.note], "every step of the pack is defined"
    return outcomes[Side.BASELINE]


def scenarios(name: str) -> list[str]:
    return [
        str(scenario.name) for scenario in parse_file(str(PACK / "features" / f"{name}.feature")).scenarios
    ]


def result(outcome: StageOutcome, file: str, name: str) -> CheckResult:
    return by_key(outcome)[f"uat:{file}:{name}"]


@pytest.mark.slow
def test_the_pack_ran_to_its_end(outcome: StageOutcome) -> None:
    assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", scenarios("right"))
def test_what_is_right_passes(outcome: StageOutcome, name: str) -> None:
    found = result(outcome, "right", name)
    assert found.status is CheckStatus.PASSED, found.detail


@pytest.mark.slow
@pytest.mark.parametrize("name", scenarios("wrong"))
def test_what_is_wrong_fails_and_says_what_was_seen(outcome: StageOutcome, name: str) -> None:
    found = result(outcome, "wrong", name)
    assert found.status is CheckStatus.FAILED, found.detail
    assert name.removesuffix(".") in found.message


@pytest.mark.slow
@pytest.mark.parametrize("name", scenarios("broken"))
def test_what_cannot_be_checked_is_broken_and_says_why(outcome: StageOutcome, name: str) -> None:
    found = result(outcome, "broken", name)
    assert found.status is CheckStatus.BROKEN, found.detail
    assert name.removesuffix(".") in found.message


@pytest.mark.slow
def test_a_failure_in_the_browser_keeps_a_picture_the_text_and_the_page(
    harness: Harness, outcome: StageOutcome
) -> None:
    name = 'Expected the heading "Forms", but it is "Form" (GET /form).'
    found = result(outcome, "wrong", name)
    kept = {Path(path).name: harness.out / "uat.baseline" / path for path in found.artefacts}
    assert set(kept) == {"page.png", "page.txt", "page.html"}
    assert kept["page.png"].read_bytes().startswith(b"\x89PNG")
    assert "Remarks" in kept["page.txt"].read_text(encoding="utf-8")
    assert found.where == "GET /form"


@pytest.mark.slow
def test_nothing_is_kept_of_a_scenario_that_passes(outcome: StageOutcome) -> None:
    assert not [r.key for r in by_key(outcome).values() if r.status is CheckStatus.PASSED and r.artefacts]


@pytest.mark.slow
def test_a_failure_at_an_interface_keeps_the_answer(harness: Harness, outcome: StageOutcome) -> None:
    name = 'Expected the answer 200, but it is 401: {"error": "sign in"} (GET /api/accounts/A2).'
    found = result(outcome, "wrong", name)
    (path,) = found.artefacts
    assert '{"error": "sign in"}' in (harness.out / "uat.baseline" / path).read_text(encoding="utf-8")


@pytest.mark.slow
def test_no_password_stands_in_anything_that_was_kept(harness: Harness, outcome: StageOutcome) -> None:
    assert outcome.observations
    holding = [
        str(path)
        for path in harness.out.rglob("*")
        if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]
    assert holding == []


# --- the library as a whole ----------------------------------------------------------------


def steps_of(name: str) -> list[str]:
    feature = parse_file(str(PACK / "features" / f"{name}.feature"))
    return [str(step.name) for scenario in feature.scenarios for step in scenario.steps]


def compiled(pattern: str) -> parse.Parser:
    return parse.compile(pattern, extra_types=ParseMatcher.TYPE_REGISTRY, case_sensitive=True)


@pytest.mark.parametrize("pattern", [sentence.pattern for sentence in SENTENCES])
def test_every_sentence_is_shown_to_hold_by_a_scenario_that_passes(pattern: str) -> None:
    assert any(compiled(pattern).parse(step) for step in steps_of("right")), pattern


def test_no_step_of_the_pack_has_two_meanings() -> None:
    parsers = {s.pattern: compiled(s.pattern) for s in SENTENCES}
    for step in {*steps_of("right"), *steps_of("wrong"), *steps_of("broken")}:
        meanings = [pattern for pattern, parser in parsers.items() if parser.parse(step)]
        assert len(meanings) <= 1, f"{step}: {meanings}"


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.pattern)
def test_every_sentence_says_what_it_means(sentence: object) -> None:
    summary = sentence.summary  # type: ignore[attr-defined]
    assert re.fullmatch(r"[A-Z`].{8,}\.", summary, re.DOTALL), summary
