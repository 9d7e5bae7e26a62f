"""Tables as applications hand them out: CSV, XLSX, rows of a query; and the words of a PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Self

from lxml import html as lxml_html

from gonogo.pytest_plugin.errors import expect

XLSX_START = b"PK\x03\x04"
PDF_START = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns, and rows of texts as long as the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, source: Iterable[Mapping[str, Any]] | Table | bytes | str) -> Table:
        """A table from rows by column name, or from the bytes of a CSV or XLSX file.

        Raises:
            AssertionError: the bytes are a web page, or not a table at all.
        """
        if isinstance(source, Table):
            return source
        if isinstance(source, str):
            return cls.read_csv(source.encode())
        if isinstance(source, bytes):
            return cls.read_xlsx(source) if source.startswith(XLSX_START) else cls.read_csv(source)
        listed = list(source)
        columns = tuple(dict.fromkeys(str(name) for row in listed for name in row))
        rows = tuple(tuple(written(row.get(name)) for name in columns) for row in listed)
        return cls(columns, rows)

    @classmethod
    def read_csv(cls, content: bytes) -> Self:
        """A CSV file with a line of column names; UTF-8 with or without mark, else Windows-1252.

        Raises:
            AssertionError: it is a web page, has no column names, or a line with another number of values.
        """
        refuse_html(content, "CSV file")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
        expect(lines, "The CSV file is empty: it has not even column names.")
        columns = tuple(lines[0])
        for number, line in enumerate(lines[1:], start=2):
            expect(
                len(line) == len(columns),
                f"Line {number} of the CSV file has {len(line)} values for {len(columns)} columns: "
                f"{','.join(line)[:120]}",
            )
        return cls(columns, tuple(tuple(line) for line in lines[1:]))

    @classmethod
    def read_xlsx(cls, content: bytes, sheet: str = "") -> Self:
        """A sheet of a workbook, its first row the column names; the first sheet unless named.

        Raises:
            AssertionError: it is no workbook, or has no such sheet.
        """
        from python_calamine import CalamineError, CalamineWorkbook

        refuse_html(content, "workbook")
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
            lines = found.to_python()
        except CalamineError as error:
            raise AssertionError(f"The workbook cannot be read: {error}") from error
        texts = [tuple(written(value) for value in line) for line in lines]
        head = next((n for n, line in enumerate(texts) if sum(map(bool, line)) > 1), 0)
        expect(texts, "The sheet is empty.")
        return cls(texts[head], tuple(line for line in texts[head + 1 :] if any(line)))

    @classmethod
    def read_html(cls, page: str, caption: str = "") -> Self:
        """A table of a web page: the only one, or the one with this caption (or accessible name).

        Raises:
            AssertionError: there is no such table; names those there are.
        """
        found: dict[str, Any] = {}
        for element in lxml_html.document_fromstring(page).iterfind(".//table"):
            name = element.findtext("caption") or element.get("aria-label") or f"table {len(found) + 1}"
            found[" ".join(name.split())] = element
        names = ", ".join(found) or "none"
        if not caption:
            expect(len(found) == 1, f"The page has {len(found)} tables ({names}); say which.")
            caption = next(iter(found))
        expect(caption in found, f"The page has no table {caption!r}; it has {names}.")
        lines = [
            tuple(" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td"))
            for row in found[caption].iterfind(".//tr")
        ]
        width = len(lines[0]) if lines else 0
        # A cell that spans columns stands for the first of them.
        rows = tuple((line + ("",) * width)[:width] for line in lines[1:])
        return cls(lines[0] if lines else (), rows)

    def records(self) -> list[dict[str, str]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column(self, name: str) -> list[str]:
        """The values of one column.

        Raises:
            AssertionError: there is no such column.
        """
        expect(name in self.columns, f"There is no column {name!r}; there are {', '.join(self.columns)}.")
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def csv(self) -> str:
        """The table as CSV text."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return file.getvalue()

    def __len__(self) -> int:
        return len(self.rows)


def written(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        # Spreadsheets hold binary floats; the shortest text that means the same is what a person typed.
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)


def refuse_html(content: bytes, what: str) -> None:
    """Make sure that a download is what it says and not an error page sent with a good status.

    Raises:
        AssertionError: it is a web page; quotes its beginning.
    """
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_page = (
        start.startswith((b"<!doctype", b"<html"))
        or b"<body" in start
        or b"</html>" in content[-200:].lower()
    )
    words = " ".join(start.decode("utf-8", "replace").split())[:120]
    expect(not is_page, f"The {what} is a web page: {words}")


def read_pdf_text(document: bytes) -> str:
    """The words of a PDF file, page by page, in the order and lines they stand in.

    Raises:
        AssertionError: it is no PDF, or holds no page.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    refuse_html(document, "PDF file")
    expect(document.startswith(PDF_START), "The file is not a PDF.")
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    except PyPdfError as error:
        raise AssertionError(f"The PDF cannot be read: {error}") from error
    expect(pages, "The PDF has no pages.")
    return "\f\n".join("\n".join(" ".join(line.split()) for line in page.splitlines()) for page in pages)
