"""Fixture `download`: fetch a file as a role, and make sure that it is the file and not an error page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gonogo.pytest_plugin.errors import expect
from gonogo.pytest_plugin.interfaces import Interface, expect_status
from gonogo.pytest_plugin.tabular import Table, read_pdf_text, refuse_html

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that was handed out.

    Attributes:
        content: its bytes.
        filename: the name the application suggests; empty when it suggests none.
        content_type: as stated, without its parameters; empty for one from a click.
    """

    content: bytes
    filename: str = ""
    content_type: str = ""

    def table(self, sheet: str = "") -> Table:
        """The file as a table: CSV, or a sheet of a workbook (the first unless named).

        Raises:
            AssertionError: it is a web page or no table.
        """
        return Table.read_xlsx(self.content, sheet) if sheet else Table.of(self.content)

    def pdf_text(self) -> str:
        """The words of a PDF file.

        Raises:
            AssertionError: it is a web page or no PDF.
        """
        return read_pdf_text(self.content)

    def expect_rows(self, count: int) -> Table:
        """The file as a table, which must have as many rows as its source has.

        Raises:
            AssertionError: it has more or fewer: exports are cut short in silence.
        """
        table = self.table()
        expect(len(table) == count, f"{self.filename or 'The file'} has {len(table):,} rows, not {count:,}.")
        return table


class Downloads:
    """Fetches files."""

    def __init__(self, client: Callable[[str], Interface]) -> None:
        self._client = client

    def __call__(self, path: str, role: str = "") -> Download:
        """Fetch a file by its address.

        Args:
            path: the address.
            role: whose session; empty for nobody's.

        Raises:
            AssertionError: the answer is not 200, is empty, or is a web page.
        """
        answer = expect_status(self._client(role).get(path), 200)
        disposition = answer.headers.get("content-disposition", "")
        name = _FILE_NAME.search(disposition)
        return _checked(
            Download(
                content=answer.content,
                filename=name[1].strip() if name else "",
                content_type=answer.headers.get("content-type", "").partition(";")[0].strip(),
            ),
            path,
        )

    def by_click(self, page: Page, what: Locator) -> Download:
        """Fetch a file as a person does: click, and take what the browser saves.

        Raises:
            playwright.sync_api.TimeoutError: no download began.
            AssertionError: the file is empty or a web page.
        """
        with page.expect_download() as waiting:
            what.click()
        saved = waiting.value
        return _checked(
            Download(content=saved.path().read_bytes(), filename=saved.suggested_filename),
            saved.suggested_filename,
        )


def _checked(download: Download, what: str) -> Download:
    expect(download.content, f"{what} is an empty file.")
    refuse_html(download.content, f"file {what}")
    return download


@pytest.fixture
def download(http_as: Callable[[str], Interface]) -> Downloads:
    """`download("/reports/rent-roll.csv", "rent officer").table()`; `download.by_click(page, locator)`."""
    return Downloads(http_as)
