"""Two processes do not install the same thing at the same moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gonogo.setup.oneatatime import one_at_a_time

HOLDER = """
import sys, time
from pathlib import Path
from gonogo.setup.oneatatime import one_at_a_time

folder = Path(sys.argv[1])
with one_at_a_time(folder, "tool"):
    with (folder / "log").open("a") as log:
        log.write("in\\n")
    time.sleep(0.3)
    with (folder / "log").open("a") as log:
        log.write("out\\n")
"""


def test_the_second_waits_until_the_first_is_out(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    children = [subprocess.Popen(command) for _ in range(2)]
    assert [child.wait(timeout=30) for child in children] == [0, 0]
    assert (tmp_path / "log").read_text(encoding="utf-8").split() == ["in", "out", "in", "out"]


def test_a_holder_that_was_killed_holds_nobody_off(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLDER.replace("0.3", "60"), str(tmp_path)])
    while not (tmp_path / "log").exists():
        assert child.poll() is None
    child.kill()
    child.wait(timeout=30)
    with one_at_a_time(tmp_path, "tool"):
        pass
