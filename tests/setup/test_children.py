"""Child processes of set-up end, keep quiet, and never raise."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from gonogo.setup.children import QUIET, Ran, quiet_environment, run


def python(code: str, **options: float) -> Ran:
    return run([sys.executable, "-c", code], environment=os.environ, timeout_s=options.get("timeout_s", 20))


def test_what_a_command_says_on_both_streams_is_kept_together() -> None:
    ran = python("import sys; print('one', flush=True); print('two', file=sys.stderr); sys.exit(3)")
    assert (ran.exit_code, ran.output.split(), ran.is_success) == (3, ["one", "two"], False)


def test_a_command_that_is_not_there_is_an_answer_too(tmp_path: Path) -> None:
    ran = run([tmp_path / "absent"], environment={}, timeout_s=5)
    assert ran.exit_code is None
    assert "could not start" in ran.reason()
    assert "No such file" in ran.reason()


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    started = time.monotonic()
    ran = python(code, timeout_s=1.5)
    assert ran.exit_code is None
    assert "no answer within" in ran.reason()
    assert time.monotonic() - started < 15
    grandchild = int(mark.read_text(encoding="utf-8"))
    for _ in range(100):
        if not is_running(grandchild):
            return
        time.sleep(0.05)
    pytest.fail("the hanging command's child outlived it")


def is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_command_is_given_no_standard_input() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").output.strip() == "''"


def test_every_call_home_is_off_in_a_child_whatever_the_environment_says() -> None:
    loud = {"ALLURE_NO_ANALYTICS": "", "NPM_CONFIG_AUDIT": "true", "PATH": "p"}
    quiet = quiet_environment(loud)
    assert quiet == {"PATH": "p", **QUIET}
    said = python(
        "import os; print(os.environ['PLAYWRIGHT_SKIP_BROWSER_GC'], os.environ['ZAP_SILENT'])"
    ).output
    assert said.split() == ["1", "1"]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("starting\nnpm error code E404\nnpm error 404 no such package\n", "npm error code E404"),
        ("Reading package lists...\nE: Unable to locate package x\n", "E: Unable to locate package x"),
        ("first\nlast\n\n", "last"),
        ("", "exit code 7, and not a word"),
    ],
)
def test_the_most_telling_line_is_given_as_the_reason(output: str, reason: str) -> None:
    assert Ran(exit_code=7, output=output).reason() == reason
