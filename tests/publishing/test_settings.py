from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.model.errors import ConfigError
from gonogo.publishing.base import PublishSettings
from gonogo.publishing.settings import read_settings


def write(root: Path, text: str) -> Path:
    (root / "reports").mkdir()
    (root / "reports/report.toml").write_text(text, encoding="utf-8")
    return root


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == PublishSettings()


def test_what_the_team_wrote_is_taken_over(tmp_path: Path) -> None:
    own = "meaning = ['Rent letters go out on Monday']"
    settings = read_settings(
        write(tmp_path, f"organisation = 'Northbrook Council'\nplanned_date = 2026-11-23\n{own}\n")
    )
    assert settings.organisation == "Northbrook Council"
    assert settings.planned_date == "2026-11-23"
    assert settings.meaning == ("Rent letters go out on Monday",)


def test_templates_of_the_team_are_found(tmp_path: Path) -> None:
    (tmp_path / "reports/templates").mkdir(parents=True)
    assert read_settings(tmp_path).templates == tmp_path / "reports/templates"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("organization = 'x'", "Did you mean organisation?"),
        ("colour = 'red'", "Known keys: organisation"),
        ("organisation = ", "is not TOML"),
        ("organisation = 7", "Expected `str`, got `int`"),
        ("planned_date = 'soon'", "'soon', which is no date"),
        ("meaning = 'one'", "Expected `array`, got `str`"),
    ],
)
def test_every_mistake_is_one_message_with_a_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(write(tmp_path, text))
    assert said in f"{caught.value.message} {caught.value.remedy}"
    assert caught.value.remedy
