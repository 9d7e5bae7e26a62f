from __future__ import annotations

import time

import pytest

from gonogo.publishing.cleaning import block, one_line, safe_path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\after", "after"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half \ud800 a pair", "half a pair"),
        ("one\r\ntwo\n\n  three\tfour", "one two three four"),
        ("\x9b31mred", "red"),
    ],
)
def test_nothing_but_text_is_left_of_a_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_lines_of_a_block_are_kept() -> None:
    assert block("first\r\n\x1b[1msecond\x1b[0m\rthird") == "first\nsecond\nthird"


def test_a_line_that_is_too_long_is_cut_and_says_so() -> None:
    assert one_line("word " * 100, 20) == "word word word word…"


def test_a_block_that_is_too_long_says_how_much_is_missing() -> None:
    assert block("x" * 5_000, 1_000).endswith("… (4,000 more characters are not shown)")


def test_fifty_megabytes_take_no_time() -> None:
    huge = "\x1b[31m" + "A" * 50_000_000
    started = time.perf_counter()
    assert len(one_line(huge)) <= 1_000
    assert len(block(huge)) < 5_000
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("path", ["raw/a.png", "raw/snapshots/rent account.png", "raw\\windows.png"])
def test_a_path_inside_the_folder_is_safe(path: str) -> None:
    assert safe_path(path) == path.replace("\\", "/")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../secret",
        "raw/../../secret",
        "C:\\Windows\\x",
        "c:x",
        "raw/\x1b[31m",
        "a\nb",
        "x" * 2_000,
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    assert safe_path(path) == ""
