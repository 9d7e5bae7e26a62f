"""Tables: columns, rows and figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gonogo.comparing.change import SnapshotChange
from gonogo.comparing.tables import compare_tables, read_money

BASE = """Reference,Tenant,Balance
T-00416,Ann Lee,£20.00 CR
T-00417,Bob Ray,£120.00
T-00418,Cas Poe,£0.00
"""


def compare(before: str, after: str, **options: tuple[str, ...]) -> SnapshotChange:
    return compare_tables(before.encode(), after.encode(), **options)


def test_a_changed_figure_is_told_with_its_row_and_column() -> None:
    change = compare(BASE, BASE.replace("£120.00", "£132.40"), row_key=("Reference",))
    assert change.is_different
    assert change.summary == "row T-00417: Balance £120.00 became £132.40"
    assert change.share == pytest.approx(1 / 3)
    assert "total of Balance: 100.00 became 112.40 (+12.40)" in change.detail


def test_without_a_key_the_changed_row_is_found_by_likeness() -> None:
    change = compare(BASE, BASE.replace("£120.00", "£132.40"))
    assert change.summary == "row T-00417 | Bob Ray | £120.00: Balance £120.00 became £132.40"


@pytest.mark.parametrize("key", [(), ("Reference",)])
def test_one_penny_and_a_changed_sign_are_differences(key: tuple[str, ...]) -> None:
    assert compare(BASE, BASE.replace("£120.00", "£120.01"), row_key=key).is_different
    assert compare(BASE, BASE.replace("£20.00 CR", "£20.00"), row_key=key).is_different


@pytest.mark.parametrize("key", [(), ("Reference",)])
def test_the_order_of_rows_does_not_matter(key: tuple[str, ...]) -> None:
    head, *rows = BASE.splitlines()
    assert not compare(BASE, "\n".join([head, *reversed(rows)]), row_key=key).is_different


def test_columns_in_another_order_are_told_and_not_a_difference() -> None:
    rows = [line.split(",") for line in BASE.splitlines()]
    after = "\n".join(f"{tenant},{reference},{balance}" for reference, tenant, balance in rows)
    change = compare(BASE, after)
    assert not change.is_different
    assert change.summary == "the columns come in another order"


@pytest.mark.parametrize("key", [(), ("Reference",)])
def test_a_renamed_column_is_recognised_by_its_values(key: tuple[str, ...]) -> None:
    change = compare(BASE, BASE.replace("Tenant", "Tenant name"), row_key=key)
    assert change.is_different
    assert change.summary == "column 'Tenant' is now called 'Tenant name'"


def test_a_renamed_key_column_is_recognised_too() -> None:
    change = compare(BASE, BASE.replace("Reference", "Ref"), row_key=("Reference",))
    assert change.summary == "column 'Reference' is now called 'Ref'"


def test_a_column_that_went_and_one_that_came_are_told_apart_from_a_rename() -> None:
    after = "Reference,Tenant,Patch\nT-00416,Ann Lee,N\nT-00417,Bob Ray,S\nT-00418,Cas Poe,E\n"
    change = compare(BASE, after, row_key=("Reference",))
    assert change.summary == "column 'Balance' is missing; and 1 more difference"
    assert "column 'Patch' is new" in change.detail


@pytest.mark.parametrize("key", [(), ("Reference",)])
def test_missing_and_new_rows_are_told(key: tuple[str, ...]) -> None:
    less = BASE.replace("T-00418,Cas Poe,£0.00\n", "")
    assert "T-00418" in compare(BASE, less, row_key=key).summary
    assert "is missing" in compare(BASE, less, row_key=key).summary
    assert "is new" in compare(less, BASE, row_key=key).summary
    assert "2 rows on the candidate, 3 on the baseline" in compare(BASE, less, row_key=key).detail


def test_many_missing_rows_are_counted_first() -> None:
    long = "n\n" + "".join(f"{n}\n" for n in range(2001))
    short = "n\n" + "".join(f"{n}\n" for n in range(100))
    assert compare(long, short).summary.startswith("1,901 rows are missing")


@pytest.mark.parametrize("key", [(), ("Reference",)])
def test_a_row_that_appears_twice_is_a_difference(key: tuple[str, ...]) -> None:
    assert compare(BASE, BASE + "T-00418,Cas Poe,£0.00\n", row_key=key).is_different


def test_numbers_are_equal_by_value_but_codes_and_money_texts_are_not() -> None:
    assert not compare("n\n120.0\n", "n\n120.00\n").is_different
    assert not compare("n\n-0\n", "n\n0.0\n").is_different
    assert compare("n\n0123\n", "n\n123\n").is_different
    assert compare("n\n£120\n", "n\n£120.00\n").is_different
    assert compare("n\n120\n", "n\n-120\n").is_different


def test_a_volatile_column_may_differ() -> None:
    after = BASE.replace("Bob Ray", "Robert Ray")
    assert compare(BASE, after).is_different
    assert not compare(BASE, after, volatile=("Tenant",)).is_different


def test_an_html_error_page_instead_of_a_table_is_a_difference() -> None:
    page = "<html>\n<p>Sorry, there is a problem, please try again, or not</p>\n</html>"
    change = compare(BASE, page)
    assert change.is_different
    assert change.summary


def test_binary_content_is_a_difference_not_an_error() -> None:
    change = compare_tables(BASE.encode(), b"\xff\xfe\x00\x01")
    assert change.is_different
    assert "cannot be read as CSV" in change.summary


def test_an_empty_candidate_is_a_difference() -> None:
    assert compare(BASE, "").is_different
    assert compare(BASE, "Reference,Tenant,Balance\n").summary.endswith("is missing; and 2 more differences")


def test_a_changed_duplicate_column_is_seen() -> None:
    assert compare("a,a\n1,2\n", "a,a\n1,3\n").is_different


def test_two_hundred_thousand_rows_are_compared_by_key_and_without() -> None:
    rows = [f"{n},name {n},{n}.00" for n in range(200_000)]
    before = "id,name,amount\n" + "\n".join(rows)
    rows[777] = "777,name 777,777.01"
    after = "id,name,amount\n" + "\n".join(reversed(rows))
    assert compare(before, after, row_key=("id",)).summary == "row 777: amount 777.00 became 777.01"
    assert compare(before, after).is_different


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£1,234.56", "1234.56"),
        ("-£3.00", "-3.00"),
        ("£-3.00", "-3.00"),
        ("£20.00 CR", "-20.00"),
        ("20", "20"),
        ("0.10", "0.10"),
        (" £5.00 ", "5.00"),
    ],
)
def test_money_is_read_exactly(text: str, amount: str) -> None:
    assert read_money(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "£", "1,23.00", "12.3.4", "nan", "1e5", "£1,234.56 DR"])
def test_what_is_not_money_is_not_read_as_money(text: str) -> None:
    assert read_money(text) is None
