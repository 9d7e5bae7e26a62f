"""The report page and the Allure page as a browser shows them, opened from disk."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.processes import Stop
from gonogo.publishing.allure import AllureReport, write_results
from gonogo.publishing.allure_parts.generating import generate
from gonogo.publishing.base import Dossier
from gonogo.publishing.report import HtmlReport
from gonogo.setup import Tool, find_allure, find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

pytestmark = pytest.mark.slow

NAMES = ("go", "no_go", "conditions", "inconclusive", "hostile")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def shell(playwright: Playwright) -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        pytest.skip("no browser on this machine")
    started = playwright.chromium.launch(**found.launch_options())
    yield started
    started.close()


@pytest.fixture(scope="module")
def allure() -> Tool:
    found = find_allure()
    if found is None:
        pytest.skip("Allure is not installed")
    return found


class Watched:
    """A page, with everything it said, asked for and popped up."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.requests.append(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def asked_outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def opened(shell: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    contexts = []

    def open_report(name: str, **options: Any) -> Watched:
        dossier: Dossier = request.getfixturevalue(name)
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        HtmlReport().publish(replace(dossier, published=folder))
        context = shell.new_context(**options)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto((folder / "report.html").as_uri())
        return watched

    yield open_report
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(files("gonogo").joinpath("vendor/axe/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        ".then(found => found.violations.map(each => each.id + ': ' + each.nodes[0].html))",
        RULES,
    )
    assert isinstance(found, list)
    return found


def overflow(page: Page) -> int:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(wide, int)
    return wide


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_keeps_anybody_from_reading_it(name: str, width: int, opened: Any) -> None:
    page = opened(name, viewport={"width": width, "height": 900}).page
    assert violations(page) == []
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(page) == []
    assert overflow(page) <= 0


def test_it_can_be_read_at_four_times_the_size(opened: Any) -> None:
    page = opened("no_go", viewport={"width": 320, "height": 256}, device_scale_factor=4).page
    assert overflow(page) <= 0
    assert violations(page) == []
    assert page.get_by_role("heading", name="Our recommendation").is_visible()


def test_it_needs_no_script(opened: Any) -> None:
    watched = opened("no_go", java_script_enabled=False)
    page = watched.page
    scripted = opened("no_go").page
    assert page.content() == scripted.content()  # axe is itself a script: what it finds there holds here too
    assert violations(scripted) == []
    assert page.get_by_role("heading", level=1).inner_text() == "Can Meridian Housing 8.2.0 go live?"
    page.get_by_text("Technical detail (problem 1)").click()
    assert page.get_by_text("AssertionError").first.is_visible()
    assert watched.said == []


@pytest.mark.parametrize("name", ["no_go", "hostile"])
def test_opening_it_runs_nothing_and_asks_nobody(name: str, opened: Any) -> None:
    watched = opened(name)
    watched.page.wait_for_timeout(300)
    assert watched.said == []
    assert watched.asked_outside == []


def test_the_style_sheet_is_let_through_by_the_policy(opened: Any) -> None:
    page = opened("no_go").page
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).color") == "rgb(255, 255, 255)"


def test_tables_are_still_tables_on_a_phone(opened: Any) -> None:
    page = opened("no_go", viewport={"width": 320, "height": 900}).page
    table = page.get_by_role("table", name="Results by question")
    assert table.get_by_role("row").count() == 12
    assert table.get_by_role("columnheader").count() == 8


def test_everything_folded_stands_open_on_paper(opened: Any) -> None:
    page = opened("no_go").page
    page.emulate_media(media="print")
    assert page.get_by_text("AssertionError").first.is_visible()
    assert not page.get_by_role("navigation").is_visible()


def test_headings_go_down_one_level_at_a_time(opened: Any) -> None:
    page = opened("no_go").page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", ["no_go", "hostile"])
def test_the_allure_page_opens_from_disk_and_asks_nobody(
    name: str, shell: Browser, allure: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dossier: Dossier = request.getfixturevalue(name)
    done = AllureReport().publish(replace(dossier, published=tmp_path))
    assert done.problem == ""
    assert [path.name for path in (tmp_path / "allure").iterdir()] == ["index.html"]
    elsewhere = tmp_path / "elsewhere.html"
    shutil.copyfile(tmp_path / "allure/index.html", elsewhere)
    page = shell.new_page()
    watched = Watched(page)
    page.goto(elsewhere.as_uri())
    page.get_by_text("Acceptance decision").first.wait_for()
    text = page.inner_text("body")
    assert "8.1 (in use today)" in text
    assert "(the upgrade)" in text
    page.wait_for_timeout(500)
    assert watched.asked_outside == []
    assert [said for said in watched.said if "dialog" in said] == []
    page.close()


def test_the_allure_page_holds_no_loader_of_analytics(go: Dossier, allure: Tool, tmp_path: Path) -> None:
    AllureReport().publish(replace(go, published=tmp_path))
    page = (tmp_path / "allure/index.html").read_text(encoding="utf-8")
    assert "googletagmanager" not in page
    assert re.search(r"<(script|link|img|iframe)[^>]+(src|href)=[\"']https?:", page) is None


def test_allure_that_fails_says_so_and_leaves_the_results(no_go: Dossier, tmp_path: Path) -> None:
    from gonogo.model.errors import ToolError

    program = tmp_path / "allure"
    program.write_text("#!/bin/sh\necho 'the heap is full' >&2\nexit 3\n")
    program.chmod(0o755)
    broken = Tool(name="allure", path=program, version="3.18.0", how="a test")
    results = write_results(replace(no_go, published=tmp_path)).path
    with pytest.raises(ToolError, match="made no report: the heap is full"):
        generate(broken, results, tmp_path / "report", title="x", timeout_s=20, stop=Stop())
    assert len(list(results.glob("*-result.json"))) > 50
    assert not (tmp_path / "report").exists()


def test_allure_that_hangs_is_ended(no_go: Dossier, tmp_path: Path) -> None:
    from gonogo.model.errors import ToolError

    program = tmp_path / "allure"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    hanging = Tool(name="allure", path=program, version="3.18.0", how="a test")
    with pytest.raises(ToolError, match="took longer than 1 seconds"):
        generate(hanging, tmp_path, tmp_path / "report", title="x", timeout_s=1, stop=Stop())
