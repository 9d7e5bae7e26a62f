"""`[change]` in gonogo.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.config.loading import load_upgrade
from gonogo.model import ChangeType, Upgrade
from gonogo.model.errors import ConfigError

TOML = """
[system]
name = "Tiny"
{system}
[identity]
pattern = '(x)'
[baseline]
version = "1"
url = "http://127.0.0.1:9"
[candidate]
version = "2"
url = "http://127.0.0.1:9"
{change}
"""


def loaded(folder: Path, change: str, system: str = "") -> Upgrade:
    (folder / "gonogo.toml").write_text(TOML.format(change=change, system=system), encoding="utf-8")
    return load_upgrade(folder, {"uat": None})


def test_without_the_table_there_is_no_change_record(tmp_path: Path) -> None:
    found = loaded(tmp_path, "", 'change_ref = "CHG1"')
    assert (found.change, found.change_ref) == (None, "CHG1")


def test_moments_are_kept_in_utc(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        '[change]\nid = "CHG2"\ntype = "normal"\nwindow_start = 2026-07-01T19:00:00+01:00\n'
        "window_end = 2026-07-01T23:00:00Z\nrestore_rehearsed = 2026-06-01",
    )
    assert found.change is not None
    assert (found.change.type, found.change.window_start) == (ChangeType.NORMAL, "2026-07-01T18:00:00Z")
    assert (found.change.restore_rehearsed, found.change_ref) == ("2026-06-01", "CHG2")


def test_the_reference_may_stand_in_either_table(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[change]\ntype = "standard"', 'change_ref = "CHG3"')
    assert found.change is not None
    assert found.change.id == "CHG3"
    with pytest.raises(ConfigError, match=r"CHG3.*CHG4"):
        loaded(tmp_path, '[change]\nid = "CHG4"', 'change_ref = "CHG3"')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("window_start = 2026-07-01T19:00:00", "offset from UTC"),
        ("window_start = 2026-07-02T19:00:00Z\nwindow_end = 2026-07-01T23:00:00Z", "not after window_start"),
        ('type = "urgent"', "change.type"),
        ('rollback = "x"', "change.rollback is not a known key"),
    ],
)
def test_what_cannot_be_meant_is_an_error(tmp_path: Path, change: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f"[change]\n{change}")
    assert said in caught.value.message
