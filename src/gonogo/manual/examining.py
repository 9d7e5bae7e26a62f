"""Makes sure that a spreadsheet somebody sent cannot harm the machine, before a reader is let at it.

A workbook is a zip file. Every entry is unpacked once with a limit, whatever sizes the zip claims: a bomb of a few
kilobytes must not become gigabytes. And every cell's place is looked at: readers make a full rectangle of a sheet, so
that one cell in the last row and column would become billions.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from gonogo.manual.defusing import line
from gonogo.model.errors import UsageError

LARGEST_UNPACKED_BYTES = 128_000_000
MOST_ENTRIES = 4_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200

_CHUNK = 1 << 20
_OVERLAP = 64
_LOCAL_HEADER = struct.Struct("<4s22xHH")
# Each begins with plain letters, by which a search through many megabytes is fast.
_FORMULAS = (re.compile(rb"<f[ >/]"), re.compile(rb"<\w{1,20}:f[ >/]"), re.compile(rb"table:formula="))
_PLACE = re.compile(rb"r=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_ROW = re.compile(rb"row\b[^>]{0,200}?\br=[\"'](\d{1,7})[\"']")
_PICTURE = re.compile(r"(?:xl/media|Pictures)/.+")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE_VALUE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


def examine(data: bytes, shown: str) -> tuple[int, int]:
    """Look at a whole XLSX or ODS file.

    Args:
        data: the file.
        shown: its name, cleaned, for errors.

    Returns:
        How many formulas and how many pictures it holds.

    Raises:
        UsageError: it is something else, is damaged or locked, unpacks to more than 128 MB, or has a sheet of
            more than 200,000 rows or 200 columns.
    """
    entries = _entries(data, shown)
    room = LARGEST_UNPACKED_BYTES
    formulas = pictures = 0
    for entry in entries:
        pictures += _PICTURE.fullmatch(entry.filename) is not None
        cells = _Cells()
        kept: list[bytes] = []
        for chunk in _unpacked(data, entry, shown):
            room -= len(chunk)
            if room < 0:
                raise _bomb(shown)
            cells.look(chunk)
            if entry.filename == "content.xml":
                kept.append(chunk)
        formulas += cells.formulas if cells.has_cells else 0
        if cells.is_too_large or _is_ods_too_large(b"".join(kept), shown):
            raise UsageError(
                f"A sheet of {shown} reaches further than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns; it was not "
                "opened.",
                remedy="Delete the empty rows and columns behind the last one, and save it again.",
            )
    return formulas, pictures


class _Cells:
    """What the XML of an entry says about cells, looked at piece by piece."""

    def __init__(self) -> None:
        self.formulas = 0
        self.has_cells = False
        self.is_too_large = False
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        """Look at the next piece."""
        piece = self._tail + chunk
        self.has_cells = self.has_cells or b"sheetData" in piece or b"table:table" in piece
        self.formulas += _formulas(piece) - _formulas(self._tail)
        for letters, row in _PLACE.findall(piece):
            if int(row) > MOST_ROWS or len(letters) > 2 or _column(letters) > MOST_COLUMNS:
                self.is_too_large = True
        if any(int(row) > MOST_ROWS for row in _ROW.findall(piece)):
            self.is_too_large = True
        self._tail = piece[-_OVERLAP:]


def _formulas(piece: bytes) -> int:
    return sum(len(pattern.findall(piece)) for pattern in _FORMULAS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _is_ods_too_large(content: bytes, shown: str) -> bool:
    """Whether a table of an ODS file has content beyond the limits, repeated rows and cells counted."""
    if not content:
        return False
    rows = columns = used_columns = 0
    is_used = False
    tags = [f"{_TABLE}{name}" for name in ("table-cell", "covered-table-cell", "table-row", "table")]
    try:
        for _, element in etree.iterparse(
            io.BytesIO(content), tag=tags, resolve_entities=False, no_network=True
        ):
            if element.tag == f"{_TABLE}table":
                rows = 0
            elif element.tag == f"{_TABLE}table-row":
                rows += _repeated(element, "rows")
                if is_used and (rows > MOST_ROWS or used_columns > MOST_COLUMNS):
                    return True
                columns, is_used = 0, False
                element.clear()
            else:
                columns += _repeated(element, "columns")
                if element.get(_OFFICE_VALUE) or len(element):
                    is_used, used_columns = True, columns
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{shown} is damaged: {line(str(error))}.", remedy="Ask for it again.") from error
    return False


def _repeated(element: Any, what: str) -> int:
    stated = str(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    return int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 10 else 10**9


def _entries(data: bytes, shown: str) -> list[zipfile.ZipInfo]:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UsageError(
            f"{shown} is no workbook, or is damaged: {line(str(error))}.", remedy="Save it as .xlsx or .ods."
        ) from error
    names = {entry.filename for entry in entries}
    if not names & {"xl/workbook.xml", "content.xml"} or any(
        name.endswith(".bin") for name in names if "sheet" in name
    ):
        raise UsageError(
            f"{shown} is neither an XLSX nor an ODS workbook.", remedy="Save it as .xlsx or .ods."
        )
    if len(entries) > MOST_ENTRIES or sum(entry.compress_size for entry in entries) > len(data):
        raise _bomb(shown)
    return entries


def _unpacked(data: bytes, entry: zipfile.ZipInfo, shown: str) -> Iterator[bytes]:
    """An entry's bytes as they really unpack, not as the directory says."""
    header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or entry.flag_bits & 1:
        raise UsageError(
            f"{shown} is damaged or protected by a password.", remedy="Save it without a password."
        )
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise UsageError(f"{shown} is packed in a way that is not read.", remedy="Save it as .xlsx again.")
    unpacker = zlib.decompressobj(-15)
    try:
        while True:
            chunk = unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
            if not chunk and not packed:
                return
            yield chunk
    except zlib.error as error:
        raise UsageError(f"{shown} is damaged: {error}.", remedy="Ask for it again.") from error


def _bomb(shown: str) -> UsageError:
    return UsageError(
        f"{shown} unpacks to more than {LARGEST_UNPACKED_BYTES // 1_000_000} MB, or to far more files than a "
        "workbook has; it was not opened.",
        remedy="Ask the sender for a workbook without anything else in it.",
    )
