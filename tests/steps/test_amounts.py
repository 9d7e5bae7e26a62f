"""Money is read as people write it, and exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.steps.amounts import read_amount, write_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("£1,234.56", "1234.56"),
        (" £0.10 ", "0.10"),
        ("12", "12"),
        ("0.1", "0.1"),
        ("-£3.00", "-3.00"),
        ("£-3.00", "-3.00"),
        ("\u2212£3.00", "-3.00"),
        ("£3.00-", "-3.00"),
        ("£3.00 CR", "-3.00"),
        ("£3.00 cr", "-3.00"),
        ("£3.00 DR", "3.00"),
        ("(£3.00)", "-3.00"),
        ("£1,000,000.00", "1000000.00"),
    ],
)
def test_an_amount_is_read_whichever_way_it_is_written(text: str, value: str) -> None:
    assert read_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "£",
        "about £3",
        "£3.00 and £4.00",
        "1,23.00",
        "£1.2.3",
        "-£3.00 CR",
        "(£3.00",
        "12 Nov 2026",
        "£3.00 per week",
    ],
)
def test_what_is_not_one_amount_is_not_read_as_one(text: str) -> None:
    assert read_amount(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_what_is_written_is_read_back_to_the_penny(value: Decimal) -> None:
    assert read_amount(write_amount(value)) == value
