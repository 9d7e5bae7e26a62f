"""Pictures pasted into a workbook become evidence of the step in whose row they lie, and no other."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from tests.manual.samples import BUILD, NOW, by_id, filled_workbook, script

from gonogo.manual import pasted
from gonogo.manual.keeping import keep, picture, read_walks
from gonogo.manual.layout import Column
from gonogo.manual.merging import outcomes
from gonogo.manual.opening import open_workbook
from gonogo.manual.pasted import pasted_pictures
from gonogo.manual.submissions import Submission, read_workbook
from gonogo.manual.writing_xlsx import write_xlsx

ONE = script()
SEEN = 7
"""A column to paste in."""


def png(colour: str = "red", size: tuple[int, int] = (320, 200), form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form, **options)
    return buffer.getvalue()


def paste(sheet: Any, row: int, data: bytes, **options: Any) -> None:
    """As a tester pastes: the top left corner in this row (from 1), the rest over those below."""
    sheet.insert_image(row - 1, SEEN, "../../../etc/passwd.png", {"image_data": io.BytesIO(data), **options})


def pasting(*pictures: tuple[int, bytes]) -> Callable[[Any, Any], None]:
    def finish(_: Any, steps: Any) -> None:
        for row, data in pictures:
            paste(steps, row, data)

    return finish


def taken(data: bytes) -> Submission:
    return read_workbook(open_workbook(data, "sheet.xlsx"), by_id(ONE), NOW)


def with_parts(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with its parts changed; None leaves one out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = change(name, before.read(name))
            if part is not None:
                after.writestr(name, part)
    return buffer.getvalue()


def pictures_by_step(submission: Submission) -> dict[int, tuple[str, ...]]:
    (walk,) = submission.walks
    return {mark.step: mark.pictures for mark in walk.marks}


def colours(submission: Submission, step: int) -> list[tuple[int, ...]]:
    found = []
    for digest in pictures_by_step(submission)[step]:
        with Image.open(io.BytesIO(submission.pictures[digest])) as shown:
            pixel = shown.convert("RGB").getpixel((5, 5))
            assert isinstance(pixel, tuple)
            found.append(tuple(int(part) for part in pixel))
    return found


def test_each_picture_belongs_to_the_step_in_whose_row_its_corner_lies() -> None:
    submission = taken(
        filled_workbook((ONE,), finish=pasting((2, png("red")), (4, png("blue")), (4, png("lime"))))
    )
    assert colours(submission, 1) == [(255, 0, 0)]
    assert colours(submission, 2) == []
    assert colours(submission, 3) == [(0, 0, 255), (0, 255, 0)]
    assert submission.remarks == []


def test_they_are_evidence_of_the_test_and_kept_by_their_digest(tmp_path: Path) -> None:
    submission = taken(filled_workbook((ONE,), finish=pasting((3, png()))))
    keep(tmp_path, submission.walks, submission.pictures)
    (found,) = outcomes([ONE], read_walks(tmp_path), BUILD)
    (digest,) = found.pictures
    assert hashlib.sha256(picture(tmp_path, digest)).hexdigest() == digest


def test_the_same_picture_in_two_rows_is_kept_once_and_told_of_both() -> None:
    submission = taken(filled_workbook((ONE,), finish=pasting((2, png()), (4, png()))))
    assert len(submission.pictures) == 1
    assert [len(of) for of in pictures_by_step(submission).values()] == [1, 0, 1]
    assert submission.remarks == []


def test_the_same_file_twice_says_the_same() -> None:
    data = filled_workbook((ONE,), finish=pasting((2, png()), (3, png("blue", form="JPEG"))))
    assert taken(data).walks == taken(data).walks


def test_what_was_hidden_beside_the_pixels_is_gone() -> None:
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "ann.smith@example.org")
    submission = taken(filled_workbook((ONE,), finish=pasting((2, png(pnginfo=hidden)))))
    assert b"ann.smith" not in b"".join(submission.pictures.values())
    assert len(submission.pictures) == 1


def test_a_picture_in_a_row_without_a_result_is_told_and_not_taken() -> None:
    rows = iter(("Pass", "", "Pass"))
    data = filled_workbook(
        (ONE,), lambda row: {**row, Column.RESULT: next(rows)}, finish=pasting((3, png()), (1, png("blue")))
    )
    submission = taken(data)
    assert submission.pictures == {}
    assert submission.remarks == [
        f"Row {row}: a picture lies in a row without a result; it was not taken in." for row in (3, 1)
    ]


def test_pictures_on_another_sheet_or_inside_a_cell_are_told_and_not_taken() -> None:
    def finish(first: Any, steps: Any) -> None:
        paste(first, 2, png("red"))
        paste(steps, 2, png("blue"))
        steps.embed_image(3, SEEN, "x.png", {"image_data": io.BytesIO(png("lime"))})

    submission = taken(filled_workbook((ONE,), finish=finish))
    assert colours(submission, 1) == [(0, 0, 255)]
    assert len(submission.pictures) == 1
    (remark,) = submission.remarks
    assert remark.startswith(
        "2 pictures were not taken in: only those are whose top left corner lies in the row"
    )


def test_a_step_has_at_most_six() -> None:
    shades = ("red", "blue", "lime", "navy", "olive", "teal", "gray", "black")
    submission = taken(filled_workbook((ONE,), finish=pasting(*((2, png(shade)) for shade in shades))))
    assert len(pictures_by_step(submission)[1]) == 6
    assert submission.remarks == ["Row 2: only 6 pictures of a step are taken in."] * 2


def test_a_workbook_has_at_most_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasted, "MOST_PASTED", 2)
    shades = ("red", "blue", "lime")
    submission = taken(filled_workbook((ONE,), finish=pasting(*((2, png(shade)) for shade in shades))))
    assert colours(submission, 1) == [(255, 0, 0), (0, 0, 255)]
    assert submission.remarks[0].startswith("1 picture was not taken in")


@pytest.mark.parametrize(
    "content",
    [
        png(form="GIF"),
        b"\xd7\xcd\xc6\x9a a metafile of Windows",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        png()[:60],
        png(size=(20_000, 5_000)),
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 12_000_001,
    ],
    ids=["another format", "a metafile", "a drawing", "damaged", "far too many pixels", "far too many bytes"],
)
def test_what_is_no_picture_or_far_too_large_is_told_and_left_out(content: bytes) -> None:
    data = filled_workbook((ONE,), finish=pasting((2, png())))
    swapped = with_parts(data, lambda name, part: content if name.startswith("xl/media/") else part)
    submission = taken(swapped)
    assert submission.pictures == {}
    (remark,) = submission.remarks
    assert remark.startswith("Row 2: a picture was left out; only PNG and JPEG of up to 12 MB")
    assert len(submission.walks[0].marks) == 3


def linked(name: str, part: bytes) -> bytes:
    """The picture only named, as one elsewhere."""
    if not name.startswith("xl/drawings/_rels/"):
        return part
    return part.replace(b'Target="../media/image1.png"', b'Target="file:///etc/passwd" TargetMode="External"')


def outside(name: str, part: bytes) -> bytes:
    if not name.startswith("xl/drawings/_rels/"):
        return part
    return part.replace(b"../media/image1.png", b"../../../../../../etc/passwd")


def entities(name: str, part: bytes) -> bytes:
    if not name.startswith("xl/drawings/drawing"):
        return part
    document = b'<!DOCTYPE x [<!ENTITY r SYSTEM "file:///etc/hostname">]>'
    return part.replace(b"<xdr:wsDr", document + b"<xdr:wsDr", 1).replace(b"<xdr:row>1<", b"<xdr:row>&r;<", 1)


def broken(name: str, part: bytes) -> bytes:
    return part[:100] if name.startswith("xl/drawings/drawing") else part


def without_relations(name: str, part: bytes) -> bytes | None:
    return None if name.startswith("xl/drawings/_rels/") else part


@pytest.mark.parametrize(
    "change", [linked, outside, entities, broken, without_relations], ids=lambda change: change.__name__
)
def test_where_it_lies_or_what_it_is_cannot_be_told_and_nothing_outside_the_file_is_read(
    change: Callable[[str, bytes], bytes | None],
) -> None:
    data = filled_workbook((ONE,), finish=pasting((2, png())))
    submission = taken(with_parts(data, change))
    assert submission.pictures == {}
    assert submission.remarks[-1].startswith("1 picture was not taken in")
    assert len(submission.walks[0].marks) == 3


def test_a_workbook_in_the_strict_form_of_the_format_is_read_the_same() -> None:
    def strict(_: str, part: bytes) -> bytes:
        return part.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ).replace(
            b"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
            b"http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
        )

    data = with_parts(filled_workbook((ONE,), finish=pasting((3, png()))), strict)
    assert [(one.sheet, one.row) for one in pasted_pictures(data)] == [("Steps", 3)]


def test_a_listing_of_pictures_that_is_far_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = filled_workbook((ONE,), finish=pasting((2, png())))
    monkeypatch.setattr(pasted, "LARGEST_XML_BYTES", 100)
    assert pasted_pictures(data) == ()


def test_the_workbook_that_is_sent_out_lets_people_paste() -> None:
    with zipfile.ZipFile(io.BytesIO(write_xlsx(BUILD, (ONE,), NOW))) as book:
        protection = re.search(rb"<sheetProtection[^>]*>", book.read("xl/worksheets/sheet2.xml"))
    assert protection is not None
    assert b"sheet=" in protection[0]
    assert b"objects=" not in protection[0]
