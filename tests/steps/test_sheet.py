"""Tables are searched and added up as a person would, and exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sheet import Sheet, is_same

LEDGER = Sheet(
    name="the ledger",
    columns=("Date", "Kind", "Amount"),
    rows=(
        ("1 Nov", "Rent", "£0.10"),
        ("2 Nov", "Rent", "£0.20"),
        ("3 Nov", "Payment", "£0.30 CR"),
        ("4 Nov", "Note"),
    ),
)


def test_a_sum_is_exact_and_takes_credits_off() -> None:
    assert LEDGER.total("amount") == Decimal("0.00")


def test_a_sum_over_something_else_than_amounts_says_so() -> None:
    with pytest.raises(NotAsExpected, match='one cell is "1 Nov"'):
        LEDGER.total("Date")


def test_a_row_is_named_by_a_whole_cell_before_a_part_of_one() -> None:
    sheet = Sheet(name="t", columns=("A",), rows=(("Rent charge",), ("rent",)))
    assert sheet.row_for("Rent") == 1
    assert sheet.row_for("charge") == 0


def test_a_name_that_fits_several_rows_is_refused_not_guessed() -> None:
    with pytest.raises(CannotCheck, match="2 rows of the ledger"):
        LEDGER.row_for("Rent")


def test_a_missing_row_or_column_is_told_with_what_there_is() -> None:
    with pytest.raises(NotAsExpected, match='"1 Nov", "2 Nov", "3 Nov", "4 Nov"'):
        LEDGER.row_for("Refund")
    with pytest.raises(NotAsExpected, match='"Date", "Kind", "Amount"'):
        LEDGER.column("Balance")


def test_a_short_row_has_empty_cells() -> None:
    assert LEDGER.column("Amount")[3] == ""


@pytest.mark.parametrize(
    ("seen", "wanted", "same"),
    [
        ("Mr  Bo\nBrown", "mr bo brown", True),
        ("1,234.50", "£1,234.50", True),
        ("£20.00 CR", "-£20.00", True),
        ("£20.00", "£20.01", False),
        ("20", "20.0", False),
        ("", "£0.00", False),
    ],
)
def test_a_cell_is_the_same_text_or_the_same_money(seen: str, wanted: str, same: bool) -> None:
    assert is_same(seen, wanted) is same
