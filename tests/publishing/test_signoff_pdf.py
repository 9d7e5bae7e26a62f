"""The PDF to sign: tagged so that everybody can read it, and always the same bytes."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import page as checker
import pytest
from pypdf import PdfReader

from gonogo import setup
from gonogo.model import Change
from gonogo.publishing.base import Dossier
from gonogo.publishing.page import html_page
from gonogo.publishing.signoff_pdf import NO_PANGO, SignoffPdf, pdf

needs_pango = pytest.mark.skipif(setup.find_pango() is None, reason="Pango is not installed")


def made(dossier: Dossier) -> bytes:
    return pdf(html_page(dossier, is_for_print=True))


@needs_pango
@pytest.mark.slow
@pytest.mark.parametrize("name", ["go", "no_go", "conditions", "inconclusive", "hostile"])
def test_it_passes_every_rule_of_the_accessibility_checker(name: str, request: pytest.FixtureRequest) -> None:
    report = checker.validate_pdf_bytes(
        made(request.getfixturevalue(name)), profile=checker.ValidationProfile.PDF_UA_1
    )
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.rules.total >= 100


@needs_pango
@pytest.mark.slow
def test_same_dossier_gives_the_same_bytes(no_go: Dossier) -> None:
    assert made(no_go) == made(no_go)


@needs_pango
@pytest.mark.slow
def test_it_says_the_same_as_the_page(no_go: Dossier, tmp_path: Path) -> None:
    done = SignoffPdf().publish(replace(no_go, published=tmp_path))
    assert done.files == ("signoff.pdf",)
    reader = PdfReader(tmp_path / "signoff.pdf")
    text = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
    for said in (
        "We recommend No-go: Meridian Housing 8.2.0 should not go live.",
        "3 of 500 rent totals differ, by £37.20 in all.",
        "Undoing the upgrade was not rehearsed by this test.",
        "Head of Housing",
    ):
        assert said in text
    assert len(reader.pages) <= 14
    assert reader.metadata is not None
    assert reader.metadata.title == "No-go: Meridian Housing 8.2.0"


@needs_pango
@pytest.mark.slow
def test_hundreds_of_checks_do_not_make_it_a_book(no_go: Dossier) -> None:
    same = next(each for each in no_go.comparison.differences if each.change is Change.STILL_PASSING)
    many = tuple(msgspec.structs.replace(same, key=f"{same.key}{place}") for place in range(400))
    large = msgspec.structs.replace(no_go.comparison, differences=(*no_go.comparison.differences, *many))
    started = time.process_time()
    data = made(replace(no_go, comparison=large))
    assert time.process_time() - started < 6
    assert len(PdfReader(io.BytesIO(data)).pages) <= 14


@needs_pango
@pytest.mark.slow
def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    stolen = f'<a rel="attachment" href="{secret.as_uri()}">x</a><img src="{secret.as_uri()}" alt="x">'
    document = f'<html lang="en"><head><title>t</title></head><body><p>{stolen}</p></body></html>'
    reader = PdfReader(io.BytesIO(pdf(document)))
    assert not reader.attachments


def test_without_pango_there_is_none_and_the_reason_is_said(
    go: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_pango", lambda: None)
    done = SignoffPdf().publish(replace(go, published=tmp_path))
    assert done.problem == NO_PANGO
    assert list(tmp_path.iterdir()) == []
