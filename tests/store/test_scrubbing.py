"""Secrets are taken out of files in every form tools write them."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

import pytest

from gonogo.scrubbing import scrub_folder, variants

SECRET = 'Tëst&"pass/word 77'
FORMS = variants([SECRET])
WRITTEN = {
    "plain": SECRET,
    "json": json.dumps({"password": SECRET}),
    "json with accents": json.dumps({"password": SECRET}, ensure_ascii=False),
    "form": urlencode({"password": SECRET}),
    "url": quote(SECRET),
    "url plus": quote_plus(SECRET),
    "html": '<input value="Tëst&amp;&quot;pass/word 77">',
    "base64": base64.b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_each_written_form_is_replaced(form: str, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(f"before {WRITTEN[form]} after", encoding="utf-8")
    assert scrub_folder(tmp_path, FORMS) == ("log.txt",)
    text = path.read_text(encoding="utf-8")
    assert "77" not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


def test_members_of_a_zip_are_scrubbed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "trace.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("actions.json", json.dumps({"fill": SECRET}))
        archive.writestr("page.html", "<p>fine</p>")
    assert scrub_folder(tmp_path, FORMS) == ("trace.zip",)
    with zipfile.ZipFile(tmp_path / "trace.zip") as archive:
        assert b"77" not in archive.read("actions.json")
        assert archive.read("page.html") == b"<p>fine</p>"


def test_files_without_a_secret_keep_their_bytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "clean.zip", "w") as archive:
        archive.writestr("a", "b")
    before = (tmp_path / "clean.zip").read_bytes()
    assert scrub_folder(tmp_path, FORMS) == ()
    assert (tmp_path / "clean.zip").read_bytes() == before


def test_values_too_short_to_recognise_are_left_alone() -> None:
    assert variants(["abc", ""]) == ()
