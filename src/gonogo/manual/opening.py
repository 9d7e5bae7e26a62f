"""Opens a spreadsheet that somebody sent, after making sure that it cannot harm the machine.

A workbook is a zip file. Before a reader is let at it, every entry is unpacked once with a limit, whatever
sizes the zip claims: a bomb of a few kilobytes must not become gigabytes of memory.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine

from gonogo.manual.defusing import CELL_LIMIT, from_cell, line
from gonogo.model.errors import ProjectError, UsageError

LARGEST_FILE_BYTES = 64_000_000
LARGEST_UNPACKED_BYTES = 256_000_000
MOST_ENTRIES = 4_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]|\stable:formula=")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")
_PICTURE_PART = re.compile(r"(?:xl/media|Pictures)/.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet as rows of cleaned text; every row has as many cells as the widest."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What a spreadsheet file holds. `formulas` and `pictures` count what is in it besides values."""

    name: str
    sheets: tuple[Sheet, ...]
    formulas: int
    pictures: int

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by its name; capitals do not matter."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


def read_file(path: Path) -> bytes:
    """The bytes of a file that a person named.

    Raises:
        ProjectError: it is not a file, or cannot be read.
        UsageError: it is larger than 64 MB.
    """
    shown = line(path.name)
    if not path.is_file():
        raise ProjectError(f"{shown} is not a file.", remedy="Name the workbook or kit file you were sent.")
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise UsageError(
            f"{shown} is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.",
            remedy="Leave out pictures, or split the tests over several files.",
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{shown} cannot be read: {error.strerror or error}.") from error


def open_workbook(data: bytes, name: str) -> Workbook:
    """Read an XLSX or ODS file (or the old XLS).

    Args:
        data: the file.
        name: what the user calls it, for errors.

    Raises:
        UsageError: it is no workbook, is damaged, or would unpack to more than 256 MB.
    """
    shown = line(name)
    formulas = pictures = 0
    if data[:4] == b"PK\x03\x04":
        formulas, pictures = _examine(data, shown)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(_sheet(book, sheet, shown) for sheet in book.sheet_names)
    except (python_calamine.CalamineError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise UsageError(
            f"{shown} cannot be read as a workbook: {line(str(error))}.",
            remedy="Save it as .xlsx or .ods again.",
        ) from error
    return Workbook(name=shown, sheets=sheets, formulas=formulas, pictures=pictures)


def _sheet(book: Any, name: str, shown: str) -> Sheet:
    found = book.get_sheet_by_name(name)
    if found.total_height > MOST_ROWS or found.total_width > MOST_COLUMNS:
        raise UsageError(
            f"The sheet “{line(name)}” of {shown} has {found.total_height:,} rows and {found.total_width:,} "
            f"columns; at most {MOST_ROWS:,} and {MOST_COLUMNS} are read.",
            remedy="Delete the empty rows and columns, and save it again.",
        )
    rows = found.to_python(skip_empty_area=False)
    return Sheet(name=name, rows=tuple(tuple(_text(cell) for cell in row) for row in rows))


def _text(cell: object) -> str:
    """A cell's value as text: whole numbers without a point, dates as ISO dates."""
    match cell:
        case str():
            return from_cell(cell)
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case _:
            return from_cell(str(cell))[:CELL_LIMIT]


def _examine(data: bytes, shown: str) -> tuple[int, int]:
    """Unpack every entry once within limits; returns how many formulas and pictures there are."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UsageError(f"{shown} is damaged: {line(str(error))}.", remedy="Ask for it again.") from error
    if len(entries) > MOST_ENTRIES or sum(entry.compress_size for entry in entries) > len(data):
        raise _bomb(shown)
    room = LARGEST_UNPACKED_BYTES
    formulas = pictures = 0
    for entry in entries:
        is_sheet = _SHEET_PART.fullmatch(entry.filename) is not None
        pictures += _PICTURE_PART.fullmatch(entry.filename) is not None
        tail = b""
        for chunk in _unpacked(data, entry, shown):
            room -= len(chunk)
            if room < 0:
                raise _bomb(shown)
            if is_sheet:
                formulas += len(_FORMULA.findall(tail + chunk)) - len(_FORMULA.findall(tail))
                tail = chunk[-16:]
    return formulas, pictures


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
