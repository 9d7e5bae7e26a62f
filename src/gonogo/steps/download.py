"""Downloaded files: what they are called, and their text or table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sheet import Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ZIP, _PDF, _OLE = b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Download:
    """A file that was downloaded or written by a batch job.

    Attributes:
        name: as the system calls it.
        path: where it lies now.
        where: the request or command it came from, without host.
    """

    name: str
    path: Path
    where: str = ""

    @cached_property
    def data(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()

    @property
    def kind(self) -> str:
        """What it is by its content: `PDF`, `XLSX`, `XLS`, `HTML`, `XML`, `CSV` or `text`."""
        start = self.data[:2048].lstrip()
        if start.startswith(_PDF):
            return "PDF"
        if start.startswith(_ZIP):
            return "XLSX"
        if start.startswith(_OLE):
            return "XLS"
        low = start.lower()
        # An error half-way through an export leaves a heading, and after it the page that tells of the error.
        if low.startswith((b"<!doctype html", b"<html")) or b"</html>" in self.data[-200:].lower():
            return "HTML"
        if low.startswith(b"<"):
            return "XML"
        return "CSV" if any(mark in start for mark in (b",", b";", b"\t", b"|")) else "text"

    @cached_property
    def text(self) -> str:
        """All its words: of a PDF, page after page; of a spreadsheet, cell after cell."""
        if self.kind == "PDF":
            return _pdf_text(self.path)
        if self.kind in ("XLSX", "XLS"):
            return "\n".join("\t".join(row) for sheet in self.sheet_names for row in self._cells(sheet))
        return self.data.decode("utf-8-sig", errors="replace")

    @cached_property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets of a spreadsheet; empty for other files."""
        if self.kind not in ("XLSX", "XLS"):
            return ()
        return tuple(_workbook(self.path).sheet_names)

    def sheet(self, name: str = "") -> Sheet:
        """Its table; of a spreadsheet, the sheet with that name or the first.

        Raises:
            NotAsExpected: it is an error page instead of a table (whatever its name and status say), it has
                no such sheet, or nothing in it.
            CannotCheck: this kind of file holds no table.
        """
        if self.kind == "HTML":
            raise NotAsExpected(f"{self.name} to be a file", "it is a web page", self.where)
        if self.kind in ("XLSX", "XLS"):
            rows = self._cells(name or self.sheet_names[0])
        elif self.kind in ("CSV", "text"):
            rows = _csv_rows(self.text)
        else:
            raise CannotCheck(f"{self.name} is a {self.kind} file, which holds no table.")
        if not rows:
            raise NotAsExpected(f"{self.name} to hold rows", "it is empty", self.where)
        title = f'the sheet "{name}" of {self.name}' if name else self.name
        return Sheet(name=title, columns=rows[0], rows=tuple(rows[1:]), where=self.where)

    def _cells(self, sheet: str) -> list[tuple[str, ...]]:
        if sheet not in self.sheet_names:
            known = ", ".join(self.sheet_names)
            raise NotAsExpected(f'{self.name} to have a sheet "{sheet}"', f"it has {known}", self.where)
        rows = _workbook(self.path).get_sheet_by_name(sheet).to_python()
        cells = [tuple(_cell(value) for value in row) for row in rows]
        return [row for row in cells if any(row)]

    def in_full(self) -> str:
        """Its text, for the evidence."""
        return self.text


def _workbook(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path)


def _cell(value: object) -> str:
    """A spreadsheet's cell as text. Whole numbers lose the `.0` that spreadsheets give every number."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Spreadsheets store binary fractions: 12.1 comes back as 12.1, and 15 digits are all they keep.
        return f"{value:.15g}"
    return str(value)


def _csv_rows(text: str) -> list[tuple[str, ...]]:
    sample = text[:4096]
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(sample.partition("\n")[0], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text), delimiter=dialect.delimiter)
    return [tuple(row) for row in rows if any(cell.strip() for cell in row)]


def _pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)
