"""What we take for granted of ZAP, asked of the real one: its core and add-ons from the package registry.

No rules for scanning are published there, which makes it the genuine case of a scanner that starts, spiders,
answers, and would find nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml  # type: ignore[import-untyped]  # it comes with bandit
from tests.guard.outside import outside_of
from tests.stages.security.support import QUICK, message, run_stage, served, statuses
from tests.stages.security.zap_from_central import assemble

from gonogo.config.stage_options.security import ZapOptions
from gonogo.guard import Guard, Origin, Policy
from gonogo.model import ReasonCode, Side, StageStatus
from gonogo.model.errors import ToolError
from gonogo.processes import Stop
from gonogo.readers.site_map import Place, link_place
from gonogo.readers.zap_rules import ZapLock
from gonogo.setup import Tool
from gonogo.stages.security.plans import filled_plan, plan_problems
from gonogo.stages.security.zap_client import ZapClient
from gonogo.stages.security.zap_daemon import ZapDaemon
from gonogo.stages.security.zap_plan import plan_as_run
from gonogo.stages.security.zap_starting import installed

pytestmark = [pytest.mark.network, pytest.mark.slow]
PLAN = """env:
  contexts:
    - name: ours
      urls: ["{url}"]
  parameters: {failOnError: true, progressToStdout: false}
jobs:
  - type: spider
    parameters: {context: ours, url: "{url}/signin", maxDuration: 1}
"""
OPTIONS = ZapOptions(start_s=180, heap_mb=512)


@pytest.fixture(scope="module")
def zap(request: pytest.FixtureRequest) -> Tool:
    """A real ZAP on this machine's disk."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("needs Maven and Java")
    try:
        jar = assemble(Path(request.config.cache.mkdir("real-zap")))
    except subprocess.SubprocessError as error:
        pytest.skip(f"the package registry cannot be reached: {error}")
    return Tool(name="zap", path=jar, version="2.17.0", how="for the test")


@pytest.fixture(scope="module")
def running(zap: Tool) -> Iterator[tuple[ZapDaemon, ZapClient]]:
    daemon, client = ZapDaemon.start(partial(installed, zap, OPTIONS), OPTIONS, Stop())
    try:
        yield daemon, client
    finally:
        daemon.end(client)


def zaps() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if "-daemon" in p.cmdline()]


def test_it_starts_answers_and_keeps_its_key_to_itself(running: tuple[ZapDaemon, ZapClient]) -> None:
    _, client = running
    assert client.version() == "2.17.0"
    assert {add_on["id"] for add_on in client.add_ons()} >= {"network", "spider", "automation"}
    stranger = ZapClient(client.address, "not-the-key")
    # It hangs up without a word, which is why the advice of the error names the key.
    with pytest.raises(ToolError, match="Connection aborted") as refused:
        stranger.version()
    assert "its key is right" in refused.value.remedy
    assert not any("api.key" in word for process in zaps() for word in process.cmdline())


def test_its_spider_goes_through_the_guard_and_nowhere_else(running: tuple[ZapDaemon, ZapClient]) -> None:
    _, client = running
    with served("redirect") as target, outside_of(int(target.url.rpartition(":")[2])) as outside:
        with Guard(Policy(origins=(Origin.of(target.url),))) as guard:
            context = client.prepare(
                context="contract", pattern=f"{target.url}.*", skipped=f"{target.url}/x.*"
            )
            client.go_through("127.0.0.1", guard.port, "gonogo", guard.secret)
            number = client.start_spider(f"{target.url}/signin", "contract")
            Stop().wait(0.5)
            while not all(scan["state"] == "FINISHED" for scan in client.spider_scans()):
                Stop().wait(0.5)
            client.go_direct()
            passage = guard.passage()
        assert (context.isdigit(), number.isdigit()) == (True, True)
        assert passage.requests
        assert outside.arrived == []


def test_a_plan_is_run_through_the_guard_and_its_errors_are_told(
    running: tuple[ZapDaemon, ZapClient], tmp_path: Path
) -> None:
    _, client = running
    said: list[tuple[dict[str, Any], int]] = []
    with served() as target, Guard(Policy(origins=(Origin.of(target.url),))) as guard:
        client.prepare(context="plan", pattern=f"{target.url}.*", skipped=f"{target.url}/x.*")
        client.go_through("127.0.0.1", guard.port, "gonogo", guard.secret)
        for plan in (PLAN, PLAN.replace("{url}", "http://127.0.0.1:9")):
            before = guard.requests
            file = tmp_path / "zap.yaml"
            file.write_text(filled_plan(plan, target.url), encoding="utf-8")
            number = client.run_plan(str(file))
            while not client.plan_progress(number)["finished"]:
                Stop().wait(0.5)
            said.append((client.plan_progress(number), guard.requests - before))
        client.go_direct()
    (whole, sent), (failed, idle) = said
    assert plan_problems(whole, requests=sent) == []
    assert plan_problems(failed, requests=idle)


def test_the_plan_that_is_kept_is_one_the_framework_takes_without_a_remark(
    running: tuple[ZapDaemon, ZapClient], tmp_path: Path
) -> None:
    _, client = running
    lock = ZapLock(version="2.17.0", add_ons=(), active=(), passive=(), digest="")
    form = '<form method="post" action="/signin"><input type="hidden" name="csrf_token" value="x"></form>'
    places = [link_place("/tenants"), Place(method="POST", path="/signin", route="/signin", form=form)]
    with served() as target, Guard(Policy(origins=(Origin.of(target.url),))) as guard:
        client.prepare(context="other", pattern=f"{target.url}.*", skipped=f"{target.url}/x.*")
        client.go_through("127.0.0.1", guard.port, "gonogo", guard.secret)
        text = plan_as_run(target.url, places, lock, refused_paths=("^/admin", "passw(or)?d"), minutes=1)
        # The add-on of the passive jobs is not published where this ZAP comes from.
        jobs = yaml.safe_load(text)
        jobs["jobs"] = [job for job in jobs["jobs"] if not job["type"].startswith("passiveScan-")]
        file = tmp_path / "zap-plan.yaml"
        file.write_text(json.dumps(jobs), encoding="utf-8")
        number = client.run_plan(str(file))
        while not client.plan_progress(number)["finished"]:
            Stop().wait(0.5)
        said = client.plan_progress(number)
        visited = set(guard.passage().visited)
        client.go_direct()
    assert [job["type"] for job in jobs["jobs"]] == ["requestor", "spider", "activeScan-policy", "activeScan"]
    assert (said["error"], said["warn"]) == ([], [])
    assert {"GET /tenants", "POST /signin"} <= visited


def test_it_says_whether_it_gets_to_the_guard(running: tuple[ZapDaemon, ZapClient]) -> None:
    _, client = running
    with served() as target:
        client.prepare(context="reach", pattern=f"{target.url}.*", skipped=f"{target.url}/x.*")
        with Guard(
            Policy(origins=(Origin.of(target.url),), pages={"/.gonogo/places": b"<html></html>"})
        ) as guard:
            client.go_through("127.0.0.1", guard.port, "gonogo", guard.secret)
            assert client.can_reach(f"{target.url}/.gonogo/places")
        assert not client.can_reach(f"{target.url}/.gonogo/places")
        client.go_direct()


def test_protected_mode_refuses_what_is_out_of_scope(running: tuple[ZapDaemon, ZapClient]) -> None:
    _, client = running
    client.prepare(context="protected", pattern="http://127.0.0.1:9/.*", skipped="http://127.0.0.1:9/x.*")
    with pytest.raises(ToolError, match="mode_violation"):
        client.start_spider("http://127.0.0.2:9/", "")


def test_alerts_are_read_page_by_page_and_an_error_is_no_answer(running: tuple[ZapDaemon, ZapClient]) -> None:
    _, client = running
    assert client.alerts("http://127.0.0.1:9") == []
    with pytest.raises(ToolError, match="does_not_exist"):
        client.attack_progress("99")


def test_a_zap_without_rules_is_no_scanner(
    zap: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gonogo.stages.security.choosing.find_zap", lambda: zap)
    options: dict[str, Any] = {"web": QUICK, "zap": {"start_s": 180, "heap_mb": 512}}
    with served() as target:
        outcome = run_stage(tmp_path, {Side.CANDIDATE: target.url}, **options)[Side.CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN)
    assert "no scan rules at all" in message(outcome, "security:web-scan")
    assert not statuses(outcome)["security:web-scan"].is_evidence
    assert outcome.tools[-1].version == "2.17.0"


def test_killing_it_is_noticed_and_ending_it_leaves_nothing(zap: Tool) -> None:
    daemon, client = ZapDaemon.start(partial(installed, zap, OPTIONS), OPTIONS, Stop())
    os.kill(daemon.process_id, signal.SIGKILL)
    psutil.Process(daemon.process_id).wait(20)
    with pytest.raises(ToolError, match="ended by itself"):
        daemon.check()
    with pytest.raises(ToolError):
        client.version()
    daemon.end(client)
    second, client = ZapDaemon.start(partial(installed, zap, OPTIONS), OPTIONS, Stop())
    assert second.process_id in {process.pid for process in zaps()}
    second.end(client)
    assert second.process_id not in {process.pid for process in zaps()}
