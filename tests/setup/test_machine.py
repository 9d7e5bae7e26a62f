"""Where set-up keeps what it installs, and what a tool's record says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.setup import Machine, Tool, this_machine


def test_the_home_is_the_one_that_is_set(with_settings: Callable[..., Machine], tmp_path: Path) -> None:
    assert with_settings(GONOGO_HOME=str(tmp_path / "mine")).home == tmp_path / "mine"


@pytest.mark.parametrize(
    ("platform", "settings", "expected"),
    [
        ("linux", {}, "user/.cache/gonogo"),
        ("linux", {"XDG_CACHE_HOME": "{}/xdg"}, "xdg/gonogo"),
        ("darwin", {"XDG_CACHE_HOME": "{}/xdg"}, "user/Library/Caches/gonogo"),
        ("win32", {"LOCALAPPDATA": "{}/local"}, "local/gonogo"),
        ("win32", {}, "user/AppData/Local/gonogo"),
    ],
)
def test_without_a_setting_the_home_is_the_users_cache_folder(
    machine: Machine, tmp_path: Path, platform: str, settings: dict[str, str], expected: str
) -> None:
    environment = {name: value.format(tmp_path) for name, value in settings.items()}
    assert replace(machine, platform=platform, environment=environment).home == tmp_path / expected


def test_an_empty_setting_counts_as_not_set(with_settings: Callable[..., Machine]) -> None:
    assert with_settings(GONOGO_BROWSER="").setting("GONOGO_BROWSER") is None


@pytest.mark.parametrize(("version", "major"), [("3.18.0", 3), ("17", 17), ("unknown", 0)])
def test_the_major_number_tells_generations_apart(version: str, major: int) -> None:
    assert Tool(name="x", path=Path("x"), version=version, how="").major == major


def test_this_machine_is_described_by_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONOGO_HOME", "somewhere")
    assert this_machine().home == Path.cwd() / "somewhere"
