"""A form is filled in as a hurried person would, so that a sound system takes it."""

from __future__ import annotations

import pytest

from gonogo.readers.form_filling import DAY, TEXT, filled_fields

FORM = """<form method="post" action="/x">
<input type="hidden" name="csrf_token" value="abc"><input type="hidden" name="empty">
<input name="amount"><input inputmode="decimal" name="sum"><input type="number" name="count" min="3">
<input type="date" name="from"><input name="due_on"><input type="email" name="mail"><input name="phone">
<input name="kept" value="as it was"><input name="reason"><textarea name="note"></textarea>
<select name="method"><option value="">Select</option><option value="cash">Cash</option><option>Card</option></select>
<select name="chosen"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="radio" name="who" value="me"><input type="radio" name="who" value="you">
<input type="checkbox" name="agreed" value="1"><input type="file" name="scan"><button name="go">Send</button>
</form>"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("csrf_token", "abc"),
        ("empty", ""),
        ("amount", "1.00"),
        ("sum", "1.00"),
        ("count", "3"),
        ("from", DAY),
        ("due_on", DAY),
        ("mail", "gonogo@example.org"),
        ("phone", "01632 960001"),
        ("kept", "as it was"),
        ("reason", TEXT),
        ("note", TEXT),
        ("method", "cash"),
        ("chosen", "b"),
        ("who", "me"),
        ("agreed", "1"),
    ],
)
def test_each_kind_of_field_is_given_what_it_asks_for(name: str, value: str) -> None:
    assert filled_fields(FORM)[name] == value


def test_files_and_buttons_are_left_out() -> None:
    assert {"scan", "go"}.isdisjoint(filled_fields(FORM))
