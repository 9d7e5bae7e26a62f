"""Results files of the kit: whatever is in them, nothing but marks, notes and pixels is taken in."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image
from tests.manual.samples import BUILD, HOSTILE, NOW, by_id, script

from gonogo.manual.kit import read_kit, write_kit
from gonogo.manual.records import Mark
from gonogo.model.errors import UsageError

ONE = script()


def picture() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def kit(*marks: dict[str, Any], **fields: Any) -> bytes:
    base = {"script_id": ONE.id, "script_digest": ONE.digest, "step": 1, "mark": "pass"}
    found = {
        "schema": "gonogo.manual-kit/1",
        "build": {"system": BUILD.system, "version": BUILD.version, "build": ""},
        "tester": "A. Tester",
        "walked_at": "2026-11-20T10:00:00.000Z",
        "marks": [{**base, **mark} for mark in marks],
    }
    return json.dumps({**found, **fields}).encode()


def test_marks_notes_and_pictures_are_taken_in() -> None:
    submission = read_kit(
        kit({"mark": "fail", "note": "Grey", "pictures": [picture()]}), "k.json", by_id(ONE), NOW
    )
    (walk,) = submission.walks
    (mark,) = walk.marks
    assert (walk.tester, walk.build, mark.mark, mark.note) == ("A. Tester", BUILD, Mark.FAIL, "Grey")
    assert tuple(submission.pictures) == mark.pictures


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        kit(tester=""),
        kit(tester="\u202e\x00"),
        kit(schema="x"),
    ],
    ids=["empty", "list", "object", "bytes", "deep", "nobody", "invisible", "schema"],
)
def test_what_is_no_results_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_kit(data, "k.json", by_id(ONE), NOW)


@pytest.mark.parametrize(
    "mark", [{"script_id": "UAT-AAAAAAAA"}, {"step": 0}, {"step": 99}, {"mark": "excellent"}, {"mark": ""}]
)
def test_what_does_not_fit_the_project_is_told_and_left_out(mark: dict[str, Any]) -> None:
    submission = read_kit(kit(mark), "k.json", by_id(ONE), NOW)
    assert submission.walks == ()
    assert submission.remarks


@pytest.mark.parametrize(
    "sent",
    [
        "../../../etc/passwd",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,!!!!",
        "data:image/png;base64,aGVsbG8=",
        "https://evil.example/x.png",
    ],
)
def test_what_is_no_picture_is_told_and_left_out(sent: str) -> None:
    submission = read_kit(kit({"pictures": [sent]}), "k.json", by_id(ONE), NOW)
    assert submission.pictures == {}
    assert submission.walks[0].marks[0].pictures == ()
    assert "could not be read" in submission.remarks[0]


def test_a_note_of_fifty_megabytes_is_cut_and_control_codes_are_gone() -> None:
    submission = read_kit(kit({"note": "\x1b[2J" + "x" * 50_000_000}), "k.json", by_id(ONE), NOW)
    note = submission.walks[0].marks[0].note
    assert len(note) <= 8_000
    assert "\x1b" not in note


def test_a_moment_in_the_future_counts_as_now() -> None:
    submission = read_kit(kit({"at": "2099-01-01T00:00:00.000Z"}), "k.json", by_id(ONE), NOW)
    assert submission.walks[0].marks[0].at == NOW


def test_hostile_words_are_text_in_the_page() -> None:
    page = write_kit(BUILD, (script("<img src=x onerror=alert(1)>", words=HOSTILE),), NOW).decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "\x1b" not in page
    assert page.count("<script>") == 1


def test_the_page_names_the_only_script_and_style_it_runs_and_asks_nobody() -> None:
    page = write_kit(BUILD, (ONE,), NOW).decode()
    assert "default-src 'none'; script-src 'sha256-" in page
    assert "unsafe" not in page.split("</head>")[0]
    assert "http://" not in page
    assert "https://" not in page


def test_the_same_scripts_and_moment_give_the_same_page() -> None:
    assert write_kit(BUILD, (ONE,), NOW) == write_kit(BUILD, (ONE,), NOW)
