"""A released version is installed once, as of its day, and a command can take this process's place."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.model.errors import ToolError
from gonogo.setup import Machine
from gonogo.setup.released import Release, carry_out, install_release

RELEASE = Release(
    package="desk", version="2.5.0", as_of="2025-08-01", beside=("waitress",), later=("setuptools<70",)
)
UV = """echo "$@" >> "$GONOGO_HOME/asked"
case "$1" in
  venv) for place in "$@"; do :; done
    /bin/mkdir -p "$place/bin"; echo > "$place/bin/python" ;;
  *) [ ! -e "$GONOGO_HOME/refuse" ] || { echo "error: no such version"; exit 1; } ;;
esac"""


@pytest.fixture
def home(machine: Machine, program: Callable[..., Path]) -> Path:
    """The folder of a machine whose uv writes down what it is asked, and only makes empty environments."""
    program("uv", UV)
    machine.home.mkdir(parents=True)
    return machine.home


def asked(home: Path) -> list[str]:
    return (home / "asked").read_text(encoding="utf-8").splitlines()


def test_it_is_installed_as_of_its_day_and_only_once(machine: Machine, home: Path) -> None:
    python = install_release(RELEASE, machine)
    assert python.is_file()
    name = f"desk-2.5.0-py{sys.version_info.major}.{sys.version_info.minor}"
    assert python == home / "releases" / name / "bin" / "python"
    made, *filled = asked(home)
    assert made.startswith("venv --quiet --clear --python ")
    assert [line.partition("/bin/python ")[2] for line in filled] == [
        "desk==2.5.0 waitress --exclude-newer 2025-08-01",
        "--no-deps setuptools<70",
    ]
    assert install_release(RELEASE, machine) == python
    assert len(asked(home)) == 3


def test_what_cannot_be_installed_is_said_and_leaves_nothing_behind(machine: Machine, home: Path) -> None:
    (home / "refuse").touch()
    with pytest.raises(ToolError, match=r"^`uv pip install` failed: error: no such version$"):
        install_release(RELEASE, machine)
    assert list((home / "releases").iterdir()) == []


def test_two_that_ask_at_once_get_the_same(
    machine: Machine, home: Path, program: Callable[..., Path]
) -> None:
    # While this one builds, another finishes first: the folder stands when it is to be put in its place.
    name = f"desk-2.5.0-py{sys.version_info.major}.{sys.version_info.minor}"
    other = f'/bin/mkdir -p "$GONOGO_HOME/releases/{name}/bin"; echo first > "$GONOGO_HOME/releases/{name}/bin/python"'
    program("uv", f"{UV}\n{other}")
    assert install_release(RELEASE, machine).read_text(encoding="utf-8") == "first\n"
    assert [path.name for path in (home / "releases").iterdir()] == [name]


def test_without_uv_it_says_what_to_get(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ToolError, match="uv is needed") as caught:
        install_release(RELEASE, machine)
    assert caught.value.remedy == "pip install uv"


def test_a_command_says_what_it_printed_or_why_it_failed(machine: Machine) -> None:
    assert carry_out("/bin/echo", "made", 3, machine=machine) == "made 3\n"
    with pytest.raises(ToolError, match=r"^`nothing-here make` failed: could not start /nothing-here"):
        carry_out("/nothing-here", "make", machine=machine)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot put a program in a process's place")
def test_a_process_becomes_the_command(tmp_path: Path) -> None:
    code = (
        "import os, sys; from gonogo.setup.released import become; print(os.getpid());"
        "become(sys.executable, '-c', 'import os, sys; print(os.getpid()); sys.exit(7)')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=dict(os.environ),
        check=False,
    )
    before, after = done.stdout.split()
    assert (before, done.returncode) == (after, 7)
