"""Texts and accessibility trees, line by line."""

from __future__ import annotations

import pytest

from gonogo.comparing.text import compare_text
from gonogo.model.errors import EvidenceError


def test_equal_texts_are_the_same() -> None:
    assert not compare_text("a\nb", "a\nb").is_different


def test_line_ends_do_not_matter() -> None:
    assert not compare_text("a\r\nb\r\n", "a\nb").is_different


def test_one_changed_line_is_quoted_before_and_after() -> None:
    change = compare_text("Balance\n£120.00\nPaid", "Balance\n£132.40\nPaid")
    assert change.summary == "“£120.00” became “£132.40” (line 2)"
    assert "-£120.00" in change.detail
    assert "+£132.40" in change.detail
    assert change.share == pytest.approx(1 / 3)


def test_a_missing_and_a_new_line_are_told_as_such() -> None:
    assert compare_text("a\nb\nc", "a\nc").summary == "“b” is missing"
    assert compare_text("a\nc", "a\nb\nc").summary == "“b” is new"


def test_several_changes_are_counted_and_the_first_is_quoted() -> None:
    change = compare_text("a\nb\nc\nd\ne", "A\nb\nC\nd")
    assert change.summary == "2 lines changed, 1 missing; first: “a” became “A” (line 1)"


def test_only_the_differing_middle_of_a_long_line_is_quoted() -> None:
    before, after = "x" * 200 + " old " + "y" * 200, "x" * 200 + " new " + "y" * 200
    summary = compare_text(before, after).summary
    assert " old " in summary
    assert " new " in summary
    assert len(summary) < 300


def test_a_difference_of_blanks_is_made_visible() -> None:
    assert compare_text("A1  X", "A1 X").summary == "“A1··X” became “A1·X” (line 1)"


def test_a_trailing_blank_in_a_file_of_fixed_width_is_found() -> None:
    assert compare_text("AB ", "AB").is_different


def test_what_a_volatile_pattern_matches_may_differ() -> None:
    before, after = "Printed 9 Nov 2026 10:11", "Printed 10 Nov 2026 09:59"
    assert compare_text(before, after).is_different
    assert not compare_text(before, after, volatile=(r"\d+ \w+ \d{4} \d\d:\d\d",)).is_different


def test_a_volatile_pattern_hides_only_what_it_matches() -> None:
    assert compare_text("at 10:11 A", "at 10:12 B", volatile=(r"\d\d:\d\d",)).is_different


def test_a_malformed_pattern_is_named() -> None:
    with pytest.raises(EvidenceError, match=r"\[a.*not a regular expression"):
        compare_text("a", "b", volatile=("[a",))


def test_tree_lines_are_called_elements() -> None:
    change = compare_text('- link "Help"\n- main', "- main", noun="element")
    assert change.summary == '“- link "Help"” is missing'


def test_very_long_texts_without_anything_in_common_are_compared_in_time() -> None:
    before = "\n".join(f"before {n}" for n in range(30_000))
    after = "\n".join(f"after {n}" for n in range(30_000))
    change = compare_text(before, after)
    assert change.is_different
    assert change.share == 1.0
    assert len(change.detail) < 10_000


def test_the_same_lines_in_another_order_are_a_difference_in_short_and_long_texts() -> None:
    lines = [f"line {n}" for n in range(6_000)]
    assert compare_text("a\nb", "b\na").is_different
    reversed_change = compare_text("\n".join(lines), "\n".join(reversed(lines)))
    assert reversed_change.summary == "the lines come in another order"
