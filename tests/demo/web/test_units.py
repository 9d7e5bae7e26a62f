"""The small parts that pages are made of."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from gonogo.demo.web.access import safe_next
from gonogo.demo.web.forms import Form, read_day
from gonogo.demo.web.lanes import Lanes
from gonogo.demo.web.logs import printable
from gonogo.demo.web.paging import Page, page_number
from gonogo.demo.web.rendering import balance, moment, short_date
from gonogo.demo.web.sessions import IDLE_LIMIT_S, LIFE_LIMIT_S, SessionStore


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_balances_say_who_owes() -> None:
    assert [balance(123456), balance(0), balance(-2000)] == ["£1,234.56", "£0.00", "£20.00 CR"]


def test_dates_and_times_are_written_short() -> None:
    assert short_date(date(2026, 11, 9)) == "9 Nov 2026"
    assert moment(datetime(2026, 11, 9, 8, 5)) == "9 Nov 2026, 08:05"  # noqa: DTZ001 (UK clock time)
    assert short_date(None) == moment(None) == ""


@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        (1, [1, 2, 3, None, 22]),
        (4, [1, 2, 3, 4, 5, 6, None, 22]),
        (11, [1, None, 9, 10, 11, 12, 13, None, 22]),
        (22, [1, None, 20, 21, 22]),
    ],
)
def test_pages_offer_both_ends_and_their_neighbours(number: int, numbers: list[int | None]) -> None:
    assert Page(number=number, total=530).numbers() == numbers


def test_a_page_knows_its_rows_and_keeps_its_query() -> None:
    page = Page(number=22, total=530, path="/tenancies", query=(("q", "a&b"), ("status", "")))
    assert (page.first_row, page.last_row, page.last) == (526, 530, 22)
    assert page.address(1) == "/tenancies?q=a%26b"
    assert page.address(2) == "/tenancies?q=a%26b&page=2"
    assert Page(number=1, total=0).first_row == 0


def test_a_page_number_is_read_leniently() -> None:
    assert [page_number(text) for text in (None, "", "3", "x", "0", "9" * 30)] == [1, 1, 3, 1, 1, 100_000]


def test_a_form_keeps_the_first_error_of_a_field_in_reading_order() -> None:
    form = Form({"b": "x" * 11})
    form.text("a", "Enter a")
    form.text("b", "Enter b", limit=10, label="B")
    form.error("a", "Another")
    assert form.errors == {"a": "Enter a", "b": "B must be 10 characters or fewer"}
    assert not form.ok


def test_a_form_refuses_characters_that_cannot_be_printed() -> None:
    form = Form({"a": "one\x00two"})
    assert form.text("a", "Enter a") == ""
    assert form.errors == {"a": "Remove characters that cannot be printed"}


def test_a_form_shows_what_was_sent_else_its_default() -> None:
    form = Form({"a": ""}, defaults={"a": "default", "b": "default"})
    assert [form.value("a"), form.value("b"), form.value("c")] == ["", "default", ""]


@pytest.mark.parametrize("text", [None, "", "9/11/2026", "2026-02-30", "20261109"])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert read_day(text) is None


def test_a_session_ends_when_it_lies_idle_or_is_too_old() -> None:
    clock = Clock()
    store = SessionStore(clock)
    idle, busy = store.start("a"), store.start("b")
    for _ in range(int(LIFE_LIMIT_S / 1000)):
        clock.now_s += 1000
        assert store.find(busy.key) is busy
    assert IDLE_LIMIT_S < LIFE_LIMIT_S
    assert store.find(idle.key) is None
    clock.now_s += 1000
    assert store.find(busy.key) is None


def test_ending_all_sessions_of_a_user_leaves_the_others() -> None:
    store = SessionStore()
    kept, gone, other = store.start("a"), store.start("a"), store.start("b")
    store.end_all_of("a", but=kept.key)
    assert [store.find(each.key) is each for each in (kept, gone, other)] == [True, False, True]


@pytest.mark.parametrize(("wanted", "found"), [("/a?b=c", "/a?b=c"), ("//x", "/"), ("x", "/"), ("/a b", "/")])
def test_only_pages_of_this_site_are_gone_on_to(wanted: str, found: str) -> None:
    assert safe_next(wanted) == found


def test_a_logged_text_stays_on_its_line() -> None:
    assert printable("a\r\nb\x1b[0m") == "a\\x0d\\x0ab\\x1b[0m"


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("GET", "/tenancies", "_reads"),
        ("HEAD", "/", "_reads"),
        ("GET", "/reports/rent-roll.csv", "_downloads"),
        ("POST", "/accounts/A000017/payment", "_writes"),
        ("POST", "/interfaces/payments", "_writes"),
    ],
)
def test_requests_take_their_lane(method: str, path: str, lane: str) -> None:
    lanes = Lanes()
    try:
        taken: list[Any] = []
        for name in ("_reads", "_writes", "_downloads"):
            dispatcher = getattr(lanes, name)
            dispatcher.add_task = lambda _task, name=name: taken.append(name)
        lanes.add_task(SimpleNamespace(requests=[SimpleNamespace(command=method, path=path)]))
        assert taken == [lane]
    finally:
        lanes.shutdown(timeout=1)
