"""Machines made of a few scripts in a temporary folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine

if sys.platform == "win32":
    pytest.skip("the stand-in programs are shell scripts", allow_module_level=True)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder on the search path of the machine under test."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


@pytest.fixture
def program(programs: Path) -> Callable[..., Path]:
    """Makes a program that runs a shell script; it prints its version when no script is given."""

    def make(name: str, script: str = "", version: str = "1.2.3", folder: Path = programs) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = script or f"echo '{version}'"
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def machine(tmp_path: Path, programs: Path) -> Machine:
    """A Linux machine of an ordinary user, with nothing installed."""
    user_folder = tmp_path / "user"
    user_folder.mkdir()
    return Machine(
        environment={"PATH": str(programs), "GONOGO_HOME": str(tmp_path / "home")},
        platform="linux",
        is_root=False,
        user_folder=user_folder,
        system_root=tmp_path / "system",
    )


@pytest.fixture
def with_settings(machine: Machine) -> Callable[..., Machine]:
    """The same machine with other environment variables set; None unsets one."""

    def make(**settings: str | None) -> Machine:
        environment = {**machine.environment, **{k: v for k, v in settings.items() if v is not None}}
        for name in (name for name, value in settings.items() if value is None):
            environment.pop(name, None)
        return replace(machine, environment=environment)

    return make
