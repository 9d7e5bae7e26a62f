"""Fixtures that drive a browser: signed-in pages, captures, axe, the console, traces of failures."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from tests.pytest_plugin.conftest import PASSWORD, PackRun, make_job, pack_runner

from gonogo.comparing.snapshots import compare_snapshots
from gonogo.model import CheckStatus, Discipline, Priority, Severity, SnapshotForm
from gonogo.readers.passive import read_passive
from gonogo.readers.traffic import FILE, read_traffic

pytestmark = pytest.mark.slow

PACK = """
    import pytest
    from playwright.sync_api import expect

    @pytest.mark.must
    @pytest.mark.discipline("money")
    def test_captures(page_as, snapshot):
        page = page_as("clerk")
        page.goto("/")
        snapshot.page(page, "Home")
        snapshot.page(page, "Home, in part", mask=["h1"], full_page=False, tolerance=0.01, priority="could")
        snapshot.tree(page, "Tree")
        snapshot.text(page, "Words")
        expect(page.locator("[data-volatile]")).to_be_visible()

    def test_again(page_as, snapshot):
        page = page_as("clerk")
        page.goto("/")
        snapshot.page(page, "Home again")
        snapshot.tree(page, "Tree again")
        snapshot.text(page, "Words again")

    def test_axe(page_as, axe):
        page = page_as("clerk")
        page.goto("/broken")
        found = axe.check(page, "Broken page")
        assert "axe:html-has-lang" in {finding.rule for finding in found}

    def test_axe_is_quiet_where_all_is_well(page, axe):
        page.goto("/signin")
        assert axe.check(page, "Sign in") == []

    def test_console(page_as, console):
        page = page_as("clerk")
        page.goto("/")
        page.evaluate("console.error('the sums are wrong')")

    def test_console_allows(page_as, console):
        console.allow("missing.png")
        page = page_as("clerk")
        page.goto("/")

    def test_links(page_as, links):
        page = page_as("clerk")
        page.goto("/")
        assert {one.address for one in links(page)} == {"/broken", "/missing.png"}

    def test_cut_off(page, cut_off):
        wide = "<p style='white-space: nowrap; width: 600px'>A table of six columns</p>"
        page.set_content(
            f"<div id=lost style='overflow: hidden'>{wide}</div><div style='overflow: auto'>{wide}</div>"
            "<p style='overflow: hidden; white-space: nowrap; text-overflow: ellipsis'>" + "word " * 200 + "</p>"
        )
        before = page.viewport_size
        (lost,) = cut_off(page, width=400)
        assert lost.startswith("div#lost shows 3")
        assert lost.endswith("of 600 pixels")
        assert cut_off(page, width=1000) == []
        assert page.viewport_size == before

    def test_interface(api):
        assert api.get("/api/rents/R17?who=agnes").status_code == 401

    def test_stranger(page):
        page.goto("/")
        expect(page.get_by_role("heading")).to_have_text("Sign in")

    def test_fails_on_the_page(page_as):
        page = page_as("clerk")
        page.goto("/table?secret=1")
        expect(page.get_by_role("table")).to_contain_text("£2.00", timeout=300)

    def test_wrong_password(page_as, monkeypatch):
        monkeypatch.setenv("TINY_PASSWORD", "not-this-one")
        page_as("clerk", is_fresh=True)

    def test_browser_is_lost(page, browser):
        browser.close()
        page.goto("/")
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, site: str) -> PackRun:
    """One run for all of these tests: a browser is dear."""
    folder = tmp_path_factory.mktemp("pack")
    return pack_runner(folder)(PACK, job=make_job(folder, site, options={"action_timeout_s": 2.0}))


def test_each_ends_as_it_should(run: PackRun) -> None:
    assert {one.key.rpartition(":")[2]: one.status for one in run.results.results} == {
        "test_captures": CheckStatus.PASSED,
        "test_again": CheckStatus.PASSED,
        "test_axe": CheckStatus.PASSED,
        "test_axe_is_quiet_where_all_is_well": CheckStatus.PASSED,
        "test_console": CheckStatus.FAILED,
        "test_console_allows": CheckStatus.PASSED,
        "test_links": CheckStatus.PASSED,
        "test_cut_off": CheckStatus.PASSED,
        "test_interface": CheckStatus.PASSED,
        "test_stranger": CheckStatus.PASSED,
        "test_fails_on_the_page": CheckStatus.FAILED,
        "test_wrong_password": CheckStatus.FAILED,
        "test_browser_is_lost": CheckStatus.BROKEN,
    }, run.output


def test_captures_have_their_form_priority_and_discipline(run: PackRun) -> None:
    found = {one.title: one for one in run.results.snapshots}
    home = found["Home"]
    assert (home.form, home.priority, home.discipline) == (
        SnapshotForm.IMAGE,
        Priority.MUST,
        Discipline.VISUAL,
    )
    assert home.check == "regression:test_pack:test_captures"
    part = found["Home, in part"]
    assert (part.priority, part.tolerance) == (Priority.COULD, 0.01)
    assert found["Tree"].discipline is Discipline.MONEY
    assert found["Tree again"].priority is Priority.SHOULD
    with Image.open(io.BytesIO((run.raw.parent / part.artefact).read_bytes())) as picture:
        assert picture.size == (1280, 720)


@pytest.mark.parametrize("title", ["Home", "Tree", "Words"])
def test_what_is_volatile_does_not_differ_between_two_looks(run: PackRun, title: str) -> None:
    found = {one.title: one for one in run.results.snapshots}
    one, other = found[title], found[f"{title} again"]
    contents = [(run.raw.parent / shot.artefact).read_bytes() for shot in (one, other)]
    assert not compare_snapshots(one, other, *contents).is_different
    assert b"Balance" in contents[0] or title == "Home"


def test_axe_findings_have_severity_place_and_check(run: PackRun) -> None:
    found = {one.key: one for one in run.results.findings}
    language = found["regression:axe:Broken page:html-has-lang"]
    assert (language.severity, language.discipline) == (Severity.HIGH, Discipline.ACCESSIBILITY)
    assert language.where == "/broken html"
    assert language.check == "regression:test_pack:test_axe"
    assert language.count == 1
    raw = json.loads(next((run.raw / "axe").glob("broken-page*.json")).read_text())
    assert raw["violations"]
    assert not [key for key in found if "Sign in" in key]


def test_a_noisy_console_is_told_without_host(run: PackRun) -> None:
    message = run.result("test_console").message
    assert "console: the sums are wrong" in message
    assert "request failed: GET /missing.png answered 404" in message
    assert "127.0.0.1" not in message


def test_a_failure_leaves_a_picture_and_a_trace(run: PackRun) -> None:
    failure = run.result("test_fails_on_the_page")
    assert failure.where == "GET /table?secret=1"
    assert failure.message.startswith("Locator expected to contain text '£2.00'")
    kinds = {Path(path).suffix for path in failure.artefacts}
    assert kinds == {".png", ".zip"}
    assert all((run.raw.parent / path).is_file() for path in failure.artefacts)
    assert run.result("test_captures").artefacts == ()


def test_a_refused_sign_in_says_what_the_page_said(run: PackRun) -> None:
    assert (
        "The clerk test user could not sign in. The page said: Sign in"
        in run.result("test_wrong_password").message
    )


def test_no_secret_is_written(run: PackRun) -> None:
    for path in run.raw.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".jsonl", ".txt", ".yml", ".csv"):
            assert "only-for-tests-1" not in path.read_text(encoding="utf-8")


def test_what_the_pages_and_interfaces_answered_is_recorded_without_values(run: PackRun) -> None:
    written = (run.raw / FILE).read_bytes()
    seen = {f"{each.method} {each.path} {each.status}": each for each in read_traffic(written).answers}
    assert {"GET / 302", "GET / 200", "POST /signin 302", "GET /api/rents/R17 401"} <= set(seen)
    assert ("set-cookie", "s=removed") in seen["POST /signin 302"].headers
    assert "zap:10010" in {f.rule for f in read_passive(each.answer for each in seen.values())}
    assert not any(word in written for word in (b"kim", b"agnes", PASSWORD.encode()))
    assert len(written.splitlines()) < 40
