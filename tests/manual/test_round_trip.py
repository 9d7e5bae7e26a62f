"""Through other people's office programs and back: every id, every word."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.manual.samples import BUILD, HOSTILE, NOW, by_id, filled_workbook, script

from gonogo.manual.merging import outcomes
from gonogo.manual.opening import Sheet, open_workbook
from gonogo.manual.submissions import read_workbook
from gonogo.manual.writing_ods import write_ods
from gonogo.manual.writing_xlsx import write_xlsx
from gonogo.model import CheckStatus

SCRIPTS = (*(script(f"Test {number}", 5) for number in range(40)), script("=Hostile()", words=HOSTILE))
WRITERS = {"xlsx": write_xlsx, "ods": write_ods}
PAIRS = list(itertools.product(WRITERS, ["xlsx", "ods"]))


@pytest.fixture(scope="module")
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("LibreOffice is not on this machine")
    return found


def converted(soffice: str, source: Path, kind: str) -> bytes:
    out = source.parent / f"converted-{kind}"
    profile = (source.parent / "profile").as_uri()
    options = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir", str(out)]
    subprocess.run([soffice, *options, str(source)], check=True, capture_output=True, timeout=120)
    return (out / f"{source.stem}.{kind}").read_bytes()


def sheets(data: bytes) -> tuple[Sheet, ...]:
    return open_workbook(data, "x").sheets


def test_both_formats_say_the_same() -> None:
    xlsx, ods = (sheets(write(BUILD, SCRIPTS, NOW)) for write in WRITERS.values())
    assert xlsx == ods
    assert len(xlsx[1].rows) == sum(len(each.steps) for each in SCRIPTS) + 1


@pytest.mark.slow
@pytest.mark.parametrize(("source", "saved_as"), PAIRS)
def test_libreoffice_opens_and_saves_it_without_losing_a_word(
    soffice: str, tmp_path: Path, source: str, saved_as: str
) -> None:
    file = tmp_path / f"tests.{source}"
    file.write_bytes(WRITERS[source](BUILD, SCRIPTS, NOW))
    assert sheets(converted(soffice, file, saved_as)) == sheets(file.read_bytes())


@pytest.mark.slow
def test_results_saved_by_libreoffice_are_taken_in(soffice: str, tmp_path: Path) -> None:
    file = tmp_path / "back.xlsx"
    file.write_bytes(filled_workbook(SCRIPTS))
    saved = open_workbook(converted(soffice, file, "ods"), "back.ods")
    submission = read_workbook(saved, by_id(*SCRIPTS), NOW)
    assert {each.status for each in outcomes(SCRIPTS, submission.walks, BUILD)} == {CheckStatus.PASSED}
