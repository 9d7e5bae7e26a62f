"""Personal data is taken out of every kind of file tools write, and what cannot be cleaned is not kept."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pikepdf
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.privacy.vendor import CANARIES, sheet

from gonogo.model import Privacy
from gonogo.model.errors import ConfigError
from gonogo.privacy.formats import Withheld, redacted
from gonogo.privacy.recognising import TOKEN, Recogniser
from gonogo.privacy.redacting import Redactor
from gonogo.privacy.sealing import clear_folder, recogniser_for

EMAIL = CANARIES["email"]
NINO = "AB123456C"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(Recogniser(Privacy(), [CANARIES["name"]]), b"k" * 32)


def test_the_same_value_is_the_same_token_and_another_is_another(redactor: Redactor) -> None:
    first, again, other = (redactor.text(f"{email} said") for email in (EMAIL, EMAIL, "x" + EMAIL))
    assert first == again != other
    assert TOKEN.fullmatch(first.removesuffix(" said"))
    assert redactor.text(first) == first


def test_a_value_written_differently_is_told_apart_but_known_as_the_same(redactor: Redactor) -> None:
    one, other = redactor.text(NINO), redactor.text("AB 12 34 56 C")
    assert one != other
    assert one[:-3] == other[:-3]


def test_another_runs_key_gives_another_token(redactor: Redactor) -> None:
    other = Redactor(redactor.recogniser, b"l" * 32)
    assert other.text(EMAIL) != redactor.text(EMAIL)


def test_json_stays_json_also_where_a_bare_number_goes(redactor: Redactor) -> None:
    document = {
        "n": 4539578763621486,
        "list": [4539578763621486, 7],
        "s": f"é {EMAIL}",
        "nested": json.dumps({"e": EMAIL}),
    }
    for ascii_only in (True, False):
        data = json.dumps(document, ensure_ascii=ascii_only).encode()
        after = json.loads(redacted("x.json", data, redactor))
        assert after["list"][1] == 7
        assert TOKEN.fullmatch(after["n"])
        assert EMAIL not in json.dumps(after)
        assert TOKEN.fullmatch(json.loads(after["nested"])["e"])


def test_an_escaped_name_in_json_is_found() -> None:
    redactor = Redactor(Recogniser(Privacy(), ["Zoë Lee"]), b"k" * 32)
    after = redacted("x.json", json.dumps({"who": "Zoë Lee"}).encode(), redactor)
    assert TOKEN.fullmatch(json.loads(after)["who"])


def test_a_string_that_cannot_be_cleaned_is_replaced_whole_and_the_rest_of_the_record_stays(
    redactor: Redactor,
) -> None:
    split = "agnes.canary@council-<b>canary</b>.gov.uk"
    lines = [
        json.dumps({"key": "uat:a", "html": split}),
        json.dumps({"key": split, "number": 1.5, "yes": True}),
    ]
    data = redacted("observations.jsonl", "\n".join(lines).encode(), redactor)
    first, second = (json.loads(line) for line in data.splitlines())
    assert first["key"] == "uat:a"
    assert TOKEN.fullmatch(first["html"])
    assert second == {"key": first["html"], "number": 1.5, "yes": True}


def test_a_spreadsheet_stays_readable_with_tokens_for_text_and_numbers(redactor: Redactor) -> None:
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(redacted("s.xlsx", sheet(), redactor)))
        .get_sheet_by_index(0)
        .to_python()
    )
    values = [str(row[1]) for row in rows]
    assert all(TOKEN.fullmatch(value) for value in values)
    assert TOKEN.fullmatch(str(rows[-1][2]))


def test_archives_within_archives_are_searched(redactor: Redactor) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("log.txt", f"GET /?who={EMAIL}")
        archive.writestr("resources/page@1-2.jpeg", b"\xff\xd8\xff a frame of the screen")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{NINO}.zip", inner.getvalue())
        archive.writestr("log.gz", gzip.compress(EMAIL.encode()))
    with zipfile.ZipFile(io.BytesIO(redacted("trace.zip", outer.getvalue(), redactor))) as archive:
        names = archive.namelist()
        assert not any(NINO in name for name in names)
        with zipfile.ZipFile(io.BytesIO(archive.read(names[0]))) as nested:
            assert EMAIL.encode() not in nested.read("log.txt")
            assert nested.namelist() == ["log.txt"]
        assert EMAIL.encode() not in gzip.decompress(archive.read("log.gz"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.db", b"SQLite format 3\x00\x01\x02 jane " + EMAIL.encode() + b"\x00\x00"),
        ("x.bin", b"\x00\x01" + f"mail {EMAIL}".encode("utf-16-le") + b"\x00"),
        ("x.webm", b"\x1aE\xdf\xa3 video"),
        ("x.zip", b"PK\x03\x04 no archive"),
        ("x.pdf", b"%PDF-1.7 no document"),
        ("x.html", b"<p>agnes.canary@council-<b>canary</b>.gov.uk</p>"),
    ],
)
def test_what_cannot_be_cleaned_is_withheld(name: str, data: bytes, redactor: Redactor) -> None:
    with pytest.raises(Withheld):
        redacted(name, data, redactor)


def test_an_archive_that_unpacks_to_too_much_is_withheld(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gonogo.privacy.formats.LARGEST_UNPACKED", 1_000_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(2_000_000))
    for name, data in (("x.zip", bomb.getvalue()), ("x.gz", gzip.compress(bytes(2_000_000)))):
        with pytest.raises(Withheld):
            redacted(name, data, redactor)


def test_files_without_personal_data_keep_their_bytes(redactor: Redactor) -> None:
    clean = io.BytesIO()
    with xlsxwriter.Workbook(clean) as book:
        book.add_worksheet().write_row(0, 0, ["T0001234", 1250, "£12.50"])
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    for name, data in (
        ("x.xlsx", clean.getvalue()),
        ("x.png", png),
        ("x.json", b'{"a" : 1.50,\n "b":"\\u00e9"}'),
        ("x.csv", "konto;£\r\n".encode("latin-1")),
        ("empty", b""),
    ):
        assert redacted(name, data, redactor) == data


def test_a_folder_is_cleared_names_and_all(redactor: Redactor, tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "agnes-canary-council-canary-gov-uk"
    raw.mkdir(parents=True)
    (raw / "page.txt").write_text(f"Signed in: {EMAIL}\nTotal £12.50", encoding="utf-8")
    (tmp_path / "raw" / f"{NINO}.bin").write_bytes(b"\x00" * 9 + EMAIL.encode() + b"\x00")
    record = {"artefact": "raw/agnes-canary-council-canary-gov-uk/page.txt"}
    (tmp_path / "observations.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    cleared = clear_folder(tmp_path, redactor)
    kept = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not any("agnes" in name for name in kept)
    artefact = json.loads((tmp_path / "observations.jsonl").read_bytes())["artefact"]
    assert "Total £12.50" in (tmp_path / artefact).read_text(encoding="utf-8")
    notes = cleared.notes()
    assert any(note.startswith("Withheld: raw/[national-insurance-") for note in notes)
    assert "Personal data was taken out before this was kept: 1 e-mail addresses" in notes[0]


def test_a_pdf_with_personal_data_is_withheld_and_its_words_are_kept(
    redactor: Redactor, tmp_path: Path
) -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(400, 200))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = document.make_stream(f"BT /F1 12 Tf 10 100 Td (Rent 12.50 of {EMAIL}) Tj ET".encode())
    document.save(tmp_path / "statement.pdf")
    clear_folder(tmp_path, redactor)
    assert [path.name for path in tmp_path.iterdir()] == ["statement.pdf.words.txt"]
    words = (tmp_path / "statement.pdf.words.txt").read_text(encoding="utf-8")
    assert words.startswith("Rent 12.50 of [email-")


def test_names_come_from_a_file_and_too_short_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("# staff\nAgnes Canary-Smith\n\n", encoding="utf-8")
    recogniser = recogniser_for(Privacy(names_file="names.txt"), tmp_path)
    assert recogniser is not None
    assert recogniser.find("by AGNES  CANARY-SMITH")
    (tmp_path / "names.txt").write_text("Li\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="fewer than 3"):
        recogniser_for(Privacy(names_file="names.txt"), tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        recogniser_for(Privacy(names_file="nobody.txt"), tmp_path)
    assert recogniser_for(Privacy(kinds=()), tmp_path) is None


def test_hostile_text_does_not_slow_the_search_down(redactor: Redactor) -> None:
    pieces = (
        "@a",
        "a@",
        "0 ",
        "07",
        "<c ",
        "<v>",
        "<",
        "&#",
        "%2",
        "\\u00",
        "AB12",
        "4539 ",
        "20-11-",
        "a.",
        "A",
        "[",
    )
    for piece in pieces:
        redacted("x.html", (piece * 150_000).encode()[:300_000], redactor)
