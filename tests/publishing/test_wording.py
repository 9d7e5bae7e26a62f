from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import pytest

from gonogo.model import (
    Blame,
    Change,
    CheckStatus,
    Decision,
    Discipline,
    Priority,
    ReasonCode,
    Ruling,
    Severity,
    StageStatus,
    TargetClass,
)
from gonogo.publishing import wording
from gonogo.publishing.sections.meanings import CONSEQUENCES
from gonogo.publishing.sections.remedies import REMEDIES


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (wording.DECISIONS, Decision),
        (wording.RULINGS, Ruling),
        (wording.SYMBOLS, Ruling),
        (wording.CHECK_STATUSES, CheckStatus),
        (wording.STAGE_STATUSES, StageStatus),
        (wording.CHANGES, Change),
        (wording.BLAMES, Blame),
        (wording.PRIORITIES, Priority),
        (wording.SEVERITIES, Severity),
        (wording.DISCIPLINES, Discipline),
        (wording.TARGET_CLASSES, TargetClass),
        (CONSEQUENCES, Discipline),
        (REMEDIES, ReasonCode),
    ],
)
def test_every_member_has_a_word(table: Mapping[Enum, str], members: type[Enum]) -> None:
    assert set(table) == set(members)


@pytest.mark.parametrize(
    "table", [wording.DECISIONS, wording.RULINGS, wording.SYMBOLS, wording.CHECK_STATUSES]
)
def test_no_two_members_share_a_word(table: Mapping[Enum, str]) -> None:
    assert len(set(table.values())) == len(table)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 checks"), (1, "1 check"), (2, "2 checks"), (12_345, "12,345 checks")]
)
def test_a_number_agrees_with_its_noun(count: int, text: str) -> None:
    assert wording.counted(count, "check") == text


def test_shares_have_both_parts() -> None:
    assert wording.out_of(41, 42) == "41 of 42"
    assert wording.out_of(1, 1, "must-have") == "1 of 1 must-have"
    assert wording.out_of(7, 8, "must-have") == "7 of 8 must-haves"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_listed_as_people_do(words: list[str], text: str) -> None:
    assert wording.listed(words) == text


def test_a_long_list_counts_the_rest() -> None:
    assert wording.listed(["a", "b", "c", "d"], most=2) == "a, b and 2 more"


@pytest.mark.parametrize(
    ("pence", "text"), [(123_456, "£1,234.56"), (-5, "-£0.05"), (0, "£0.00"), (99, "£0.99")]
)
def test_money_is_written_in_uk_form(pence: int, text: str) -> None:
    assert wording.money(pence) == text


def test_dates_are_written_in_uk_form() -> None:
    assert wording.day("2026-11-09") == "9 November 2026"
    assert wording.day_and_time("2026-11-09T10:05:00Z") == "9 November 2026 at 10:05 UTC"
    assert wording.day("next week") == "next week"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.41, "0.4 seconds"), (42.3, "42 seconds"), (180.0, "3 minutes"), (7_500.0, "2 hours 5 minutes")],
)
def test_durations_have_the_unit_people_use(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(("share", "text"), [(0.12, "12% slower"), (-0.03, "3% faster"), (0.001, "the same")])
def test_a_change_of_speed_is_said_in_words(share: float, text: str) -> None:
    assert wording.slower(share) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.08, 0.12, "8% to 12% slower"),
        (-0.12, -0.08, "8% to 12% faster"),
        (-0.02, 0.03, "2% faster to 3% slower"),
        (0.08, 0.081, "8% slower"),
        (0.0, 0.02, "the same to 2% slower"),
    ],
)
def test_a_range_of_speed_is_said_in_words(low: float, high: float, text: str) -> None:
    assert wording.between(low, high) == text


def test_an_unknown_stage_is_called_by_its_name() -> None:
    assert wording.stage_name("uat") == "Acceptance tests"
    assert wording.stage_name("data-quality") == "Data quality"


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(900, "900 bytes"), (12_300, "12 KB"), (3_400_000, "3.4 MB")]
)
def test_sizes_have_a_unit(size_bytes: int, text: str) -> None:
    assert wording.size(size_bytes) == text
