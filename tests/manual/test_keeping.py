"""`manual/results/`: added to, never changed."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from tests.manual.samples import script, walk

from gonogo.manual.keeping import RESULTS, keep, picture, read_walks
from gonogo.manual.pictures import as_png
from gonogo.manual.records import Mark, Walk
from gonogo.model.errors import EvidenceError

ONE = script()


def image(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def test_walks_are_read_back_and_the_same_one_is_kept_once(tmp_path: Path) -> None:
    first, second = walk(ONE, {1: Mark.PASS}), walk(ONE, {1: Mark.FAIL}, tester="B. Tester")
    assert keep(tmp_path, (first, second), {}) == (first, second)
    again = msgspec.structs.replace(first, taken_in_at="2026-12-01T10:00:00Z", source="copy.xlsx")
    assert keep(tmp_path, (again,), {}) == ()
    assert set(read_walks(tmp_path)) == {first, second}


def test_nothing_that_was_kept_is_changed_by_what_comes_later(tmp_path: Path) -> None:
    keep(tmp_path, (walk(ONE, {1: Mark.PASS}),), {})
    (before,) = (tmp_path / RESULTS).glob("*.jsonl")
    content = before.read_bytes()
    keep(tmp_path, (walk(ONE, {1: Mark.FAIL}),), {})
    assert before.read_bytes() == content
    assert len(list((tmp_path / RESULTS).glob("*.jsonl"))) == 2


def test_a_damaged_file_is_an_error_and_never_left_out(tmp_path: Path) -> None:
    keep(tmp_path, (walk(ONE, {1: Mark.FAIL}),), {})
    (file,) = (tmp_path / RESULTS).glob("*.jsonl")
    file.write_bytes(file.read_bytes().replace(b'"fail"', b'"fine"'))
    with pytest.raises(EvidenceError, match="line 1"):
        read_walks(tmp_path)


def test_a_picture_is_found_by_its_digest_and_an_altered_one_is_noticed(tmp_path: Path) -> None:
    kept = as_png(image())
    assert kept is not None
    digest, data = kept
    keep(tmp_path, (walk(ONE, {1: Mark.PASS}),), {digest: data})
    assert picture(tmp_path, digest) == data
    (tmp_path / RESULTS / "pictures" / f"{digest}.png").write_bytes(data + b"x")
    with pytest.raises(EvidenceError, match="changed"):
        picture(tmp_path, digest)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..", "", "A" * 64])
def test_a_picture_is_never_looked_for_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match="missing"):
        picture(tmp_path, name)


def test_a_picture_is_written_anew_without_what_was_hidden_in_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at a secret place"
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(buffer, "JPEG", exif=exif)
    kept = as_png(buffer.getvalue() + b"<script>alert(1)</script>")
    assert kept is not None
    assert b"secret place" not in kept[1]
    assert b"<script>" not in kept[1]
    assert kept[1].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nrubbish", image(size=(7000, 6000))]
)
def test_what_is_no_picture_or_far_too_large_is_left_out(data: bytes) -> None:
    assert as_png(data) is None


def test_a_walk_record_refuses_fields_it_does_not_know() -> None:
    text = msgspec.json.encode(walk(ONE, {1: Mark.PASS})).replace(b'"note"', b'"nota"', 1)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Walk)
