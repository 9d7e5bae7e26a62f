"""The offline kit as a browser shows it, opened from disk, walked by keyboard."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.manual.samples import BUILD, HOSTILE, NOW, by_id, script

from gonogo.manual.kit import read_kit, write_kit
from gonogo.manual.records import Mark
from gonogo.setup import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

pytestmark = pytest.mark.slow

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONE = script()
TWO = script("<b>Hostile</b> " + HOSTILE[0], words=HOSTILE)
PASTE = """
([selector, data]) => {
  const bytes = Uint8Array.from(atob(data), each => each.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "../../evil.png", {type: "image/png"}));
  const event = new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true});
  document.querySelector(selector).dispatchEvent(event);
}
"""


@pytest.fixture(scope="module")
def page(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    found = find_browser()
    if found is None:
        pytest.skip("no browser on this machine")
    kit = tmp_path_factory.mktemp("kit") / "kit.html"
    kit.write_bytes(write_kit(BUILD, (ONE, TWO), NOW))
    browser = playwright.chromium.launch(**found.launch_options())
    opened = browser.new_page(accept_downloads=True)
    opened.goto(kit.as_uri())
    yield opened
    browser.close()


@pytest.fixture
def said(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if request.url.startswith("http") else None)
    return heard


def violations(page: Page) -> list[str]:
    axe = files("gonogo").joinpath("vendor/axe/axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        ".then(found => found.violations.map(each => each.id + ': ' + each.nodes[0].html))",
        RULES,
    )
    assert isinstance(found, list)
    return found


def png() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def step(number: int, of: str = ONE.id) -> str:
    return f'fieldset[data-script="{of}"][data-step="{number}"]'


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_keeps_anybody_from_using_it(page: Page, said: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert said == []


def test_a_tester_walks_it_by_keyboard_and_the_results_come_back(
    page: Page, said: list[str], tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#download").focus()
    page.keyboard.press("Enter")
    assert "Type your name" in page.locator("#tester-problem").inner_text()
    page.keyboard.type("A. Tester")  # the field has the focus now
    page.locator(f"{step(1)} input[value='']").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("=cmd|' /C calc'!A0 <b>grey</b>")
    page.evaluate(PASTE, [f"{step(1)} textarea", png()])
    page.locator(f"{step(1)} .pictures img").wait_for()
    page.locator(f"{step(2)} input[value='pass']").focus()
    page.keyboard.press("Space")
    assert page.locator("#progress").inner_text() == "2 of 13 steps have a result."
    assert violations(page) == []
    with page.expect_download() as download:
        page.locator("#download").focus()
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("manual-results-2.0-a.-tester-")
    file = tmp_path / "back.json"
    download.value.save_as(file)
    submission = read_kit(file.read_bytes(), file.name, by_id(ONE, TWO), "2099-01-01T00:00:00Z")
    (walk,) = submission.walks
    assert (walk.tester, walk.build, walk.script_digest) == ("A. Tester", BUILD, ONE.digest)
    assert [(mark.step, mark.mark) for mark in walk.marks] == [(1, Mark.FAIL), (2, Mark.PASS)]
    assert walk.marks[0].note == "=cmd|' /C calc'!A0 <b>grey</b>"
    assert len(submission.pictures) == 1
    assert submission.remarks == []
    assert said == []


def test_what_was_entered_is_there_again_when_the_page_is_opened_again(page: Page) -> None:
    page.reload()
    assert page.locator("#tester").input_value() == "A. Tester"
    assert page.locator(f"{step(1)} input[value='fail']").is_checked()
