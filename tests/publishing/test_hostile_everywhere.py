"""A hostile system, all the way: through the store, every publisher and the terminal. Nothing of it takes effect."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from tests.bundles import AT, Bundle, failed, passed
from tests.publishing.conftest import NASTY

from gonogo.cli.answers import explanation_text, show_verdict
from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, verify
from gonogo.model import Privacy, Side
from gonogo.privacy.recognising import Recogniser
from gonogo.privacy.redacting import Redactor
from gonogo.publishing.base import Dossier, publish_all, registered_publishers

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LIVE = re.compile(
    rb"<script>alert|<img src=x|onerror=alert\(2\)>|href=.javascript:|<!-- =cmd|<a [^>]*evil\.example",
    re.IGNORECASE,
)
NAMES = (
    "=cmd|' calc'!A0.csv",
    "<img src=x onerror=alert(1)>.html",
    "\x1b[31mred\x1b[0m.txt",
    "two\nlines.txt",
    "....trace.zip",
    "-rf.log",
    "con.txt",
    "%2e%2e%2fetc.txt",
    "\u202egnp.exe",
)


def everything_below(folder: Path) -> dict[str, bytes]:
    found = {}
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place, name)
            is_plain = path.is_file() and not path.is_symlink()
            found[os.fspath(path.relative_to(folder))] = path.read_bytes() if is_plain else b""
    return found


@pytest.mark.slow
def test_every_report_of_a_hostile_system_is_harmless(
    hostile: Dossier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = tmp_path / "published"
    published.mkdir()
    around = everything_below(hostile.folder)
    done = publish_all(replace(hostile, published=published), registered_publishers())
    assert everything_below(hostile.folder) == around
    assert [path.name for path in tmp_path.iterdir()] == ["published"]
    files = [path for path in published.rglob("*") if not path.is_dir()]
    assert {"report.html", "junit.xml", "ctrf.json", "findings.sarif", "summary.md"} <= {
        path.name for path in files
    }
    for path in files:
        assert not path.is_symlink()
        assert re.fullmatch(r"[\w.\- ]+", path.name), path.name
        assert_is_harmless(path)
    assert sum(path.stat().st_size for path in files) < 40_000_000
    show_verdict(hostile, done, as_json=False)
    said = capsys.readouterr()
    assert not CONTROL.search(said.out + said.err)
    assert not CONTROL.search(explanation_text(hostile))
    assert len(said.out) < 100_000


def assert_is_harmless(path: Path) -> None:
    data = path.read_bytes()
    if path.suffix in (".pdf", ".png"):
        assert b"/JavaScript" not in data
        assert b"/Launch" not in data
        return
    if path.suffix not in (".json", ".sarif", ".txt", ".properties"):  # in these, markup is text
        assert not LIVE.search(data), path.name
    text = data.decode("utf-8")
    assert not CONTROL.search(text), path.name
    match path.suffix:
        case ".json" | ".sarif":
            json.loads(text)
        case ".xml":
            etree.fromstring(data, etree.XMLParser(resolve_entities=False))
        case ".csv":
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
        case _:
            pass


def test_hostile_files_are_sealed_where_they_are_and_harm_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))
    outside = tmp_path / "outside.txt"
    outside.write_text("untouched agnes@council.gov.uk", encoding="utf-8")
    bundle = Bundle()
    key = "uat:rents:" + NASTY
    bundle.observations["uat", Side.CANDIDATE].append(passed(key, title=NASTY + "A" * 2_000_000))
    bundle.set("uat", Side.CANDIDATE, failed("uat:rents:See a balance", NASTY))
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        for name in ("../../../outside.txt", "/etc/cron.d/x", "a/../../b", "C:\\x"):
            archive.writestr(name, "climbs: agnes@council.gov.uk")
    bundle.files["uat", Side.CANDIDATE] = dict.fromkeys(NAMES, b"agnes@council.gov.uk\n")
    bundle.files["uat", Side.CANDIDATE]["climbing.zip"] = climbing.getvalue()
    reports = tmp_path / "reports"
    raw = reports / "run" / "runs" / "uat.candidate" / "raw"

    def lay_traps() -> None:
        (raw / "link.txt").symlink_to(outside)
        (raw / "up").symlink_to("../../../..", target_is_directory=True)
        Path(os.fsdecode(os.fsencode(raw) + b"/\xff\xfe.txt")).write_bytes(b"x")

    bundle.before_sealing = lay_traps
    bundle.redactor = Redactor(Recogniser(Privacy()), b"k" * 32)
    folder = bundle.write(reports)
    assert outside.read_text(encoding="utf-8") == "untouched agnes@council.gov.uk"
    assert {path.name for path in tmp_path.iterdir()} == {"outside.txt", "reports"}
    kept = everything_below(raw)
    assert set(NAMES) <= set(kept)
    assert "\\xff\\xfe.txt" in kept
    assert not [name for name, data in kept.items() if b"agnes@" in data and name != "climbing.zip"]
    with zipfile.ZipFile(raw / "climbing.zip") as archive:
        assert not any(b"agnes@" in archive.read(name) for name in archive.namelist())
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    assert verify(folder) == ()
