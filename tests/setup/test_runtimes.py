"""Java and Node.js are recognised by what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.setup import Machine, find_java, find_node

Make = Callable[..., Path]


@pytest.mark.parametrize(
    ("said", "version", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', "17.0.15", 17),
        ('java version "1.8.0_392"', "8.0_392", 8),
        ('openjdk version "21" 2023-09-19', "21", 21),
    ],
)
def test_the_version_of_java_is_read_from_its_error_stream(
    machine: Machine, program: Make, said: str, version: str, major: int
) -> None:
    program("java", f"echo '{said}' >&2")
    found = find_java(machine)
    assert found is not None
    assert (found.version, found.major) == (version, major)


def test_java_home_comes_before_the_search_path(
    with_settings: Callable[..., Machine], program: Make, tmp_path: Path
) -> None:
    program("java", "echo 'openjdk version \"11\"'")
    path = program("java", "echo 'openjdk version \"21\"'", folder=tmp_path / "jdk" / "bin")
    found = find_java(with_settings(JAVA_HOME=str(tmp_path / "jdk")))
    assert found is not None
    assert (found.path, found.how) == (path, "JAVA_HOME")


def test_a_stale_java_home_does_not_hide_the_java_on_the_search_path(
    with_settings: Callable[..., Machine], program: Make
) -> None:
    path = program("java", "echo 'openjdk version \"11\"'")
    found = find_java(with_settings(JAVA_HOME="/nowhere"))
    assert found is not None
    assert found.path == path


def test_a_java_that_only_points_to_a_download_page_is_none(machine: Machine, program: Make) -> None:
    program("java", "echo 'Unable to locate a Java Runtime.'; exit 1")
    assert find_java(machine) is None


def test_the_version_of_node_is_given_without_its_v(machine: Machine, program: Make) -> None:
    program("node", version="v20.20.2")
    found = find_node(machine)
    assert found is not None
    assert (found.version, found.major) == ("20.20.2", 20)


def test_a_machine_without_node_has_none(machine: Machine) -> None:
    assert find_node(machine) is None
