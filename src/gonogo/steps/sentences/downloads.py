"""Files: downloads, and what batch jobs write.

CSV, XLSX and PDF are told by their content, not by their name: an error page called report.csv is found out.
Sums are exact to the penny.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gonogo.steps.amounts import read_amount, write_amount
from gonogo.steps.download import Download
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.finding import find
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import Sheet, fold, is_same, quoted

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse

    from gonogo.steps.scenario_desk import Desk

_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)


@sentence('I download "{name:text}"')
def download(desk: Desk, name: str) -> None:
    """Fetch the file behind a link or button, or at a path such as `/reports/rent-roll.csv`."""
    if name.startswith("/"):
        _fetch(desk, name)
        return
    thing = find(desk, "thing", name)
    address = thing.evaluate("e => e.tagName === 'A' ? e.href : ''")
    if address:
        _fetch(desk, str(address))
    else:
        _press(desk, name)


@sentence('I download "{name:text}" in the row for "{key:text}"')
def download_in_row(desk: Desk, name: str, key: str) -> None:
    """Fetch the file behind a link in a row of the table that is looked at."""
    from gonogo.steps.sentences.doing import in_row

    _fetch(desk, str(in_row(desk, key, name, "link").evaluate("e => e.href")))


@sentence("the file is a {kind:w} file")
def check_kind(desk: Desk, kind: str) -> None:
    """What the file is by its content: CSV, XLSX, PDF, XML."""
    seen = the_file(desk).kind
    if seen.casefold() != kind.casefold():
        shown = "a web page" if seen == "HTML" else f"a {seen} file"
        raise NotAsExpected(f"a {kind} file", f"it is {shown}", desk.file.where)


@sentence('the file is called "{name:text}"')
def check_name(desk: Desk, name: str) -> None:
    """The name the system gives the file; `*` stands for anything."""
    from fnmatch import fnmatchcase

    seen = the_file(desk).name
    if not fnmatchcase(seen, name):
        raise NotAsExpected(f'the file to be called "{name}"', f'it is called "{seen}"', desk.file.where)


@sentence('the file contains "{text:text}"')
def check_contains(desk: Desk, text: str) -> None:
    """The words of the file hold this text; white space and capital letters do not matter."""
    if fold(text) not in fold(the_file(desk).text):
        start = " ".join(desk.file.text.split())[:120]
        raise NotAsExpected(f'the file to contain "{text}"', f'it starts "{start}"', desk.file.where)


@sentence('the file does not contain "{text:text}"')
def check_does_not_contain(desk: Desk, text: str) -> None:
    """The words of the file do not hold this text."""
    if fold(text) in fold(the_file(desk).text):
        raise NotAsExpected(f'the file not to contain "{text}"', "it does", desk.file.where)


@sentence('I look at the sheet "{name:text}"')
def look_at_sheet(desk: Desk, name: str) -> None:
    """Say which sheet of a spreadsheet the next sentences mean; without this it is the first."""
    desk.sheet = the_file(desk).sheet(name)


@sentence('the file has the columns "{columns:text}"')
def check_columns(desk: Desk, columns: str) -> None:
    """The headings, from left to right, parted by commas; all of them."""
    sheet, wanted = the_sheet(desk), [name.strip() for name in columns.split(",")]
    if [*map(fold, sheet.columns)] != [*map(fold, wanted)]:
        raise NotAsExpected(f"the columns {quoted(wanted)}", f"they are {quoted(sheet.columns)}", sheet.where)


@sentence("the file has {count:d} rows")
@sentence("the file has {count:d} row")
def check_count(desk: Desk, count: int) -> None:
    """How many rows there are below the headings."""
    sheet = the_sheet(desk)
    if len(sheet.rows) != count:
        raise NotAsExpected(f"{count} rows", f"there are {len(sheet.rows)}", sheet.where)


@sentence("the file has at least {count:d} rows")
@sentence("the file has at least {count:d} row")
def check_at_least(desk: Desk, count: int) -> None:
    """There are so many rows or more below the headings."""
    sheet = the_sheet(desk)
    if len(sheet.rows) < count:
        raise NotAsExpected(f"at least {count} rows", f"there are {len(sheet.rows)}", sheet.where)


@sentence('the file has as many rows as "{name:text}"')
def check_count_noted(desk: Desk, name: str) -> None:
    """As many rows as was noted; of a text such as `1 to 25 of 530`, the last number counts."""
    sheet, said = the_sheet(desk), desk.fill("{" + name + "}")
    numbers = re.findall(r"\d[\d,]*", said)
    if not numbers:
        raise CannotCheck(f'"{said}", noted as "{name}", holds no number.')
    wanted = int(numbers[-1].replace(",", ""))
    if len(sheet.rows) != wanted:
        raise NotAsExpected(f"{wanted} rows", f"there are {len(sheet.rows)}", sheet.where)


@sentence('the row of the file for "{key:text}" shows "{value:text}" under "{column:text}"')
def check_cell(desk: Desk, key: str, value: str, column: str) -> None:
    """A cell of the row with that text; an amount with a pound sign is compared to the penny."""
    sheet = the_sheet(desk)
    seen = sheet.cell(key, column)
    if not is_same(seen, value):
        raise NotAsExpected(f'"{value}" under "{column}" for "{key}"', f'it is "{seen}"', sheet.where)


@sentence('the row of the file for "{key:text}" shows {amount:amount} under "{column:text}"')
def check_cell_amount(desk: Desk, key: str, amount: str, column: str) -> None:
    """An amount in the row with that text, exact to the penny."""
    sheet = the_sheet(desk)
    seen = sheet.cell(key, column)
    if read_amount(seen) != read_amount(amount):
        raise NotAsExpected(f'{amount} under "{column}" for "{key}"', f'it is "{seen}"', sheet.where)


@sentence('the file has a row for "{key:text}"')
def check_row(desk: Desk, key: str) -> None:
    """There is a row with that text."""
    sheet = the_sheet(desk)
    if not sheet.rows_for(key):
        raise NotAsExpected(f'a row for "{key}"', sheet.in_short(), sheet.where)


@sentence('the file has no row for "{key:text}"')
def check_no_row(desk: Desk, key: str) -> None:
    """There is no row with that text."""
    sheet = the_sheet(desk)
    if sheet.rows_for(key):
        raise NotAsExpected(f'no row for "{key}"', "there is one", sheet.where)


@sentence('the column "{column:text}" of the file adds up to {amount:amount}')
def check_total(desk: Desk, column: str, amount: str) -> None:
    """The exact sum of a column."""
    _total(desk, column, amount)


@sentence('the column "{column:text}" of the file adds up to "{name:text}"')
def check_total_noted(desk: Desk, column: str, name: str) -> None:
    """The exact sum of a column is the amount that was noted."""
    _total(desk, column, desk.fill("{" + name + "}"))


@sentence('I note the sum of "{column:text}" of the file as "{name:text}"')
def note_total(desk: Desk, column: str, name: str) -> None:
    """Remember the exact sum of a column as money."""
    desk.note(name, write_amount(the_sheet(desk).total(column)))


@sentence('I note "{column:text}" of the file in the row for "{key:text}" as "{name:text}"')
def note_cell(desk: Desk, column: str, key: str, name: str) -> None:
    """Remember a cell of the file."""
    desk.note(name, the_sheet(desk).cell(key, column))


@sentence('I note the number of rows of the file as "{name:text}"')
def note_count(desk: Desk, name: str) -> None:
    """Remember how many rows there are below the headings."""
    desk.note(name, str(len(the_sheet(desk).rows)))


def the_file(desk: Desk) -> Download:
    """The file that is looked at.

    Raises:
        CannotCheck: the scenario has not downloaded one yet.
    """
    if desk.file is None:
        raise CannotCheck("No file was downloaded in this scenario before this step.")
    found: Download = desk.file
    return found


def the_sheet(desk: Desk) -> Sheet:
    """The table of the file that is looked at."""
    if desk.sheet is None:
        desk.sheet = the_file(desk).sheet()
    return desk.sheet


def take(desk: Desk, found: Download) -> None:
    """Put a file on the desk."""
    desk.file, desk.sheet = found, None
    desk.was_at(found.where)


def _fetch(desk: Desk, address: str) -> None:
    """Fetch a file with the browser's session, without making the browser show it."""
    answer = desk.page.request.get(address)
    where = f"GET {answer.url.removeprefix(desk.worker.job.base_url)}"
    desk.was_at(where)
    if answer.status >= 400:
        raise NotAsExpected("a file", f"the system answered with the error {answer.status}", where)
    name = _file_name(answer)
    path = _place(desk) / name
    path.write_bytes(answer.body())
    take(desk, Download(name=name, path=path, where=where))


def _press(desk: Desk, name: str) -> None:
    from playwright.sync_api import TimeoutError as Late

    page = desk.page
    try:
        with page.expect_download() as waiting:
            find(desk, "button", name).click()
        found = waiting.value
    except Late:
        raise NotAsExpected(f'"{name}" to give a file', f'it shows "{page.title()}"', desk.where) from None
    path = _place(desk) / Path(found.suggested_filename).name
    found.save_as(path)
    take(desk, Download(name=path.name, path=path, where=desk.where))


def _file_name(answer: APIResponse) -> str:
    match = _NAME.search(answer.headers.get("content-disposition", ""))
    name = unquote(match[1]) if match else answer.url.split("?")[0].rstrip("/").rpartition("/")[2]
    return Path(name.strip()).name or "download"


def _place(desk: Desk) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gonogo-file-"))
    desk.temporary.append(folder)
    return folder


def _total(desk: Desk, column: str, amount: str) -> None:
    sheet = the_sheet(desk)
    wanted, total = read_amount(amount), sheet.total(column)
    if wanted is None:
        raise CannotCheck(f'"{amount}" is not an amount.')
    if total != wanted:
        raise NotAsExpected(
            f'the column "{column}" to add up to {amount}',
            f"it adds up to {write_amount(total, amount)}",
            sheet.where,
        )
