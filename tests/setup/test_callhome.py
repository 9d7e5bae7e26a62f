"""No report tells anyone that it was opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gonogo.setup import find_allure, this_machine, without_call_home
from gonogo.setup.children import run

RECORDED = Path(__file__).parents[1] / "recorded" / "allure"


@pytest.mark.parametrize("version", ["3.18.0", "2.46.1"])
def test_the_tag_manager_goes_and_every_other_byte_stays(version: str) -> None:
    page = (RECORDED / version / "index.html").read_bytes()
    assert b"googletagmanager" in page
    quiet = without_call_home(page)
    assert b"googletagmanager" not in quiet
    assert b"gtag" not in quiet
    start = page.index(b"<script async src=")
    end = page.index(b"</script>", page.index(b"gtag('config'")) + len(b"</script>")
    assert quiet == page[:start] + page[end:]


def test_a_page_without_it_is_left_as_it_is() -> None:
    page = b"<html><script src='https://www.example.org/gtag/js'></script><script>gtag('x')</script></html>"
    assert without_call_home(page) == page


def test_a_script_between_is_never_swallowed() -> None:
    page = (
        b'<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
        b"<script>window.allure = 1;</script><script>gtag('config')</script>"
    )
    assert b"window.allure" in without_call_home(page)


@pytest.mark.slow
def test_a_report_that_the_installed_allure_really_writes_is_quiet_afterwards(tmp_path: Path) -> None:
    allure = find_allure()
    if allure is None:
        pytest.skip("no Allure on this machine")
    results = tmp_path / "results"
    results.mkdir()
    result = {
        "uuid": "1", "name": "a check", "fullName": "a#check", "status": "passed", "stage": "finished",
        "start": 1, "stop": 2, "labels": [], "steps": [],
    }  # fmt: skip
    (results / "1-result.json").write_text(json.dumps(result), encoding="utf-8")
    command: list[str | Path] = [allure.path, "generate", results, "-o", tmp_path / "report"]
    ran = run(command, environment=this_machine().environment, timeout_s=120, folder=tmp_path)
    assert ran.is_success, ran.output
    pages = list((tmp_path / "report").rglob("*.html"))
    assert pages
    for page in pages:
        assert b"googletagmanager" not in without_call_home(page.read_bytes())
