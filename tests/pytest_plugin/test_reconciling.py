"""Two sets of rows agree to the penny, or it is said where they do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.reconciling import Reconciliation, total, worth

reconcile = Reconciliation()

LEFT = [{"ref": "A1", "pounds": Decimal("12.50")}, {"ref": "A2", "pounds": Decimal("0.10")}]


def test_rows_that_agree_give_nothing_in_any_order() -> None:
    assert not reconcile(LEFT, list(reversed(LEFT)), key="ref")


def test_one_penny_is_a_discrepancy_with_its_row_and_column() -> None:
    found = reconcile(LEFT, [LEFT[0], {"ref": "A2", "pounds": Decimal("0.11")}], key="ref")
    assert str(found) == "1 of 2 disagree: A2, pounds: 0.10 against 0.11"


def test_rows_that_only_one_side_has_are_discrepancies() -> None:
    assert str(reconcile(LEFT, LEFT[:1], key="ref")) == "1 of 2 disagree: A2: there against (not there)"
    assert str(reconcile([], LEFT, key="ref", columns=["pounds"])).startswith(
        "2 of 2 disagree: A1: (not there)"
    )


def test_the_same_worth_written_in_several_ways_agrees() -> None:
    written = [{"ref": "A1", "pounds": "£12.50"}, {"ref": "A2", "pounds": "0.1"}]
    assert not reconcile(LEFT, written, key="ref")


def test_a_credit_is_less_than_zero() -> None:
    assert reconcile([{"r": 1, "p": "£20.00 CR"}], [{"r": 1, "p": "£20.00"}], key="r")
    assert not reconcile([{"r": 1, "p": "£20.00 CR"}], [{"r": 1, "p": "-20"}], key="r")


def test_columns_of_other_names_can_be_matched() -> None:
    assert not reconcile(
        LEFT,
        [{"ref": r["ref"], "amount": r["pounds"]} for r in LEFT],
        key="ref",
        columns={"pounds": "amount"},
    )


@pytest.mark.parametrize(
    ("left", "right", "options", "message"),
    [
        ([], [], {}, "no rows"),
        (LEFT, [*LEFT, LEFT[0]], {}, "more than once"),
        (LEFT, [{"ref": "A1", "pounds": 12.5}], {}, "binary float"),
        (LEFT, [{"ref": "A1", "other": 1}], {}, "share no column"),
        (LEFT, LEFT, {"columns": ["pence"]}, "no column 'pence'"),
        ([{"x": 1}], LEFT, {}, "no column 'ref'"),
    ],
)
def test_what_is_no_reconciliation_is_refused(
    left: Any, right: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CannotCheckError, match=message):
        reconcile(left, right, key="ref", **options)


def test_many_discrepancies_are_counted_and_the_first_are_named() -> None:
    left = [{"k": n, "v": n} for n in range(1000)]
    found = reconcile(left, [{"k": n, "v": n + 1} for n in range(1000)], key="k")
    assert len(found) == 1000
    assert str(found).endswith("and 995 more")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("00417", "00417"),
        ("-0.5", Decimal("-0.5")),
        (None, ""),
        (True, "True"),
        (" x ", "x"),
        (7, Decimal(7)),
    ],
)
def test_codes_are_texts_and_figures_are_decimals(value: Any, expected: Any) -> None:
    assert worth(value) == expected
    assert type(worth(value)) is type(expected)


def test_sums_are_exact_and_need_figures() -> None:
    assert total([{"v": "£0.10"}] * 3, "v") == Decimal("0.30")
    with pytest.raises(CannotCheckError, match="no rows"):
        total([], "v")
    with pytest.raises(CannotCheckError, match="not a figure"):
        total([{"v": "n/a"}], "v")


def test_large_files_are_reconciled_by_the_engine_for_them(tmp_path: Path) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    rows = [f"A{n:06},{n}.10" for n in range(200_000)]
    left.write_text("ref,amount\n" + "\n".join(rows), encoding="utf-8")
    rows[777] = "A000777,777.11"
    del rows[5]
    right.write_text("ref,amount\n" + "\n".join(reversed(rows)).replace("A000009,9.10", "A000009,9.1"))
    found = reconcile.files(left, right, key="ref", columns=["amount"])
    assert [(one.key, one.column, one.left, one.right) for one in found] == [
        ("A000005", "", "there", "(not there)"),
        ("A000777", "amount", "777.10", "777.11"),
    ]


def test_files_without_the_column_or_with_a_repeated_key_are_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("ref,amount\nA,1\nA,2\n")
    two.write_text("ref,amount\nA,1\n")
    with pytest.raises(CannotCheckError, match="more than once"):
        reconcile.files(one, two, key="ref", columns=["amount"])
    with pytest.raises(CannotCheckError, match="cannot be reconciled"):
        reconcile.files(two, two, key="ref", columns=["pence"])
