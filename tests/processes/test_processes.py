"""Child processes: ended with their whole group, on time, and when the run is stopped."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from gonogo.model.errors import Interrupted, ToolError
from gonogo.processes import Child, Completed, Stop, clean_environment, run

SPAWNS_A_CHILD = (
    "import subprocess, sys, time; "
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(p.pid, flush=True); time.sleep(60)"
)


def python(code: str, tmp_path: Path, timeout_s: float = 20.0, stop: Stop | None = None) -> Completed:
    return run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        environment=dict(os.environ),
        log=tmp_path / "log.txt",
        timeout_s=timeout_s,
        stop=stop or Stop(),
    )


def test_the_return_code_and_last_words_come_back(tmp_path: Path) -> None:
    done = python("print('hello'); raise SystemExit(7)", tmp_path)
    assert (done.return_code, done.is_timed_out) == (7, False)
    assert "hello" in done.tail


def test_a_program_that_does_not_exist_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no-such-program could not be started"):
        run(
            ["no-such-program"],
            cwd=tmp_path,
            environment={},
            log=tmp_path / "log.txt",
            timeout_s=1.0,
            stop=Stop(),
        )


def grandchild(log: Path) -> int:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        text = log.read_text() if log.exists() else ""
        if text.strip():
            return int(text.split()[0])
        time.sleep(0.02)
    raise AssertionError("the grandchild never started")


@pytest.mark.slow
def test_a_time_limit_ends_the_children_s_children_too(tmp_path: Path) -> None:
    done = python(SPAWNS_A_CHILD, tmp_path, timeout_s=1.5)
    assert done.is_timed_out
    assert not psutil.pid_exists(grandchild(tmp_path / "log.txt"))


@pytest.mark.slow
def test_a_stop_ends_the_whole_group_and_is_told(tmp_path: Path) -> None:
    stop = Stop()
    timer = threading.Timer(1.0, stop.request)
    timer.start()
    with pytest.raises(Interrupted):
        python(SPAWNS_A_CHILD, tmp_path, stop=stop)
    assert not psutil.pid_exists(grandchild(tmp_path / "log.txt"))


@pytest.mark.slow
def test_a_child_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(1, flush=True); time.sleep(60)"
    )
    child = Child(
        [sys.executable, "-c", code], cwd=tmp_path, environment=dict(os.environ), log=tmp_path / "log.txt"
    )
    grandchild(tmp_path / "log.txt")
    assert child.end(grace_s=0.3) < 0
    assert child.poll() is not None


def test_tools_are_told_not_to_call_home_and_to_keep_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = clean_environment({"X": "1"})
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["X"] == "1"
    assert environment["ALLURE_NO_ANALYTICS"] == "1"
