"""Allure is found, or installed from its lock, or its absence is explained."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine, find_allure, find_node, install_allure, this_machine
from gonogo.setup.allure import ALLURE_2, ALLURE_3
from gonogo.setup.locked import LOCKS

Make = Callable[..., Path]

STAND_IN_NPM = """PATH=/bin:/usr/bin
[ "$1" = ci ] || exit 9
grep -q '"integrity"' package-lock.json || exit 8
if grep -q '"allure":' package.json; then inside=allure program=.bin/allure
else inside=allure-commandline program=allure-commandline/dist/bin/allure; fi
mkdir -p node_modules/$inside $(dirname node_modules/$program)
echo '{"version": "'${VERSION:-3.18.0}'"}' > node_modules/$inside/package.json
printf '#!/bin/sh\\nexit 1\\n' > node_modules/$program; chmod +x node_modules/$program
"""


def test_allure_3_is_installed_where_node_is_recent(machine: Machine, program: Make) -> None:
    program("node", version="v20.20.2")
    program("npm", STAND_IN_NPM)
    outcome = install_allure(machine)
    assert outcome.tool is not None
    assert (outcome.tool.version, outcome.tool.major) == ("3.18.0", 3)
    assert outcome.tool.path.is_relative_to(machine.home)
    assert "runs on node 20.20.2" in outcome.message
    assert find_allure(machine) == outcome.tool


def test_a_second_install_asks_npm_for_nothing(machine: Machine, program: Make) -> None:
    program("node", version="v22.1.0")
    program("npm", STAND_IN_NPM)
    first = install_allure(machine)
    program("npm", "exit 1")
    assert first.tool is not None
    assert install_allure(machine).tool == first.tool


def test_allure_2_is_installed_where_there_is_java_but_only_an_old_node(
    machine: Machine, program: Make
) -> None:
    program("node", version="v18.0.0")
    program("java", "echo 'openjdk version \"17.0.1\"'")
    program("npm", f"VERSION=2.46.1\n{STAND_IN_NPM}")
    outcome = install_allure(machine)
    assert outcome.tool is not None
    assert outcome.tool.major == 2
    assert "runs on java 17.0.1" in outcome.message


def test_without_node_and_java_both_wants_are_named_and_nothing_is_raised(machine: Machine) -> None:
    outcome = install_allure(machine)
    assert outcome.tool is None
    assert "the verdict does without" in outcome.message
    assert "Allure 3 needs Node.js 20 or later, and there is none" in outcome.message
    assert "Allure 2 needs Java, and there is none" in outcome.message


def test_a_registry_that_cannot_be_reached_is_told_in_npms_words(machine: Machine, program: Make) -> None:
    program("node", version="v20.20.2")
    program("npm", "echo 'npm error code ENOTFOUND'; exit 1")
    outcome = install_allure(machine)
    assert outcome.tool is None
    assert "npm could not install Allure 3 (npm error code ENOTFOUND)" in outcome.message
    assert not list(machine.home.glob("allure3-*"))


def test_what_an_interrupted_install_left_is_not_taken_for_allure(machine: Machine, program: Make) -> None:
    program("node", version="v20.20.2")
    half = ALLURE_3.folder(machine)
    (half.with_name(f"{half.name}.building") / "node_modules" / "allure").mkdir(parents=True)
    (half / "node_modules" / "allure").mkdir(parents=True)
    assert find_allure(machine) is None
    program("npm", STAND_IN_NPM)
    assert install_allure(machine).tool is not None


def test_an_installed_allure_whose_node_is_gone_is_none(machine: Machine, program: Make) -> None:
    node = program("node", version="v20.20.2")
    program("npm", STAND_IN_NPM)
    install_allure(machine)
    node.unlink()
    assert find_allure(machine) is None


def test_an_allure_on_the_search_path_serves_where_none_was_installed(
    machine: Machine, program: Make
) -> None:
    path = program("allure", version="2.30.0")
    found = find_allure(machine)
    assert found is not None
    assert (found.path, found.version, found.how) == (path, "2.30.0", "on the search path")


def test_a_program_that_is_called_allure_but_states_no_version_is_none(
    machine: Machine, program: Make
) -> None:
    program("allure", "echo 'Unknown Syntax Error: Command not found'")
    assert find_allure(machine) is None


def test_a_named_allure_is_the_only_one_considered(
    with_settings: Callable[..., Machine], program: Make, tmp_path: Path
) -> None:
    program("allure", version="2.30.0")
    assert find_allure(with_settings(GONOGO_ALLURE=str(tmp_path / "absent"))) is None
    named = program("mine", version="3.1.0")
    found = find_allure(with_settings(GONOGO_ALLURE=str(named)))
    assert found is not None
    assert found.version == "3.1.0"


@pytest.mark.parametrize("generation", [ALLURE_2, ALLURE_3], ids=["allure2", "allure3"])
def test_each_generation_is_locked_to_one_version(generation: object) -> None:
    number = getattr(generation, "number")  # noqa: B009 -- the record is private to its module
    text = (LOCKS / f"allure{number}" / "package.json").read_text(encoding="utf-8")
    assert "^" not in text
    assert "~" not in text


@pytest.mark.network
def test_the_real_allure_3_installs_and_states_its_locked_version(machine: Machine) -> None:
    here = this_machine()
    if find_node(here) is None or shutil.which("npm") is None:
        pytest.skip("needs Node.js and npm")
    outcome = install_allure(
        replace(machine, environment={**here.environment, "GONOGO_HOME": str(machine.home)})
    )
    assert outcome.tool is not None, outcome.message
    assert outcome.tool.version == "3.18.0"
