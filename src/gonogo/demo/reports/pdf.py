"""A small writer of PDF pages: text in the standard fonts, lines, and columns of figures.

Statements are printed by the thousand; this takes about a millisecond for each, where laying out HTML takes
a second. The form of the file is that of ISO 32000-1, section 7.5; text is in Windows-1252, which the
standard fonts know.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 595
HEIGHT = 842
# Widths of Helvetica in thousandths of the size, for the characters of money (Adobe Font Metrics)
_WIDTHS = {**dict.fromkeys("0123456789£", 556), **dict.fromkeys(",. ", 278), "-": 333, "C": 722, "R": 722}


class Sheet:
    """One A4 page; positions are points from the top left."""

    def __init__(self) -> None:
        self._drawing: list[bytes] = []

    def text(self, x: float, y: float, words: str, *, size: float = 9, bold: bool = False) -> None:
        """Words with their left end at x and their base line at y; what Windows-1252 lacks becomes '?'."""
        font = b"/F2" if bold else b"/F1"
        where = f"{size:g} Tf 1 0 0 1 {x:.2f} {HEIGHT - y:.2f} Tm".encode("ascii")
        self._drawing.append(b"BT %b %b %b Tj ET" % (font, where, _string(words)))

    def figures(self, right: float, y: float, words: str, *, size: float = 9, bold: bool = False) -> None:
        """An amount with its right end at `right`."""
        width = sum(_WIDTHS.get(letter, 556) for letter in words) * size / 1000
        self.text(right - width, y, words, size=size, bold=bold)

    def line(self, x: float, y: float, to_x: float) -> None:
        """A thin line to the right."""
        level = HEIGHT - y
        self._drawing.append(f"0.5 w {x:.2f} {level:.2f} m {to_x:.2f} {level:.2f} l S".encode("ascii"))

    def content(self) -> bytes:
        """The drawing as a stream object."""
        packed = zlib.compress(b"\n".join(self._drawing), 6)
        return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)


def _string(words: str) -> bytes:
    raw = words.encode("cp1252", errors="replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def pdf_bytes(sheets: Sequence[Sheet], *, title: str, producer: str, identifier: str) -> bytes:
    """The pages as one document. Nothing in it depends on the clock.

    Args:
        sheets: the pages in order.
        title: the title that a reader shows.
        producer: the program named as the maker.
        identifier: 32 hexadecimal digits.
    """
    fonts = [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>" % name
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    first_page = 6
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * number) for number in range(len(sheets)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(sheets)),
        *fonts,
        b"<< /Title %b /Producer %b >>" % (_string(title), _string(producer)),
    ]
    for number, sheet in enumerate(sheets):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            % (WIDTH, HEIGHT, first_page + 2 * number + 1)
        )
        objects.append(sheet.content())
    return _file(objects, identifier.encode("ascii"))


def _file(objects: list[bytes], identifier: bytes) -> bytes:
    made = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        made += b"%010d 00000 n \n" % place
    made += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R /ID [<%b> <%b>] >>\n" % (
        len(objects) + 1,
        identifier,
        identifier,
    )
    made += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(made)
