"""The signed document: still readable for everybody, covered whole, and bound to the log it shows."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import page as checker
import pytest
from pypdf import PdfReader
from tests.bundles import AT, Bundle
from tests.publishing.conftest import make_no_go
from typer.testing import CliRunner

from gonogo import setup
from gonogo.cli.commands import app
from gonogo.clock import SystemClock
from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, verify
from gonogo.model import SignOffRole
from gonogo.publishing.page import html_page
from gonogo.publishing.sections.signatures import signed_page
from gonogo.publishing.signoff_pdf import pdf
from gonogo.signing.binding import DOCUMENT
from gonogo.signing.certificates import open_certificate
from gonogo.signing.document import sign_document, signature_problems
from gonogo.store import RunFolder

needs_pango = pytest.mark.skipif(setup.find_pango() is None, reason="Pango is not installed")
ROLES = ("Head of Housing", "Finance lead")


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GONOGO_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    bundle = Bundle()
    roles = tuple(SignOffRole(role=role) for role in ROLES)
    bundle.upgrade = msgspec.structs.replace(bundle.upgrade, signoff_roles=roles)
    made = bundle.write(tmp_path / "reports")
    verdict, dossier = judge_folder(made, generated_at=AT)
    attest(made, dossier.upgrade, dossier.comparison, verdict, AT)
    return made


def sign(folder: RunFolder, *options: str) -> None:
    done = CliRunner().invoke(app, ["sign", str(folder.path), *options])
    assert done.exit_code == 0, done.output


def words(data: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(data)).pages).split())


def failures(data: bytes) -> list[tuple[str, str]]:
    report = checker.validate_pdf_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    assert report.rules.total >= 104
    return [(failure.rule_id, failure.message) for failure in report.failures]


@needs_pango
@pytest.mark.slow
@pytest.mark.usefixtures("playwright")  # whose event loop runs in this very thread
def test_signing_keeps_every_accessibility_rule_and_covers_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    dossier = make_no_go(tmp_path / "run")
    page = signed_page((), (), why_not="", covers=dossier.verdict.digests, log_sha256="0" * 64, at=AT)
    unsigned = pdf(html_page(dossier, is_for_print=True, signed=page))
    signed = sign_document(
        unsigned, open_certificate("Meridian Council", SystemClock().now()), reason="A test"
    )
    assert failures(unsigned) == []
    assert failures(signed) == []
    assert signature_problems(signed) == ()
    for place in range(20, len(signed), len(signed) // 12):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        in_the_room_for_the_signature = b"/Contents <" in signed[:place] and signed[place : place + 1] in b"0"
        assert signature_problems(changed) or in_the_room_for_the_signature
    assert "does not cover the whole file" in signature_problems(signed + b"% more\n")[0]


@needs_pango
@pytest.mark.slow
def test_each_sign_off_makes_a_document_that_says_who_decided_what(
    folder: RunFolder, key_folder: Path
) -> None:
    condition = "Finance reconciles each Monday; A. Shah; 2027-04-30"
    accepted = ("--decision", "accept-with-conditions", "--condition", condition)
    sign(folder, "--as", ROLES[0], "--name", "B. Okafor", *accepted)
    first, log = (folder.path / DOCUMENT).read_bytes(), (folder.path / "signoff.jsonl").read_bytes()
    assert "Not signed off: waiting for Finance lead. This is how it stood on" in words(first)
    assert "Finance reconciles each Monday. Owner: A. Shah. Due: 30 April 2027." in words(first)
    assert "Finance lead Not signed" in words(first)
    sign(folder, "--as", ROLES[1], "--decision", "accept", "--name", "A. Shah", "--recorded-by", "K. Lee")
    second = (folder.path / DOCUMENT).read_bytes()
    assert "Signed off: every required person has accepted." in words(second)
    assert "A. Shah (recorded by K. Lee on their behalf)" in words(second)
    assert "No authority has checked the name in it." in words(second)
    assert failures(second) == []
    assert verify(folder) == ()
    assert_bound(folder, first, log)
    (key_folder / "documents" / "meridian-housing.crt").unlink()
    assert verify(folder) == (f"{DOCUMENT}: signed with a certificate that is not known here.",)


def assert_bound(folder: RunFolder, earlier: bytes, shorter_log: bytes) -> None:
    """Neither an earlier document nor a shorter log can be put in the place of what is there."""
    document, log = folder.path / DOCUMENT, folder.path / "signoff.jsonl"
    now, whole = document.read_bytes(), log.read_bytes()
    document.write_bytes(earlier)
    assert verify(folder) == (f"{DOCUMENT} was changed afterwards.",)
    document.unlink()
    assert verify(folder) == (f"{DOCUMENT} is missing, but there is signoff.document.json.",)
    document.write_bytes(now)
    log.write_bytes(shorter_log)
    assert f"signoff.jsonl does not hold what {DOCUMENT} shows of it (2 entries)." in verify(folder)
    log.write_bytes(whole)


def test_without_pango_there_is_no_document_and_the_signature_holds(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_pango", lambda: None)
    sign(folder, "--as", ROLES[0], "--decision", "accept", "--name", "B. Okafor")
    assert not (folder.path / DOCUMENT).exists()
    assert verify(folder) == ()
