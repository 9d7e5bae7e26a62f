"""The page of settings is what the program would write, and describes every key."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "configuration.md"


def written() -> str:
    spec = importlib.util.spec_from_file_location(
        "document_settings", ROOT / "tools" / "document_settings.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page: str = module.page()
    return page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python tools/document_settings.py"


@pytest.mark.parametrize(
    "line", [x for x in PAGE.read_text(encoding="utf-8").splitlines() if x.startswith("| `")]
)
def test_every_key_says_what_it_means(line: str) -> None:
    assert line.rsplit(" | ", maxsplit=1)[-1].strip(" |") != ""
