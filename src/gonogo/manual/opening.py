"""Opens a spreadsheet that somebody sent, once `gonogo.manual.examining` has let it through."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine

from gonogo.manual.defusing import CELL_LIMIT, from_cell, line
from gonogo.manual.examining import MOST_COLUMNS, MOST_ROWS, examine
from gonogo.manual.pasted import Pasted, pasted_pictures
from gonogo.model.errors import ProjectError, UsageError

LARGEST_FILE_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet as rows of cleaned text; every row has as many cells as the widest."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What a spreadsheet file holds.

    Attributes:
        formulas, pictures: how many of these are in it besides values.
        pasted: the pictures of which it is known in which row they lie.
    """

    name: str
    sheets: tuple[Sheet, ...]
    formulas: int
    pictures: int
    pasted: tuple[Pasted, ...] = ()

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
    """Read an XLSX or ODS file.

    Args:
        data: the file.
        name: what the user calls it, for errors.

    Raises:
        UsageError: it is no workbook, is damaged, or would unpack to more than 128 MB.
    """
    shown = line(name)
    formulas, pictures = examine(data, shown)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(_sheet(book, sheet, shown) for sheet in book.sheet_names)
    except (python_calamine.CalamineError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(shown, error) from error
    except BaseException as error:
        # The reader is written in Rust; what it did not foresee comes as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(shown, error) from error
    pasted = pasted_pictures(data) if pictures else ()
    return Workbook(name=shown, sheets=sheets, formulas=formulas, pictures=pictures, pasted=pasted)


def _unreadable(shown: str, error: BaseException) -> UsageError:
    return UsageError(
        f"{shown} cannot be read as a workbook: {line(str(error))}.",
        remedy="Save it as .xlsx or .ods again.",
    )


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
