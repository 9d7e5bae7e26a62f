"""What happens around the sentences: a system that is down, traces, stopping, a browser that is not there."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.stages.uat_harness import Harness, by_key
from tests.steps.site import PASSWORD, serving

from gonogo.job import VARIABLE, BrowserToUse, JobUser
from gonogo.model import CheckStatus, Side, SignIn
from gonogo.model.errors import Interrupted
from gonogo.readers.passive import read_passive
from gonogo.readers.traffic import FILE, read_traffic, visited
from gonogo.setup.browser import find_browser

pytestmark = pytest.mark.slow

ENVIRONMENT = "from gonogo.steps.environment import *\n"
STEPS = "from gonogo.steps.all import *\n"
TWO = """
Feature: X
  Scenario: Right
    Given I am signed in as a clerk
    When I open "/accounts"
    Then the heading is "Accounts"

  Scenario: Wrong
    Given I am signed in as a clerk
    When I open "/accounts"
    Then the heading is "Something else"
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def harness(tmp_path: Path, url: str) -> Harness:
    features = tmp_path / "project" / "features"
    (features / "steps").mkdir(parents=True)
    (features / "environment.py").write_text(ENVIRONMENT)
    (features / "steps" / "all.py").write_text(STEPS)
    (features / "x.feature").write_text(TWO)
    found = find_browser()
    assert found is not None, "these tests need a browser; `gonogo doctor` says how to get one"
    return Harness(
        root=tmp_path / "project",
        out=tmp_path / "run",
        url=url,
        browser=BrowserToUse(path=str(found.path), kind=found.kind, arguments=found.launch_args),
        options={"step_timeout_s": 3.0},
        users=(JobUser(role="clerk", username="cora", password_variable="GONOGO_PASSWORD_CLERK"),),
        secrets={"GONOGO_PASSWORD_CLERK": PASSWORD},
        upgrade={"sign_in": SignIn(path="/login", success_text="Sign out", sign_out_button="Sign out")},
    )


def test_a_system_that_is_down_is_no_evidence_and_is_named(harness: Harness) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, but nobody listens
        harness.url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        _, outcomes = harness.run()
    results = by_key(outcomes[Side.BASELINE])
    assert {result.status for result in results.values()} == {CheckStatus.BROKEN}
    assert (
        "The system does not answer at the sign-in page: connection refused."
        in results["uat:x:Right"].message
    )


def test_a_trace_is_kept_of_a_failure_only_and_only_when_asked_for(harness: Harness) -> None:
    harness.options["trace"] = True
    _, outcomes = harness.run()
    results = by_key(outcomes[Side.BASELINE])
    assert results["uat:x:Right"].artefacts == ()
    kept = {Path(path).name: path for path in results["uat:x:Wrong"].artefacts}
    assert set(kept) == {"page.png", "page.txt", "page.html", "trace.zip"}
    trace = harness.out / "uat.baseline" / kept["trace.zip"]
    assert trace.read_bytes().startswith(b"PK")


def test_a_browser_that_cannot_start_breaks_every_scenario_that_needs_one(harness: Harness) -> None:
    assert harness.browser is not None
    harness.browser = BrowserToUse(path="/nowhere/browser", kind="none")
    started = time.monotonic()
    _, outcomes = harness.run()
    results = by_key(outcomes[Side.BASELINE])
    assert {result.status for result in results.values()} == {CheckStatus.BROKEN}
    assert "The browser could not be started" in results["uat:x:Right"].message
    assert time.monotonic() - started < 30


def test_a_test_user_whose_password_changed_is_evidence_about_the_system(harness: Harness) -> None:
    harness.secrets = {"GONOGO_PASSWORD_CLERK": "no longer right"}
    _, outcomes = harness.run()
    results = by_key(outcomes[Side.BASELINE])
    assert {result.status for result in results.values()} == {CheckStatus.FAILED}
    assert "could not sign in. The page said: There is a problem" in results["uat:x:Right"].message


def test_stopping_leaves_no_browser_behind(harness: Harness) -> None:
    (harness.root / "features" / "x.feature").write_text(
        'Feature: X\n  Scenario: A\n    Given I am signed in as a clerk\n    When I open "/accounts"\n'
        '  Scenario: B\n    Given I am signed in as a clerk\n    Then within 100 seconds I see "never"\n'
    )
    plan = harness.plan()
    results = harness.raw() / "results.jsonl"

    def stop_when_the_first_has_ended() -> None:
        until = time.monotonic() + 40
        while time.monotonic() < until and not (results.exists() and results.stat().st_size):
            time.sleep(0.05)
        time.sleep(0.5)
        harness.stop.request()

    threading.Thread(target=stop_when_the_first_has_ended).start()
    with pytest.raises(Interrupted):
        harness.run(plan=plan)
    until = time.monotonic() + 5
    while ours(harness) and time.monotonic() < until:
        time.sleep(0.1)
    assert ours(harness) == []
    assert '"uat:x:A"' in results.read_text()


def ours(harness: Harness) -> list[str]:
    """Processes that were started for this job, wherever they hang in the tree of processes."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(VARIABLE) == str(harness.raw() / "job.json"):
                found.append(" ".join(process.cmdline()[:2]))
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def test_both_sides_are_kept_apart(harness: Harness) -> None:
    harness.workers = 2
    _, outcomes = harness.run(Side.BASELINE, Side.CANDIDATE)
    for side in (Side.BASELINE, Side.CANDIDATE):
        statuses = {key: result.status for key, result in by_key(outcomes[side]).items()}
        assert statuses == {"uat:x:Right": CheckStatus.PASSED, "uat:x:Wrong": CheckStatus.FAILED}
        artefacts = by_key(outcomes[side])["uat:x:Wrong"].artefacts
        assert all((harness.out / f"uat.{side}" / path).is_file() for path in artefacts)


ELSEWHERE = """
Feature: X
  Scenario: A payment
    Given I am signed in as a clerk
    When I open "/form?for=Agnes"
    And I press "Save"
    And I ask the API for "/api/accounts?who=Agnes"
"""


def test_what_a_scenario_is_shown_is_recorded_without_anybodys_data(harness: Harness) -> None:
    (harness.root / "features" / "x.feature").write_text(ELSEWHERE)
    harness.run()
    written = (harness.raw() / FILE).read_bytes()
    traffic = read_traffic(written)
    seen = {f"{each.method} {each.path} {each.status}": each for each in traffic.answers}
    assert {"GET /login 200", "POST /login 302", "GET /form 200", "POST /form 200"} <= set(seen)
    assert seen["GET /form 200"].names == ("for",)
    cookies = dict(seen["POST /login 302"].headers)["set-cookie"]
    assert cookies == "session=removed; HttpOnly"
    assert not any(word in written for word in (b"Agnes", PASSWORD.encode(), b"token-1"))
    rules = {name: {f.rule for f in read_passive([each.answer])} for name, each in seen.items()}
    assert "zap:10202" in rules["GET /form 200"]  # a form without a token, of which no body is kept
    assert "zap:10202" not in rules["GET /login 200"]
    assert any(name.startswith("GET /api/accounts") for name in seen)
    assert "/form?for=" in visited(traffic.answers)
