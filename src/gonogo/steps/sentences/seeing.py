"""What a page shows.

Capital letters and white space do not matter. A step waits for what it expects, but not longer than the
page is still at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gonogo.steps.amounts import read_amount, write_amount
from gonogo.steps.errors import NotAsExpected
from gonogo.steps.finding import find, find_region, is_there
from gonogo.steps.reading import PageView, look
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import fold, is_same, quoted
from gonogo.steps.waiting import expect

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk


@sentence('I see "{text:text}"')
def see(desk: Desk, text: str) -> None:
    """The page shows a text."""
    expect(desk, f'to see "{text}"', lambda: _missing(look(desk), text))


@sentence('I do not see "{text:text}"')
def do_not_see(desk: Desk, text: str) -> None:
    """The page does not show a text."""

    def probe() -> str | None:
        return "the page shows it" if fold(text) in fold(look(desk).text) else None

    expect(desk, f'not to see "{text}"', probe)


@sentence('within {seconds:d} seconds I see "{text:text}"')
def see_within(desk: Desk, seconds: int, text: str) -> None:
    """The page shows a text by then, however long it is still; for what happens in the background."""
    expect(
        desk,
        f'to see "{text}" within {seconds} seconds',
        lambda: _missing(look(desk), text),
        within_s=seconds,
    )


@sentence('I see "{text:text}" in "{region:text}"')
def see_in(desk: Desk, text: str, region: str) -> None:
    """A part of the page shows a text: a menu, a table, a section with a heading."""

    def probe() -> str | None:
        seen = find_region(desk.page, region).inner_text()
        return None if fold(text) in fold(seen) else f'it shows "{" ".join(seen.split())[:300]}"'

    expect(desk, f'to see "{text}" in "{region}"', probe)


@sentence("I see all of", takes="table")
def see_all(desk: Desk) -> None:
    """The page shows every text of the table's first column."""
    texts = [row[desk.headings[0]] for row in desk.rows]

    def probe() -> str | None:
        shown = fold(look(desk).text)
        missing = [text for text in texts if fold(text) not in shown]
        return f"the page lacks {quoted(missing)}" if missing else None

    expect(desk, f"to see {quoted(texts)}", probe)


@sentence('I see the {kind:kind} "{name:text}"')
def see_thing(desk: Desk, kind: str, name: str) -> None:
    """The page has a link, button, field, tab, checkbox, radio button, heading or picture of that name."""
    find(desk, kind, name)


@sentence('I do not see the {kind:kind} "{name:text}"')
def do_not_see_thing(desk: Desk, kind: str, name: str) -> None:
    """The page has no such thing."""
    expect(
        desk,
        f'not to see the {kind} "{name}"',
        lambda: "the page has it" if is_there(desk, kind, name) else None,
    )


@sentence('I see the message "{text:text}"')
def see_message(desk: Desk, text: str) -> None:
    """A message of the system (a status or an alert) says so."""
    expect(desk, f'the message "{text}"', lambda: _said(look(desk).messages, text))


@sentence('I see the error "{text:text}"')
def see_error(desk: Desk, text: str) -> None:
    """An alert of the system says so."""
    expect(desk, f'the error "{text}"', lambda: _said(look(desk).alerts, text))


@sentence("I see no error")
def see_no_error(desk: Desk) -> None:
    """The page shows no alert and did not answer with an error."""
    alerts = look(desk).alerts
    if alerts or desk.traffic.status >= 400:
        said = quoted(alerts) if alerts else f"the page answered with the error {desk.traffic.status}"
        raise NotAsExpected("no error", f"it says {said}", desk.where)


@sentence('I look at the section "{name:text}"')
def look_at_section(desk: Desk, name: str) -> None:
    """Say under which heading the labels of the next sentences stand, when a page has a label twice."""

    def probe() -> str | None:
        sections = list(dict.fromkeys(pair[3] for pair in look(desk).pairs if pair[3]))
        return None if fold(name) in map(fold, sections) else f"the page has labels under {quoted(sections)}"

    desk.section, desk.section_path = name, urlsplit(desk.page.url).path
    expect(desk, f'a section "{name}"', probe)


@sentence('"{label:text}" is "{value:text}"')
def check_value(desk: Desk, label: str, value: str) -> None:
    """The value that stands beside a label is this text."""

    def probe() -> str | None:
        seen = _value(desk, label)
        return None if is_same(seen, value) else f'it is "{seen}"'

    expect(desk, f'"{label}" to be "{value}"', probe)


@sentence('"{label:text}" is not "{value:text}"')
def check_not_value(desk: Desk, label: str, value: str) -> None:
    """The value that stands beside a label is another text."""

    def probe() -> str | None:
        return "it is" if is_same(_value(desk, label), value) else None

    expect(desk, f'"{label}" not to be "{value}"', probe)


@sentence('"{label:text}" contains "{text:text}"')
def check_value_contains(desk: Desk, label: str, text: str) -> None:
    """The value that stands beside a label holds this text."""

    def probe() -> str | None:
        seen = _value(desk, label)
        return None if fold(text) in fold(seen) else f'it is "{seen}"'

    expect(desk, f'"{label}" to contain "{text}"', probe)


@sentence('"{label:text}" is {amount:amount}')
def check_amount(desk: Desk, label: str, amount: str) -> None:
    """The amount beside a label, exact to the penny; a credit is negative (`£20.00 CR`)."""
    wanted = read_amount(amount)

    def probe() -> str | None:
        seen = _value(desk, label)
        return None if read_amount(seen) == wanted else f'it is "{seen}"'

    expect(desk, f'"{label}" to be {amount}', probe)


@sentence('I note "{label:text}" as "{name:text}"')
def note_value(desk: Desk, label: str, name: str) -> None:
    """Remember the value beside a label; later sentences write it as `{name}`."""

    def probe() -> str | None:
        desk.note(name, _value(desk, label))
        return None

    expect(desk, f'to see "{label}" with a value', probe)


@sentence('"{label:text}" is the same as "{name:text}"')
def check_same(desk: Desk, label: str, name: str) -> None:
    """The value beside a label is the one that was noted."""
    check_value(desk, label, desk.fill("{" + name + "}"))


@sentence('"{label:text}" is {amount:amount} more than "{name:text}"')
def check_more(desk: Desk, label: str, amount: str, name: str) -> None:
    """The amount beside a label is exactly so much above the one that was noted."""
    _check_change(desk, label, amount, name, sign=1)


@sentence('"{label:text}" is {amount:amount} less than "{name:text}"')
def check_less(desk: Desk, label: str, amount: str, name: str) -> None:
    """The amount beside a label is exactly so much below the one that was noted."""
    _check_change(desk, label, amount, name, sign=-1)


@sentence('I note the text matching "{pattern:text}" as "{name:text}"')
def note_match(desk: Desk, pattern: str, name: str) -> None:
    """Remember a part of the page's text: `Repair (R[0-9]+) raised` notes what the brackets enclose."""
    import re

    compiled = re.compile(pattern)

    def probe() -> str | None:
        match = compiled.search(look(desk).text)
        if match is None:
            return "no text of the page does"
        desk.note(name, match[1] if compiled.groups else match[0])
        return None

    expect(desk, f'a text matching "{pattern}"', probe)


def _check_change(desk: Desk, label: str, amount: str, name: str, *, sign: int) -> None:
    before_text = desk.fill("{" + name + "}")
    before, change = read_amount(before_text), read_amount(amount)
    if before is None or change is None:
        raise NotAsExpected(f'"{name}" to be an amount', f'"{before_text}" was noted', desk.where)
    wanted = before + sign * change

    def probe() -> str | None:
        seen = _value(desk, label)
        return None if read_amount(seen) == wanted else f'it is "{seen}"'

    direction = "more" if sign > 0 else "less"
    expect(
        desk,
        f'"{label}" to be {write_amount(wanted, amount)}, {amount} {direction} than "{before_text}"',
        probe,
    )


def _value(desk: Desk, label: str) -> str:
    """What stands beside a label, in the section that is looked at."""
    is_here = desk.section_path == urlsplit(desk.page.url).path
    return look(desk).value_of(label, desk.section if is_here else "")


def _missing(view: PageView, text: str) -> str | None:
    if fold(text) in fold(view.text):
        return None
    shown = [*view.alerts, *view.main_headings] or [view.text[:120]]
    return f'the page does not show it; it says "{" / ".join(shown)[:300]}"'


def _said(messages: tuple[str, ...], text: str) -> str | None:
    if any(fold(text) in fold(message) for message in messages):
        return None
    return f"the messages are {quoted(messages)}" if messages else "there is no message"
