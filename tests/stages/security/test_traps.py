"""Every way to end in success without having looked. None of them passes."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml  # type: ignore[import-untyped]  # it comes with bandit
from tests.stages.security.fake_zap import KEY, fake_zap
from tests.stages.security.support import (
    PASSWORD,
    QUICK,
    SIGN_IN,
    findings,
    message,
    run_stage,
    served,
    statuses,
)

from gonogo.model import (
    CheckStatus,
    ReasonCode,
    Side,
    SignIn,
    StageStatus,
    TargetClass,
    ToolUsed,
    from_json,
)
from gonogo.model.errors import Interrupted
from gonogo.processes import Stop
from gonogo.readers.zap_rules import ZapLock
from gonogo.setup import Tool
from gonogo.stages.security.choosing import choose_engine

pytestmark = pytest.mark.slow
FAKE = Path(__file__).with_name("fake_wapiti.py")
CANDIDATE = Side.CANDIDATE


@pytest.fixture(scope="module")
def healthy() -> Iterator[str]:
    """Address of a target without faults."""
    with served() as one:
        yield one.url


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a program in wapiti's place that ends in success, having done as told."""
    program = tmp_path / "wapiti"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)

    def as_told(mode: str) -> None:
        monkeypatch.setenv("GONOGO_WAPITI", str(program))
        monkeypatch.setenv("FAKE_WAPITI", mode)

    return as_told


# --- signing in ---


def test_a_scanner_that_never_logged_in_is_no_evidence(healthy: str, tmp_path: Path) -> None:
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, password="wrong", web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN)
    assert "officer could not sign in" in outcome.reason
    found = statuses(outcome)
    assert found == {"security:sign-in": CheckStatus.BROKEN, "security:passive": CheckStatus.BROKEN}


def test_a_page_that_shows_a_stranger_the_same_proves_no_sign_in(tmp_path: Path) -> None:
    with served("open-to-all") as one:
        outcome = run_stage(tmp_path, {CANDIDATE: one.url}, web=QUICK)[CANDIDATE]
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert "cannot tell them apart" in outcome.reason
    assert statuses(outcome)["security:sign-in"] is CheckStatus.BROKEN


def test_a_sign_in_page_without_a_form_is_said(healthy: str, tmp_path: Path) -> None:
    how = SignIn(path="/health", success_text="Signed in as", check_path="/")
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, sign_in=how, web=QUICK)[CANDIDATE]
    assert outcome.status is StageStatus.ERRORED
    assert "shows no sign-in form" in outcome.reason


def test_a_sentinel_that_is_not_there_breaks_the_scan(healthy: str, tmp_path: Path, pretend: Any) -> None:
    pretend("whole")
    web = {**QUICK, "sentinels": ["/tenants", "/no-such-page"]}
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=web)[CANDIDATE]
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert "/no-such-page did not show" in outcome.reason
    assert "security:web-scan" not in statuses(outcome)


# --- the target ---


def test_a_dead_target_is_no_clean_target(tmp_path: Path) -> None:
    outcome = run_stage(tmp_path, {CANDIDATE: "http://127.0.0.1:9"}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.TARGET_DOWN)
    assert "security:web-scan" not in statuses(outcome)
    assert statuses(outcome)["security:passive"] is CheckStatus.BROKEN


@pytest.mark.parametrize("sign_in", [SIGN_IN, None])
def test_a_target_that_sends_people_to_another_host_is_not_followed_there(
    tmp_path: Path, sign_in: SignIn | None
) -> None:
    arrived: list[bytes] = []
    with served("moves-away") as one, socket.socket() as outside:
        outside.bind(("127.0.0.2", int(one.url.rpartition(":")[2])))
        outside.listen()
        outside.setblocking(False)
        outcome = run_stage(tmp_path, {CANDIDATE: one.url}, sign_in=sign_in, web=QUICK)[CANDIDATE]
        with contextlib.suppress(BlockingIOError):
            arrived.append(outside.accept()[0].recv(100))
    assert arrived == []
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert "security:web-scan" not in statuses(outcome)


# --- the scanner ---


def test_a_scanner_that_sent_nothing_is_empty(healthy: str, tmp_path: Path, pretend: Any) -> None:
    pretend("idle")
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    found = statuses(outcome)
    assert found["security:web-scan"] is CheckStatus.EMPTY
    assert found["security:sentinel:/tenants"] is CheckStatus.EMPTY
    assert "not a single request" in outcome.reason


def test_a_whole_scan_by_a_stand_in_passes_so_that_the_other_traps_mean_something(
    healthy: str, tmp_path: Path, pretend: Any
) -> None:
    pretend("whole")
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("some-modules", "planned modules did not run (redirect)"),
        ("cut", "it was cut short by time (xss)"),
        ("no-report", "and no report"),
    ],
)
def test_a_scan_with_parts_missing_is_no_evidence(
    healthy: str, tmp_path: Path, pretend: Any, mode: str, says: str
) -> None:
    pretend(mode)
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert outcome.reason_code is ReasonCode.SCAN_UNPROVEN
    assert not statuses(outcome)["security:web-scan"].is_evidence
    if mode != "no-report":
        assert says in message(outcome, "security:web-scan")


def test_no_scanner_at_all_is_said_and_the_rest_still_runs(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONOGO_WAPITI", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GONOGO_ZAP", str(tmp_path / "nowhere"))
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.UNAVAILABLE, ReasonCode.TOOL_UNAVAILABLE)
    assert statuses(outcome) == {
        "security:passive": CheckStatus.PASSED,
        "security:session": CheckStatus.PASSED,
        "security:probes": CheckStatus.PASSED,
    }
    assert findings(outcome)


def test_another_scanner_on_each_side_makes_both_not_comparable(
    tmp_path: Path, pretend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("whole")
    locks = iter(["sha256:" + "a" * 64, "sha256:" + "b" * 64])
    original = choose_engine

    def choose(*arguments: Any) -> Any:
        engine, reason = original(*arguments)
        kind = type(engine)
        monkeypatch.setattr(
            kind, "tool", property(lambda _self: ToolUsed(name="wapiti", version="3.2.3", lock=next(locks)))
        )
        return engine, reason

    monkeypatch.setattr("gonogo.stages.security.stage.choose_engine", choose)
    with served() as old, served() as new:
        outcomes = run_stage(tmp_path, {Side.BASELINE: old.url, CANDIDATE: new.url}, web=QUICK)
    for outcome in outcomes.values():
        assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.NOT_COMPARABLE)
        assert "not scanned alike" in outcome.reason
        assert statuses(outcome)["security:web-scan"] is CheckStatus.BROKEN
        assert not any(key.startswith("security:route:") for key in statuses(outcome))


def test_stopping_the_run_leaves_no_scanner_behind(healthy: str, tmp_path: Path, pretend: Any) -> None:
    pretend("hangs")
    stop = Stop()
    threading.Timer(2.0, stop.request).start()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        run_stage(tmp_path, {CANDIDATE: healthy}, stop=stop, web=QUICK)
    assert time.monotonic() - started < 12
    children = [child.cmdline() for child in psutil.Process().children(recursive=True) if child.is_running()]
    assert not [line for line in children if str(FAKE) in line]


# --- permission ---


@pytest.mark.parametrize(
    "changes",
    [{"target_class": TargetClass.LIVE}, {"target_class": None}, {"allows": ()}, {"authorisation": None}],
)
def test_an_attack_that_is_not_permitted_is_refused_and_looking_goes_on(
    tmp_path: Path, pretend: Any, changes: dict[str, Any]
) -> None:
    pretend("whole")
    with served() as old, served() as new:
        outcomes = run_stage(
            tmp_path, {Side.BASELINE: old.url, CANDIDATE: new.url}, changes={CANDIDATE: changes}, web=QUICK
        )
    for outcome in outcomes.values():
        assert (outcome.status, outcome.reason_code) == (StageStatus.REFUSED, ReasonCode.NOT_PERMITTED)
        assert statuses(outcome) == {
            "security:passive": CheckStatus.PASSED,
            "security:session": CheckStatus.PASSED,
        }
        assert "refused" in outcome.reason
    assert not (tmp_path / "runs" / "security.candidate" / "raw" / "guard.json").exists()


# --- ZAP ---


def zap_options(address: str, **more: Any) -> dict[str, Any]:
    return {"web": {**QUICK, **more}, "zap": {"address": address, "key": "env:ZAP_KEY"}}


ALERT = {
    "pluginId": "40012",
    "name": "Told",
    "risk": "High",
    "confidence": "Medium",
    "method": "GET",
    "param": "q",
    "evidence": f"Seen in full: {PASSWORD}",
}


@pytest.fixture(autouse=True)
def _zap_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZAP_KEY", KEY)


def test_a_zap_that_does_its_work_is_believed(tmp_path: Path) -> None:
    with served() as old, served("csp") as new, fake_zap() as zap:
        zap.alerts = [{**ALERT, "url": f"{one.url}/tenants"} for one in (old, new)]
        outcomes = run_stage(tmp_path, {Side.BASELINE: old.url, CANDIDATE: new.url}, **zap_options(zap.url))
    for outcome in outcomes.values():
        assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")
        assert [tool.name for tool in outcome.tools] == ["zap"]
        assert statuses(outcome)["security:web-scan"] is CheckStatus.PASSED
    assert zap.seen_keys == {KEY}
    assert "core/action/shutdown" not in zap.calls  # it was running before, and goes on
    assert zap.calls.count("network/action/setHttpProxyEnabled") == 4
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert KEY.encode() not in raw
    assert b"Seen in full" in raw
    assert PASSWORD.encode() not in raw
    found = [
        finding for outcome in outcomes.values() for finding in findings(outcome, "security:zap").values()
    ]
    assert [f.title for f in found if "Seen in full" in f.detail] == ["Told"] * 2
    assert not [f.title for f in found if PASSWORD in f.detail]
    # What the last answers show is waited for before the alerts are read.
    after = zap.calls[zap.calls.index("ascan/view/scanProgress") :]
    assert after[: after.index("alert/view/alerts")].count("pscan/view/recordsToScan") >= 2
    # What it was made of and what it was told to do is kept for others.
    raw_folder = tmp_path / "runs" / "security.candidate" / "raw"
    lock = from_json((raw_folder / "zap-lock.json").read_bytes(), ZapLock, source="zap-lock.json")
    assert lock.digest == outcomes[CANDIDATE].tools[0].lock
    assert (lock.version, [add_on.id for add_on in lock.add_ons]) == ("2.17.0", ["ascanrules", "pscanrules"])
    plan = yaml.safe_load((raw_folder / "zap-plan.yaml").read_text(encoding="utf-8"))
    asked = {request["url"] for job in plan["jobs"] for request in job.get("requests", ())}
    assert f"{new.url}/tenants" in asked
    assert any("passw" in pattern for pattern in plan["env"]["contexts"][0]["excludePaths"])


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("no-rules", "no scan rules at all"),
        ("few-rules", "active rules; at least 30"),
        ("unfinished", "rules did not finish"),
        ("attack-idles", "not one active rule was completed; the active scan sent nothing"),
        ("sends-nothing", "not a single request"),
        ("rules-change", "rules changed while it scanned"),
        ("errors-as-data", "ZAP at"),
    ],
)
def test_a_zap_that_looks_well_and_does_not_work_is_no_evidence(
    healthy: str, tmp_path: Path, fault: str, says: str
) -> None:
    with fake_zap(fault) as zap:
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options(zap.url))[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN)
    assert says in outcome.reason
    assert not statuses(outcome)["security:web-scan"].is_evidence


def test_a_zap_that_never_ends_its_scan_is_cut_and_no_evidence(healthy: str, tmp_path: Path) -> None:
    with fake_zap("never-ends") as zap:
        options = zap_options(zap.url, time_limit_s=2)
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **options)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.TIMED_OUT, ReasonCode.SCAN_UNPROVEN)
    assert "ascan/action/stopAllScans" in zap.calls


def test_a_zap_that_hangs_does_not_hang_the_run(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gonogo.stages.security.zap_client.ANSWER_S", 1.0)
    started = time.monotonic()
    with fake_zap("hangs") as zap:
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options(zap.url))[CANDIDATE]
    assert time.monotonic() - started < 8
    assert (outcome.status, outcome.reason_code) == (StageStatus.UNAVAILABLE, ReasonCode.TOOL_UNAVAILABLE)
    assert "did not answer in time" in outcome.reason


@pytest.mark.parametrize(
    ("key", "says"), [("env:ZAP_KEY", "bad_api_key"), ("env:UNSET_KEY", "UNSET_KEY, which is not set")]
)
def test_a_zap_without_its_key_is_not_replaced_by_another_scanner(
    healthy: str, tmp_path: Path, pretend: Any, key: str, says: str
) -> None:
    pretend("whole")
    with fake_zap("wrong-key") as zap:
        options: dict[str, Any] = {"web": QUICK, "zap": {"address": zap.url, "key": key}}
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **options)[CANDIDATE]
    assert outcome.status is StageStatus.UNAVAILABLE
    assert says in outcome.reason


def test_a_zap_that_is_asked_for_and_not_there_is_not_replaced(
    healthy: str, tmp_path: Path, pretend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("whole")
    monkeypatch.setenv("GONOGO_ZAP", str(tmp_path / "nowhere"))
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web={**QUICK, "engine": "zap"})[CANDIDATE]
    assert outcome.status is StageStatus.UNAVAILABLE
    assert "no OWASP ZAP on this machine" in outcome.reason


def test_a_zap_on_another_machine_is_refused_with_the_reason(healthy: str, tmp_path: Path) -> None:
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options("http://192.0.2.7:8090"))[CANDIDATE]
    assert outcome.status is StageStatus.UNAVAILABLE
    assert "from where the guard cannot be reached" in outcome.reason


def test_a_zap_that_ends_while_starting_is_said(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "zap.sh"
    script.write_text("#!/bin/sh\necho 'The home directory is already in use'\nexit 0\n", encoding="utf-8")
    script.chmod(0o755)
    found = Tool(name="zap", path=script, version="2.17.0", how="for the test")
    monkeypatch.setattr("gonogo.stages.security.choosing.find_zap", lambda: found)
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert outcome.status is StageStatus.UNAVAILABLE
    assert "already in use" in outcome.reason


def test_a_zap_of_our_own_is_started_with_a_key_nobody_sees_and_ended(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "note.json"
    script = tmp_path / "zap.sh"
    fake = Path(__file__).with_name("fake_zap.py")
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    found = Tool(name="zap", path=script, version="2.17.0", how="for the test")
    monkeypatch.setattr("gonogo.stages.security.choosing.find_zap", lambda: found)
    monkeypatch.setenv("FAKE_ZAP_NOTE", str(note))
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")
    started = json.loads(note.read_text(encoding="utf-8"))
    key = started["properties"]["api.key"]
    assert len(key) == 48
    assert started["mode"] == "0o600"
    assert not any(key in argument for argument in started["arguments"])
    assert {"-daemon", "-silent"} <= set(started["arguments"])
    assert started["properties"]["alert.systemicLimit"] == "0"
    home = Path(started["arguments"][started["arguments"].index("-dir") + 1])
    assert not home.parent.exists()
    alive = [child for child in psutil.Process().children(recursive=True) if str(fake) in child.cmdline()]
    assert alive == []


@pytest.fixture
def zap_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that passes for ZAP when it is started; its folder holds `lives`, a letter for each start."""
    script = tmp_path / "zap.sh"
    fake = Path(__file__).with_name("fake_zap.py")
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    found = Tool(name="zap", path=script, version="2.17.0", how="for the test")
    monkeypatch.setattr("gonogo.stages.security.choosing.find_zap", lambda: found)
    monkeypatch.setenv("FAKE_ZAP_NOTE", str(tmp_path / "note.json"))
    return tmp_path / "lives"


def test_a_zap_that_dies_half_way_is_started_once_more_for_the_whole_scan(
    healthy: str, tmp_path: Path, zap_of_our_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ZAP_DIES", "1")
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")
    assert any("made a second time" in note for note in outcome.notes)
    assert zap_of_our_own.read_text(encoding="utf-8") == "xx"


def test_a_zap_that_dies_twice_is_no_evidence(
    healthy: str, tmp_path: Path, zap_of_our_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ZAP_DIES", "9")
    outcome = run_stage(tmp_path, {CANDIDATE: healthy}, web=QUICK)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN)
    assert not statuses(outcome)["security:web-scan"].is_evidence
    assert zap_of_our_own.read_text(encoding="utf-8") == "xx"


def test_a_zap_that_stops_moving_is_stopped(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gonogo.stages.security.zap_engine.STALL_S", 1.5)
    with fake_zap("never-ends") as zap:
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options(zap.url))[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.TIMED_OUT, ReasonCode.SCAN_UNPROVEN)
    assert "it had sent nothing" in outcome.reason
    assert "ascan/action/stopAllScans" in zap.calls


PLAN = "env:\n  contexts:\n    - name: ours\n      url: {url} \njobs:\n  - type: spider\n"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (None, ""),
        ("plan-fails", "own plan failed (Job spider failed"),
        ("plan-idles", "own plan sent nothing"),
    ],
)
def test_the_teams_own_plan_is_run_for_each_side_and_held_to_account(
    healthy: str, tmp_path: Path, fault: str | None, says: str
) -> None:
    write(tmp_path / "security" / "zap.yaml", PLAN)
    with fake_zap(*([fault] if fault else [])) as zap:
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options(zap.url))[CANDIDATE]
    assert f"url: {healthy} " in zap.plan
    assert (outcome.status is StageStatus.COMPLETED) == (fault is None)
    assert says in outcome.reason
    assert any("a remark" in note for note in outcome.notes)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("jobs: []", "does not say {url}"),
        (PLAN + "  proxy:\n    hostname: elsewhere\n", "a proxy of its own"),
    ],
)
def test_a_plan_that_would_scan_something_else_is_refused(
    healthy: str, tmp_path: Path, plan: str, says: str
) -> None:
    write(tmp_path / "security" / "zap.yaml", plan)
    with fake_zap() as zap:
        outcome = run_stage(tmp_path, {CANDIDATE: healthy}, **zap_options(zap.url))[CANDIDATE]
    assert outcome.status is StageStatus.ERRORED
    assert says in outcome.reason
    assert "security:web-scan" not in statuses(outcome)


# --- code ---

GOOD = "def read(text):\n    return eval(text)\n"


def code_run(root: Path, **folders: str) -> Any:
    return run_stage(root, {CANDIDATE: "http://127.0.0.1:9"}, code=folders, web={**QUICK, "engine": "off"})[
        CANDIDATE
    ]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_code_of_a_side_is_scanned_and_hangs_on_its_check(tmp_path: Path) -> None:
    write(tmp_path / "new" / "pay.py", GOOD)
    outcome = code_run(tmp_path, baseline="old", candidate="new")
    assert statuses(outcome)["security:code"] is CheckStatus.PASSED
    assert [(f.rule, f.where, f.check) for f in findings(outcome, "security:bandit").values()] == [
        ("bandit:B307", "pay.py, read", "security:code")
    ]
    assert outcome.tools[0].name == "bandit"
    assert outcome.tools[0].version.count(".") == 2


@pytest.mark.parametrize(
    ("files", "status", "says"),
    [
        ({}, CheckStatus.BROKEN, "no folder 'new'"),
        ({"new/readme.txt": "nothing"}, CheckStatus.EMPTY, "no Python code"),
        ({"new/a.py": GOOD, "new/b.py": "def (\n"}, CheckStatus.BROKEN, "could not read b.py"),
    ],
)
def test_bandit_on_nothing_and_on_what_it_cannot_parse_is_no_evidence(
    tmp_path: Path, files: dict[str, str], status: CheckStatus, says: str
) -> None:
    for name, text in files.items():
        write(tmp_path / name, text)
    outcome = code_run(tmp_path, baseline="old", candidate="new")
    assert statuses(outcome)["security:code"] is status
    assert says in message(outcome, "security:code")
    assert outcome.status is StageStatus.ERRORED
    assert findings(outcome, "security:bandit") == {}


def test_a_settings_file_that_bandit_cannot_read_is_an_error_not_a_pass(tmp_path: Path) -> None:
    write(tmp_path / "new" / "a.py", GOOD)
    write(tmp_path / "bandit.toml", "[tool.bandit\n")
    outcome = code_run(tmp_path, baseline="old", candidate="new", config="bandit.toml")
    assert outcome.status is StageStatus.ERRORED
    assert "bandit ended with code" in outcome.reason
    assert "security:code" not in statuses(outcome)


@pytest.mark.parametrize(
    ("files", "script", "status", "says"),
    [
        ({}, "", CheckStatus.EMPTY, "no package was looked up"),
        ({"new/requirements.txt": "jinja2==2.11.2"}, "", CheckStatus.BROKEN, "not on the search path"),
        (
            {"new/requirements.txt": "jinja2"},
            "echo not pinned; exit 1",
            CheckStatus.BROKEN,
            "no report: not pinned",
        ),
        (
            {"new/requirements.txt": "jinja2==2.11.2"},
            "cp {recorded} pip-audit.json",
            CheckStatus.BROKEN,
            "2 of 2",
        ),
    ],
)
def test_packages_that_nobody_looked_up_are_no_evidence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    script: str,
    status: CheckStatus,
    says: str,
) -> None:
    recorded = Path(__file__).parents[2] / "recorded" / "pip-audit" / "2.10.1" / "skipped.json"
    program = tmp_path / "bin" / "pip-audit"
    if script:
        write(program, f"#!/bin/sh\n{script.format(recorded=recorded)}\n")
        program.chmod(0o755)
    monkeypatch.setattr(
        "gonogo.stages.security.packages.shutil.which", lambda _: str(program) if script else None
    )
    for name, text in {"new/a.py": GOOD, **files}.items():
        write(tmp_path / name, text)
    options: dict[str, Any] = {"baseline": "old", "candidate": "new", "advisories": True}
    outcome = run_stage(
        tmp_path, {CANDIDATE: "http://127.0.0.1:9"}, code=options, web={**QUICK, "engine": "off"}
    )[CANDIDATE]
    assert statuses(outcome)["security:code"] is CheckStatus.PASSED
    assert statuses(outcome)["security:packages"] is status
    assert says in message(outcome, "security:packages")
    assert outcome.status is StageStatus.ERRORED


ACCEPTED = """
[[accepted]]
rule = "bandit:B307"
where = "a.py, read"
owner = "D. Osei"
approver = "A. Shah"
reason = "until the next release"
expires = 2026-11-19

[[accepted]]
fingerprint = "security:bandit:000000000000"
owner = "D. Osei"
approver = "A. Shah"
reason = "was there once"
expires = 2027-01-01
"""


def test_acceptances_that_ran_out_or_are_no_longer_needed_are_said_on_the_upgrade(tmp_path: Path) -> None:
    write(tmp_path / "security" / "accepted.toml", ACCEPTED)
    for folder in ("old", "new"):
        write(tmp_path / folder / "a.py", GOOD)
    with served() as old, served() as new:
        outcomes = run_stage(
            tmp_path,
            {Side.BASELINE: old.url, CANDIDATE: new.url},
            code={"baseline": "old", "candidate": "new"},
            web={**QUICK, "engine": "off"},
        )
    ran_out, idle = outcomes[CANDIDATE].notes[:2]
    assert "bandit:B307 at a.py, read by A. Shah ran out on 2026-11-19" in ran_out
    assert "000000000000 was found on neither side" in idle
    assert not [note for note in outcomes[Side.BASELINE].notes if "ran out" in note]
