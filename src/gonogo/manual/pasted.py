"""Pictures that testers pasted into a workbook: which lies in which row, and what is taken of them.

An XLSX file keeps pictures apart from cells. A sheet names a drawing, the drawing names for each picture the cell in
which its top left corner lies, and a list of relations says which part of the file the picture is. Only such pictures
are found. Left out are those placed *inside* a cell, those that lie in no row, and those that are only linked: nothing
outside the file is ever looked for.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from gonogo.manual.pictures import LARGEST_PICTURE_BYTES, MOST_PICTURES, as_png

MOST_PASTED = 300
"""Pictures read from one workbook; further ones are left out, and that is said."""

LARGEST_XML_BYTES = 16_000_000
"""Of a part that says where pictures are; with a larger one nothing is said."""

_WORKBOOK = "xl/workbook.xml"
_DRAWING = "/drawing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A picture in a sheet.

    Attributes:
        row: the sheet's, from 1.
        part: where the file keeps it; the same picture may lie in several rows.
        data: at most one byte larger than what can be taken in.
    """

    sheet: str
    row: int
    part: str
    data: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Taken:
    """What was taken of a sheet's pictures.

    Attributes:
        digests: row → digests of its pictures, in order.
        pictures: digest → PNG bytes.
        remarks: what was left out, row by row, and why.
    """

    digests: dict[int, tuple[str, ...]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def pasted_pictures(data: bytes) -> tuple[Pasted, ...]:
    """The pictures that lie in rows of an XLSX file's sheets, at most 300; none where it cannot be told.

    Args:
        data: a workbook that `gonogo.manual.examining` has let through.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(_pasted(_Parts(archive)))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, OSError, EOFError):
        return ()  # how many pictures there are was counted before, so that they are missing is said


def pictures_of_rows(pasted: Sequence[Pasted], count: int, sheet: str, rows: Collection[int]) -> Taken:
    """Take the pictures that lie in some rows of a sheet, as evidence of what these rows say.

    Each is decoded with limits and drawn anew; a row has at most six. What is not taken is told.

    Args:
        pasted: all of the workbook's of which it is known where they lie.
        count: how many pictures there are in the file.
        sheet: the one with the steps.
        rows: those with a result that is taken in, from 1.
    """
    taken = Taken()
    drawn: dict[bytes, tuple[str, bytes] | None] = {}
    for one in pasted:
        if one.sheet != sheet:
            continue
        if one.row not in rows:
            taken.remarks.append(
                f"Row {one.row}: a picture lies in a row without a result; it was not taken in."
            )
            continue
        kept = taken.digests.get(one.row, ())
        if len(kept) == MOST_PICTURES:
            taken.remarks.append(f"Row {one.row}: only {MOST_PICTURES} pictures of a step are taken in.")
            continue
        if one.data not in drawn:
            drawn[one.data] = as_png(one.data)
        picture = drawn[one.data]
        if picture is None:
            taken.remarks.append(
                f"Row {one.row}: a picture was left out; only PNG and JPEG of up to "
                f"{LARGEST_PICTURE_BYTES // 1_000_000} MB can be taken in."
            )
            continue
        taken.digests[one.row] = (*kept, picture[0])
        taken.pictures[picture[0]] = picture[1]
    elsewhere = sum(one.sheet != sheet for one in pasted) + count - len({one.part for one in pasted})
    if elsewhere > 0:
        what = "1 picture was" if elsewhere == 1 else f"{elsewhere} pictures were"
        taken.remarks.append(
            f"{what} not taken in: only those are whose top left corner lies in the row of a step, in an .xlsx file, "
            "and which are not placed inside a cell. The offline kit takes pictures as well."
        )
    return taken


class _Parts:
    """The parts of the file that are asked for, each read once."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._read: dict[str, bytes] = {}

    def picture(self, name: str) -> bytes:
        """A picture, cut a byte beyond the size at which it is refused."""
        if name not in self._read:
            with self._archive.open(name) as part:
                self._read[name] = part.read(LARGEST_PICTURE_BYTES + 1)
        return self._read[name]

    def tree(self, name: str) -> etree._Element:
        """A part as XML, from which nothing else is ever fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        with self._archive.open(name) as part:
            text = part.read(LARGEST_XML_BYTES + 1)
        if len(text) > LARGEST_XML_BYTES:
            raise ValueError(name)
        return etree.fromstring(text, parser)

    def related(self, name: str, kind: str = "") -> dict[str, str]:
        """Relation id → part, for the parts inside the file that a part names; `kind` is how their type ends."""
        folder, _, base = name.rpartition("/")
        listing = f"{folder}/_rels/{base}.rels"
        if listing not in self._archive.namelist():
            return {}
        found = {}
        for relation in _all(self.tree(listing), "Relationship"):
            if relation.get("TargetMode") != "External" and relation.get("Type", "").endswith(kind):
                target = posixpath.normpath(posixpath.join(f"/{folder}", relation.get("Target", "")))
                found[relation.get("Id", "")] = target.lstrip("/")
        return found


def _pasted(parts: _Parts) -> Iterator[Pasted]:
    sheets = parts.related(_WORKBOOK)
    count = 0
    for sheet in _all(parts.tree(_WORKBOOK), "sheet"):
        part = sheets.get(_relation(sheet, "id"), "")
        # The relations of a sheet say which drawing it has; the sheet itself may be far larger.
        for drawing in parts.related(part, _DRAWING).values() if part else ():
            for row, picture in _in_drawing(parts, drawing):
                count += 1
                if count > MOST_PASTED:
                    return
                data = parts.picture(picture)
                yield Pasted(sheet=sheet.get("name", ""), row=row, part=picture, data=data)


def _in_drawing(parts: _Parts, drawing: str) -> Iterator[tuple[int, str]]:
    """(row from 1, part) of every picture in a drawing that lies in a row."""
    related = parts.related(drawing)
    for anchor in parts.tree(drawing):
        rows = [row.text or "" for start in _all(anchor, "from") for row in _all(start, "row")]
        if not rows or not rows[0].isdecimal():
            continue
        for blip in _all(anchor, "blip"):
            picture = related.get(_relation(blip, "embed"), "")
            if picture:
                yield int(rows[0]) + 1, picture


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    """What is called so below an element, whichever of the format's two namespaces it is in."""
    return list(element.iter(f"{{*}}{name}"))


def _relation(element: etree._Element, name: str) -> str:
    """An attribute that names a relation, whichever namespace it is in."""
    return next((str(value) for key, value in element.items() if str(key).endswith(f"}}{name}")), "")
