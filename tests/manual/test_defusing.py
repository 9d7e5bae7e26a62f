"""Texts come back from a spreadsheet as they went out, and are never formulas on the way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.manual.samples import HOSTILE

from gonogo.manual.defusing import CELL_LIMIT, clean, from_cell, line, to_cell

FORMULA = re.compile(r"^[=+\-@\t\r]")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not FORMULA.match(to_cell(text))


@given(st.text())
def test_every_text_comes_back_as_it_went_out_once_cleaned(text: str) -> None:
    cell = to_cell(text)
    assert not FORMULA.match(cell)
    assert from_cell(cell) == clean(text)


def test_a_formula_typed_by_a_tester_goes_out_again_as_text() -> None:
    assert to_cell(from_cell("=1+1")) == "'=1+1"


def test_control_codes_and_direction_overrides_are_gone() -> None:
    assert clean("\x1b[31mred\x1b[0m \u202eevil\x00") == "red evil"


def test_fifty_megabytes_in_one_cell_are_cut_and_say_so() -> None:
    cut = clean("x" * 50_000_000)
    assert len(cut) == CELL_LIMIT
    assert cut.endswith("… (cut)")


def test_a_name_is_one_line() -> None:
    assert line("A.\nTester\t ") == "A. Tester"
