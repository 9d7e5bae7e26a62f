"""JSON, path by path."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gonogo.comparing.change import SnapshotChange
from gonogo.comparing.structured import compare_json

ACCOUNT = {"reference": "T-1", "balance_pence": 12000, "lines": [{"id": 1, "p": 5}, {"id": 2, "p": 7}]}


def compare(before: Any, after: Any, **options: tuple[str, ...]) -> SnapshotChange:
    return compare_json(json.dumps(before).encode(), json.dumps(after).encode(), **options)


def with_(**fields: Any) -> dict[str, Any]:
    return {**ACCOUNT, **fields}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ACCOUNT.items() if name not in names}


def test_the_order_of_fields_and_the_layout_do_not_matter() -> None:
    turned = dict(reversed(ACCOUNT.items()))
    assert not compare_json(json.dumps(ACCOUNT).encode(), json.dumps(turned, indent=4).encode()).is_different


def test_a_missing_field_is_told_with_its_path() -> None:
    change = compare({"items": [{}, {"balance": 1}]}, {"items": [{}, {}]})
    assert change.is_different
    assert change.summary == "field 'balance' is missing at $.items[1]"


def test_a_renamed_field_is_told_as_a_rename() -> None:
    renamed = {**without("balance_pence"), "current_balance_pence": 12000}
    change = compare(ACCOUNT, renamed)
    assert change.summary == "field 'balance_pence' is now called 'current_balance_pence' at $"


def test_a_field_only_the_candidate_has_is_told_and_no_difference() -> None:
    change = compare(ACCOUNT, with_(colour="red"))
    assert not change.is_different
    assert change.summary == "field 'colour' is new at $"


def test_a_harmless_field_does_not_hide_a_harmful_change() -> None:
    change = compare(ACCOUNT, with_(colour="red", balance_pence=12001))
    assert change.is_different
    assert change.summary == "'balance_pence' at $.balance_pence: 12000 became 12001"


def test_another_type_is_told_as_such() -> None:
    assert compare(ACCOUNT, with_(balance_pence="12000")).summary == (
        "'balance_pence' at $.balance_pence was a number and is a text"
    )
    assert compare({"a": 1}, {"a": True}).is_different
    assert compare({"a": 0}, {"a": None}).is_different


def test_numbers_are_compared_exactly_and_by_value() -> None:
    assert not compare_json(b'{"a": 1.10}', b'{"a": 1.1}').is_different
    assert compare_json(b'{"a": 0.1000000000000000055}', b'{"a": 0.1}').is_different
    assert compare_json(b'{"a": 9007199254740993}', b'{"a": 9007199254740992}').is_different


def test_a_list_that_lost_an_entry_is_different() -> None:
    change = compare({"items": [1, 2, 3]}, {"items": [1, 2]})
    assert change.summary == "'items' at $.items has 2 entries, not 3"


def test_the_order_of_a_list_matters_unless_its_entries_have_a_key() -> None:
    turned = with_(lines=list(reversed(ACCOUNT["lines"])))  # type: ignore[call-overload]
    assert compare(ACCOUNT, turned).is_different
    assert not compare(ACCOUNT, turned, row_key=("id",)).is_different


def test_entries_with_a_key_that_went_or_came_are_named() -> None:
    change = compare(ACCOUNT, with_(lines=[{"id": 2, "p": 7}, {"id": 3, "p": 1}]), row_key=("id",))
    assert change.summary == "the entry 1 is missing from $.lines; and 1 more difference"
    assert "the entry 3 is new in $.lines" in change.detail


@pytest.mark.parametrize(
    "path", ["$.items[*].at", "$.items[0].at", "**.at", "$.**.at", "$.*[*].at", "$.items"]
)
def test_volatile_paths_may_differ(path: str) -> None:
    before, after = {"items": [{"at": "10:00", "n": 1}]}, {"items": [{"at": "11:00", "n": 1}]}
    assert compare(before, after).is_different
    assert not compare(before, after, volatile=(path,)).is_different


@pytest.mark.parametrize("path", ["$.items[1].at", "$.item", "$.items[*].a", "**.ate", "at"])
def test_a_volatile_path_hides_nothing_else(path: str) -> None:
    before, after = {"items": [{"at": "10:00"}]}, {"items": [{"at": "11:00"}]}
    assert compare(before, after, volatile=(path,)).is_different


def test_an_html_page_instead_of_json_is_a_difference() -> None:
    change = compare_json(b'{"a": 1}', b"<!doctype html><h1>Sorry</h1>")
    assert change.is_different
    assert change.summary == "the candidate's document is not JSON but HTML"


def test_a_document_nested_to_break_readers_is_a_difference_not_a_crash() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert compare_json(b"[]", deep).is_different
    half = b"[" * 900 + b"1" + b"]" * 900
    assert compare_json(half, half.replace(b"1", b"2")).is_different
