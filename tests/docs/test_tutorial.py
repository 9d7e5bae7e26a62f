"""The tutorial is true: its commands are run, in order, in an empty folder, as a reader would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gonogo.model import ExitCode

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-verdict.md"
BLOCK = re.compile(r"^```sh(?: expect=(?P<code>\d+))?\n(?P<commands>.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of commands and the exit code the text promises for its last one."""

    commands: str
    code: int


def blocks() -> list[Block]:
    text = TUTORIAL.read_text(encoding="utf-8")
    return [Block(commands=m["commands"], code=int(m["code"] or 0)) for m in BLOCK.finditer(text)]


def test_the_tutorial_has_commands() -> None:
    assert [b.commands.split()[1] for b in blocks() if b.commands.startswith("gonogo")] == [
        "doctor",
        "demo",
        "judge",
        "demo",
        "init",
    ]


def only_the_load_test_could_not_tell(reports: Path) -> bool:
    """Whether everything but the load test was met: a busy machine leaves speed open, and nothing else."""
    verdict = json.loads((reports / "latest" / "verdict.json").read_bytes())
    open_ = [j for j in verdict["judgements"] if j["ruling"] != "MET"]
    return bool(open_) and all(j["stage"] == "load" and j["ruling"] == "INCONCLUSIVE" for j in open_)


@pytest.mark.slow
@pytest.mark.alone
def test_every_command_of_the_tutorial_does_what_the_text_says(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment["GONOGO_KEYS"] = str(tmp_path / "keys")
    for block in blocks():
        done = subprocess.run(
            ["bash", "-ec", block.commands],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        told = f"{block.commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        if "8.2.1" in block.commands and done.returncode == ExitCode.INCONCLUSIVE:
            # A machine busy with something else may leave the speed open; that is the truth, and no fault.
            assert only_the_load_test_could_not_tell(tmp_path / "reports"), told
        else:
            assert done.returncode == block.code, told
    report = tmp_path / "reports" / "latest" / "published" / "report.html"
    assert "<html" in report.read_text(encoding="utf-8")
    assert (tmp_path / "housing" / "gonogo.toml").is_file()
