"""The pages that a project names are read for packs that need them while they are loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.config.pages import named_pages
from gonogo.model.errors import ConfigError


def test_pages_come_by_name_in_the_order_they_are_written(tmp_path: Path) -> None:
    text = '[stages.uat.pages]\n"Start page" = "/"\nArrears = "/arrears"\n'
    (tmp_path / "gonogo.toml").write_text(text, encoding="utf-8")
    assert list(named_pages(tmp_path).items()) == [("Start page", "/"), ("Arrears", "/arrears")]


@pytest.mark.parametrize("text", ["", "[stages.uat]\n", "[stages.uat.pages]\n"])
def test_no_pages_are_an_error_that_says_where_to_name_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "gonogo.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        named_pages(tmp_path)
    assert "[stages.uat.pages]" in raised.value.message
    assert '"Start page" = "/"' in raised.value.remedy


@pytest.mark.parametrize("content", [b"[stages", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_an_error_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gonogo.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"gonogo\.toml cannot be read"):
        named_pages(tmp_path)


def test_a_folder_without_a_definition_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gonogo\.toml cannot be read"):
        named_pages(tmp_path)
