"""Links, buttons and forms.

Fields are named by their label. A name can be narrowed down by the part of the page it is in: the name of a
menu, the caption of a table, the heading of a section.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gonogo.browsing import what_it_said
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.finding import find
from gonogo.steps.reading import look, table, table_number
from gonogo.steps.sentence import sentence
from gonogo.steps.sentences.pages import follow
from gonogo.steps.sheet import fold, quoted
from gonogo.steps.waiting import expect

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Locator

    from gonogo.steps.scenario_desk import Desk

_YES = frozenset({"yes", "ticked", "on", "true"})
_NO = frozenset({"no", "not ticked", "off", "false", ""})


@sentence('I follow "{name:text}"')
def follow_link(desk: Desk, name: str) -> None:
    """Click a link."""
    follow(desk, name)
    no_server_error(desk, f'following "{name}"')


@sentence('I follow "{name:text}" in "{region:text}"')
def follow_link_in(desk: Desk, name: str, region: str) -> None:
    """Click a link in a part of the page."""
    follow(desk, name, region)
    no_server_error(desk, f'following "{name}"')


@sentence('I press "{name:text}"')
def press(desk: Desk, name: str) -> None:
    """Press a button."""
    click(desk, find(desk, "button", name), f'pressing "{name}"')


@sentence('I press "{name:text}" in "{region:text}"')
def press_in(desk: Desk, name: str, region: str) -> None:
    """Press a button in a part of the page."""
    click(desk, find(desk, "button", name, region=region), f'pressing "{name}"')


@sentence('I press "{name:text}" and accept the question')
def press_and_accept(desk: Desk, name: str) -> None:
    """Press a button and say OK to the browser's own question (not to one that the page draws)."""
    _answering(desk, name, is_accepted=True)


@sentence('I press "{name:text}" and refuse the question')
def press_and_refuse(desk: Desk, name: str) -> None:
    """Press a button and say Cancel to the browser's own question."""
    _answering(desk, name, is_accepted=False)


@sentence('I click "{name:text}"')
def click_thing(desk: Desk, name: str) -> None:
    """Click whatever is called so: a tab, a menu entry, a heading that unfolds."""
    click(desk, find(desk, "thing", name), f'clicking "{name}"')


@sentence('I follow "{name:text}" in the row for "{key:text}"')
def followin_row(desk: Desk, name: str, key: str) -> None:
    """Click a link in the row of the table that is looked at."""
    click(desk, in_row(desk, key, name, "link"), f'following "{name}"')


@sentence('I press "{name:text}" in the row for "{key:text}"')
def pressin_row(desk: Desk, name: str, key: str) -> None:
    """Press a button in the row of the table that is looked at."""
    click(desk, in_row(desk, key, name, "button"), f'pressing "{name}"')


@sentence('I fill in "{label:text}" with "{value:text}"')
def fill_in(desk: Desk, label: str, value: str) -> None:
    """Put a value into a field, whatever kind of field it is."""
    put(desk, label, value)


@sentence("I fill in", takes="table")
def fill_in_all(desk: Desk) -> None:
    """Put values into fields, one a row: `| field | value |`. `yes` and `no` tick and untick."""
    if not desk.rows or len(desk.headings) != 2:
        raise CannotCheck("Write the fields below the sentence as a table of two columns: | field | value |")
    for row in desk.rows:
        label, value = row[desk.headings[0]], row[desk.headings[1]]
        put(desk, label, value)


@sentence('I fill in "{label:text}" with', takes="text")
def fill_in_long(desk: Desk, label: str = "") -> None:
    """Put the text below the sentence into a field; for text of several lines."""
    put(desk, label, desk.text)


@sentence('I clear "{label:text}"')
def clear(desk: Desk, label: str) -> None:
    """Empty a field."""
    find(desk, "field", label).fill("")


@sentence('I choose "{option:text}" in "{label:text}"')
def choose_in(desk: Desk, option: str, label: str) -> None:
    """Choose from a list, or one of a group of radio buttons that has a title."""
    put(desk, label, option)


@sentence('I choose "{option:text}"')
def choose(desk: Desk, option: str) -> None:
    """Choose a radio button by its label."""
    find(desk, "radio button", option).check()


@sentence('I tick "{label:text}"')
def tick(desk: Desk, label: str) -> None:
    """Tick a box."""
    find(desk, "checkbox", label).check()


@sentence('I untick "{label:text}"')
def untick(desk: Desk, label: str) -> None:
    """Remove a tick."""
    find(desk, "checkbox", label).uncheck()


@sentence('I upload "{file:text}" to "{label:text}"')
def upload(desk: Desk, file: str, label: str) -> None:
    """Choose a file of the project (looked for in features/files as well) for a file field."""
    find(desk, "field", label).set_input_files(desk.worker.project_file(file))


@sentence('I press the key "{key:text}"')
def press_key(desk: Desk, key: str) -> None:
    """Press a key of the keyboard: Enter, Tab, Escape, ArrowDown."""
    desk.page.keyboard.press(key)
    desk.page.wait_for_load_state()


@sentence('the field "{label:text}" holds "{value:text}"')
def check_field(desk: Desk, label: str, value: str) -> None:
    """What a field holds now; of a list, the option that is chosen; of a box, `ticked` or `not ticked`."""

    def probe() -> str | None:
        seen = held(find(desk, "field", label))
        return None if fold(seen) == fold(value) else f'it holds "{seen}"'

    expect(desk, f'the field "{label}" to hold "{value}"', probe)


@sentence('the field "{label:text}" offers "{option:text}"')
def check_offers(desk: Desk, label: str, option: str) -> None:
    """A list has an option."""
    options = _options(find(desk, "field", label))
    if fold(option) not in map(fold, options):
        raise NotAsExpected(f'"{label}" to offer "{option}"', f"it offers {quoted(options)}", desk.where)


@sentence('the field "{label:text}" does not offer "{option:text}"')
def check_does_not_offer(desk: Desk, label: str, option: str) -> None:
    """A list lacks an option."""
    options = _options(find(desk, "field", label))
    if fold(option) in map(fold, options):
        raise NotAsExpected(f'"{label}" not to offer "{option}"', f"it offers {quoted(options)}", desk.where)


def put(desk: Desk, label: str, value: str) -> None:
    """Put a value into the field with a label, by the kind of field it is.

    Raises:
        NotAsExpected: there is no such field, or a list does not offer the value.
    """
    group = desk.page.get_by_role("radiogroup", name=label, exact=True).or_(
        desk.page.get_by_role("group", name=label, exact=True)
    )
    if group.count():
        group.first.get_by_label(value, exact=True).check()
        return
    field = find(desk, "field", label)
    kind = field.evaluate("e => e.tagName === 'SELECT' ? 'list' : e.type")
    if kind == "list":
        _choose(desk, field, label, value)
    elif kind in ("checkbox", "radio"):
        field.set_checked(_yes_or_no(label, value))
    elif kind == "file":
        field.set_input_files(desk.worker.project_file(value))
    else:
        field.fill(value)


def held(field: Locator) -> str:
    """What a field holds, in words."""
    kind = field.evaluate("e => e.tagName === 'SELECT' ? 'list' : e.type")
    if kind in ("checkbox", "radio"):
        return "ticked" if field.is_checked() else "not ticked"
    if kind == "list":
        return str(field.evaluate("e => Array.from(e.selectedOptions, o => o.text.trim()).join(', ')"))
    return field.input_value()


def click(desk: Desk, thing: Locator, what: str) -> None:
    """Click and wait for the page that may come of it; a server error is told at once."""
    thing.click()
    desk.page.wait_for_load_state()
    no_server_error(desk, what)


def no_server_error(desk: Desk, what: str) -> None:
    """The system did not answer the last page with a server error.

    Raises:
        NotAsExpected: it did.
    """
    if desk.traffic.status >= 500:
        said = what_it_said(desk.page)
        raise NotAsExpected(
            f"{what} to work",
            f'the system answered with the error {desk.traffic.status}, "{said}"',
            desk.where,
        )


def _answering(desk: Desk, name: str, *, is_accepted: bool) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if is_accepted else dialog.dismiss()

    button = find(desk, "button", name)
    desk.page.once("dialog", answer)
    click(desk, button, f'pressing "{name}"')
    if not asked:
        desk.page.remove_listener("dialog", answer)
        raise NotAsExpected(f'a question after pressing "{name}"', "the browser asked none", desk.where)


def in_row(desk: Desk, key: str, name: str, kind: str) -> Locator:
    """The link or button with a name in the row for a key, in the table that is looked at."""
    found: list[Locator] = []

    def probe() -> str | None:
        view = look(desk)
        sheet = table(desk, view)
        row = (
            desk.page.locator("table")
            .nth(view.table_indexes[table_number(desk, view)])
            .locator("tr")
            .nth(sheet.marks[sheet.row_for(key)])
        )
        role = row.get_by_role("link" if kind == "link" else "button", name=name)
        if role.count() == 0:
            return f"the row has no {kind} called so"
        found[:] = [role.first]
        return None

    expect(desk, f'a {kind} "{name}" in the row for "{key}"', probe)
    return found[0]


def _choose(desk: Desk, field: Locator, label: str, value: str) -> None:
    options = _options(field)
    for option in options:
        if fold(option) == fold(value):
            field.select_option(label=option)
            return
    raise NotAsExpected(f'"{label}" to offer "{value}"', f"it offers {quoted(options)}", desk.where)


def _options(field: Locator) -> list[str]:
    options: list[str] = field.evaluate(
        "e => Array.from(e.options || [], o => o.text.replace(/\\s+/g, ' ').trim())"
    )
    return options


def _yes_or_no(label: str, value: str) -> bool:
    word = value.strip().casefold()
    if word not in _YES | _NO:
        raise CannotCheck(f'"{label}" is a box to tick: write yes or no, not "{value}".')
    return word in _YES
