"""A verdict is the same bytes wherever it is computed: another machine, time zone, language, folder, order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bundles import AT, Bundle, failed, finding

from gonogo.engine.gate import judge_folder
from gonogo.model import Side
from gonogo.model.vocabulary import ExitCode

pytestmark = pytest.mark.slow

ELSEWHERE = """
import datetime, os, platform, socket, sys, time
name = os.environ["OTHER_NAME"]
socket.gethostname = socket.getfqdn = lambda *_: name
platform.node = lambda: name
before = time.time
time.time = lambda: before() + 400 * 86400
from gonogo.cli.main import run
sys.exit(run(["judge", sys.argv[1]]))
"""
NAMES = ("comparison.json", "verdict.json")


def bundle() -> Bundle:
    made = Bundle()
    made.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance", "Zażółć: £1.00 statt £2.00 – Ωμέγα"))
    made.set("security", Side.CANDIDATE, finding(), finding("security:bandit:bb", count=3))
    made.tables[Side.CANDIDATE] = b"tenancy,balance\nT2,20.00\nT1,10.01\n"
    return made


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1", "OTHER_NAME": "build-1"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242", "OTHER_NAME": "büro"},
    ],
    ids=["far east, no language", "far west, another language"],
)
def test_a_copied_run_folder_gives_the_same_bytes_elsewhere(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = bundle().write(tmp_path / "here")
    judge_folder(folder, generated_at=AT)
    expected = {name: (folder.path / name).read_bytes() for name in NAMES}
    copied = tmp_path / "über there" / "copied run"
    shutil.copytree(folder.path, copied)
    for name in NAMES:
        (copied / name).unlink()
    cwd = tmp_path / "somewhere else"
    cwd.mkdir()
    home = {"HOME": str(cwd), "USERPROFILE": str(cwd), "GONOGO_KEYS": str(cwd / "keys")}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(copied)],
        cwd=cwd,
        env={**os.environ, **environment, **home},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
        check=False,
    )
    assert done.returncode == ExitCode.NO_GO, done.stderr
    assert {name: (copied / name).read_bytes() for name in NAMES} == expected
