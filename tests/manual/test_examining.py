"""Files that were made to do harm, and files that were merely damaged."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from typing import Any

import pytest
from tests.manual.samples import BUILD, NOW, script

from gonogo.manual.opening import open_workbook
from gonogo.manual.writing_ods import write_ods
from gonogo.manual.writing_xlsx import write_xlsx
from gonogo.model.errors import UsageError

WRITERS = [write_xlsx, write_ods]
ONE = script()


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    """The same zip with one text of one entry replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.namelist():
            content = source.read(entry)
            if entry == name:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(entry, content)
    return buffer.getvalue()


def bomb(*, lies: bool) -> bytes:
    """A workbook whose one sheet unpacks to 200 MB; with `lies`, its directory says 1 kB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(50):
                entry.write(b" " * 4_000_000)
    data = bytearray(buffer.getvalue())
    if lies:
        place = data.rindex(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", 1000)
    return bytes(data)


@pytest.mark.parametrize("lies", [False, True])
def test_a_zip_bomb_is_refused_whatever_sizes_it_claims(lies: bool) -> None:
    data = bomb(lies=lies)
    assert len(data) < 1_000_000
    with pytest.raises(UsageError, match="was not opened"):
        open_workbook(data, "bomb.xlsx")


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD1", "IV2"])
def test_one_far_cell_does_not_make_billions(place: str) -> None:
    data = changed(write_xlsx(BUILD, (ONE,), NOW), "xl/worksheets/sheet2.xml", 'r="L4"', f'r="{place}"')
    with pytest.raises(UsageError, match="reaches further"):
        open_workbook(data, "far.xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<table:table-row>", '<table:table-row table:number-rows-repeated="1048576">'),
        (
            '<table:table-cell table:style-name="heading" office:value-type="string">',
            '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">',
        ),
    ],
)
def test_one_repeated_cell_does_not_make_billions(old: str, new: str) -> None:
    data = changed(write_ods(BUILD, (ONE,), NOW), "content.xml", old, new)
    with pytest.raises(UsageError, match="reaches further"):
        open_workbook(data, "far.ods")


def test_entities_are_not_unfolded() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 1000 + '">]>'
    data = changed(write_ods(BUILD, (ONE,), NOW), "content.xml", "?><", f"?>{laughs}<")
    data = changed(data, "content.xml", "Manual tests of", "&b;" * 1000)
    try:
        sheets = open_workbook(data, "laughs.ods").sheets
    except UsageError:
        return
    assert "haha" not in sheets[0].rows[0][0]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04garbage", b"<html>", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_workbook_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UsageError):
        open_workbook(data, "thing.xlsx")


@pytest.mark.parametrize("write", WRITERS)
def test_a_damaged_workbook_is_read_or_refused_and_never_a_crash(write: Any) -> None:
    data = write(BUILD, (ONE,), NOW)
    chance = random.Random(20261122)
    refused = 0
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            open_workbook(bytes(damaged), "damaged")
        except UsageError:
            refused += 1
    assert refused > 30


@pytest.mark.parametrize("write", WRITERS)
def test_damaged_xml_inside_a_whole_zip_is_read_or_refused_and_never_a_crash(write: Any) -> None:
    source = zipfile.ZipFile(io.BytesIO(write(BUILD, (ONE,), NOW)))
    names = [name for name in source.namelist() if name.endswith((".xml", ".rels"))]
    chance = random.Random(20261123)
    for _ in range(100):
        victim = chance.choice(names)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                content = bytearray(source.read(name))
                if name == victim:
                    start = chance.randrange(len(content))
                    content[start : start + chance.randint(1, 30)] = chance.randbytes(chance.randint(0, 5))
                target.writestr(name, bytes(content))
        try:
            open_workbook(buffer.getvalue(), "damaged")
        except UsageError:
            continue
