"""ZAP by a command of the team's own: a container that is started, used, and gone afterwards."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import ValidationError
from tests.stages.security.support import QUICK, run_stage, served

from gonogo.config.stage_options.security import SecurityOptions, ZapOptions
from gonogo.model import ReasonCode, Side, StageStatus
from gonogo.model.errors import Interrupted, ToolError
from gonogo.processes import Stop
from gonogo.setup import Tool
from gonogo.stages.security.choosing import choose_engine
from gonogo.stages.security.zap_daemon import ZapDaemon
from gonogo.stages.security.zap_starting import commanded, installed

CANDIDATE = Side.CANDIDATE
RUN = [
    "docker", "run", "--network", "host", "--volume", "{folder}:{folder}", "--user", "{user}", "--name", "{name}",
    "zaproxy/zap-stable", "zap.sh",
]  # fmt: skip
PLAN = "env:\n  contexts:\n    - name: ours\n      url: {url} \njobs:\n  - type: spider\n"


def without(*words: str) -> list[str]:
    return [word for word in RUN if word not in words]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"command": RUN, "address": "http://127.0.0.1:8090"}, "keep one of them"),
        ({"command": RUN, "key": "env:ZAP_KEY"}, "one that is started gets its own"),
        ({"command": without("--network", "host")}, '"--network", "host"'),
        ({"command": [word.replace("host", "bridge") for word in RUN]}, '"--network", "host"'),
        ({"command": without("--volume", "{folder}:{folder}")}, '"{folder}:{folder}"'),
        ({"command": without("--name", "{name}")}, '"--name", "{name}"'),
        ({"command": ["docker", "run", "-d", *RUN[2:]]}, "take --detach out"),
        ({"command": ["sudo", "-n", *without("--name", "{name}")]}, '"--name", "{name}"'),
        ({"command": ["/usr/bin/podman", *without("docker", "--name", "{name}")]}, '"--name", "{name}"'),
        ({"command": ["zap.sh", "-config", "api.key={key}"]}, "allowed: {folder}, {name}, {user}"),
    ],
)
def test_a_command_that_could_not_work_is_an_error_that_says_what_to_write(
    options: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ZapOptions.model_validate(options)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        RUN,
        ["sudo", "-n", *RUN],
        ["podman", *RUN[1:]],
        [word.replace("host", "container:ci") for word in RUN],
        ["docker", "run", "--net=host", *without("docker", "run", "--network", "host")],
        ["/opt/zap/zap.sh", "-Xmx2g"],
    ],
)
def test_what_works_is_taken(command: list[str]) -> None:
    assert ZapOptions(command=command).is_configured


def test_what_is_left_of_a_container_is_removed_by_the_client_and_name_it_was_started_with(
    tmp_path: Path,
) -> None:
    first, second = (
        commanded(["sudo", *RUN], tmp_path, ["-daemon"], tmp_path / name) for name in ("zap-a", "zap-b")
    )
    name = first.command[first.command.index("--name") + 1]
    assert first.removal == ("sudo", "docker", "rm", "--force", name)
    assert name not in second.command
    assert f"{tmp_path}/zap-a:{tmp_path}/zap-a" in first.command
    assert first.command[-2:] == ("zap.sh", "-daemon")
    assert (first.cwd, commanded(["./zap.sh"], tmp_path, [], tmp_path).removal) == (tmp_path, ())


# --- started ---


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what docker was told; `docker` is one of ours that runs a ZAP of ours."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    fake = Path(__file__).with_name("fake_docker.py")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    kept = tmp_path / "docker"
    kept.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_DOCKER", str(kept))
    monkeypatch.setenv("FAKE_ZAP_NOTE", str(tmp_path / "note.json"))
    return kept


@pytest.mark.slow
def test_a_zap_in_a_container_scans_runs_the_teams_plan_and_is_gone(tmp_path: Path, docker: Path) -> None:
    plan = tmp_path / "security" / "zap.yaml"
    plan.parent.mkdir()
    plan.write_text(PLAN, encoding="utf-8")
    with served() as target:
        outcome = run_stage(tmp_path, {CANDIDATE: target.url}, web=QUICK, zap={"command": RUN})[CANDIDATE]
    assert (outcome.status, outcome.reason) == (StageStatus.COMPLETED, "")
    assert any("own plan security/zap.yaml was run" in note for note in outcome.notes)
    started = json.loads((tmp_path / "note.json").read_text(encoding="utf-8"))
    (told,) = docker.glob("*.json")
    words = json.loads(told.read_text(encoding="utf-8"))
    folder = Path(words[words.index("--volume") + 1].partition(":")[0])
    assert started["mode"] == "0o600"
    assert not any(started["properties"]["api.key"] in word for word in words)
    assert words[words.index("-configfile") + 1].startswith(f"{folder}/")
    assert words[words.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"
    assert not folder.exists()
    assert list(docker.glob("*.pid")) == []
    assert (docker / "removed").read_text(encoding="utf-8").split() == [told.stem]


@pytest.mark.slow
def test_a_container_that_outlives_its_client_is_removed_when_the_run_is_stopped(
    tmp_path: Path, docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ZAP_FAULTS", "never-ends")
    stop, seen = Stop(), set[int]()

    def stop_while_it_scans() -> None:
        begun = tmp_path / "runs" / "security.candidate" / "raw" / "zap-plan.yaml"  # written when it begins
        until = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.05)
        seen.update(int(file.read_text(encoding="utf-8")) for file in docker.glob("*.pid"))
        stop.request()

    stopper = threading.Thread(target=stop_while_it_scans)
    stopper.start()
    with served() as target, pytest.raises(Interrupted):
        run_stage(tmp_path, {CANDIDATE: target.url}, stop=stop, web=QUICK, zap={"command": RUN})
    stopper.join()
    (container,) = seen
    assert not psutil.pid_exists(container) or psutil.Process(container).status() == psutil.STATUS_ZOMBIE
    assert (docker / "removed").exists()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ([sys.executable, "-c", "print('permission denied: zap.properties')"], "permission denied"),
        (["no-such-program-of-ours"], "could not be started"),
    ],
)
def test_a_command_that_fails_is_said_with_its_last_words_and_never_replaced(
    tmp_path: Path, command: list[str], says: str
) -> None:
    options = SecurityOptions(zap=ZapOptions(command=command))
    engine, reason = choose_engine(options, {}, Stop(), tmp_path)
    assert engine is None
    assert says in reason


def test_the_remedy_of_a_failed_command_names_network_folder_and_user(tmp_path: Path) -> None:
    make = partial(commanded, [sys.executable, "-c", ""], tmp_path)
    with pytest.raises(ToolError) as failed:
        ZapDaemon.start(make, ZapOptions(), Stop())
    for part in ("--network", "{folder}", "{user}"):
        assert part in failed.value.remedy


@pytest.mark.slow
def test_a_zap_that_ends_at_once_is_started_anew_each_time_with_another_key_port_and_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Path(__file__).with_name("fake_zap.py")
    script = tmp_path / "zap.sh"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{fake}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("FAKE_ZAP_NOTE", str(tmp_path / "note.json"))
    monkeypatch.setenv("FAKE_ZAP_ENDS", "1")
    zap = Tool(name="zap", path=script, version="2.17.0", how="for the test")
    notes = []
    for _ in range(2):
        daemon, client = ZapDaemon.start(partial(installed, zap, ZapOptions()), ZapOptions(), Stop())
        assert client.version() == "2.17.0"
        notes.append(json.loads((tmp_path / "note.json").read_text(encoding="utf-8")))
        daemon.end(client)
        assert not daemon.folder.exists()
    assert (tmp_path / "lives").read_text(encoding="utf-8") == "xxx"
    first, second = notes
    assert first["properties"]["api.key"] != second["properties"]["api.key"]
    assert len({word for note in notes for word in note["arguments"] if word.endswith("/home")}) == 2


@pytest.mark.slow
def test_a_zap_whose_network_is_another_is_told_apart_from_one_that_idles(
    tmp_path: Path, docker: Path
) -> None:
    options: dict[str, Any] = {"web": QUICK, "zap": {"command": RUN}}
    with pytest.MonkeyPatch.context() as patch, served() as target:
        patch.setenv("FAKE_ZAP_FAULTS", "other-network")
        outcome = run_stage(tmp_path, {CANDIDATE: target.url}, **options)[CANDIDATE]
    assert (outcome.status, outcome.reason_code) == (StageStatus.ERRORED, ReasonCode.SCAN_UNPROVEN)
    assert "cannot reach the guard at 127.0.0.1:" in outcome.reason
    assert "--network host" in outcome.reason
