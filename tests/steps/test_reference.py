"""The list of sentences that people read is the list of sentences that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.steps.all import MODULES, SENTENCES
from gonogo.steps.reference import readable, reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "steps.md"


def test_the_page_is_what_the_library_says_today() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == reference(), "run: python -m gonogo.steps.reference > docs/reference/steps.md"


@pytest.mark.parametrize("pattern", [sentence.pattern for sentence in SENTENCES])
def test_every_sentence_stands_on_the_page(pattern: str) -> None:
    assert f"- `{readable(pattern)}`" in PAGE.read_text(encoding="utf-8")


def test_every_sentence_belongs_to_a_module_of_the_list() -> None:
    modules = {module.__name__ for module in MODULES}
    assert {sentence.function.__module__ for sentence in SENTENCES} == modules


def test_a_sentence_is_written_for_people() -> None:
    assert readable('"{label:text}" is {amount:amount} more than "{name:text}"') == (
        '"<label>" is <amount> more than "<name>"'
    )
    assert readable("the table has {count:d} rows") == "the table has <count> rows"
