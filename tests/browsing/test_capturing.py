"""Pictures come out the same twice, and taking one leaves the page and its console alone."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright
from tests.pytest_plugin.conftest import browser_path
from werkzeug.serving import make_server

from gonogo.browsing import capture, context_options, launch, launch_options
from gonogo.comparing.images import compare_images
from gonogo.job import BrowserToUse, Job
from gonogo.model import Side

PAGE = """<!doctype html><title>x</title><link rel=stylesheet href=/style.css>
<p data-volatile id=now>{now}</p><p id=more>{more}</p><input autofocus value=text>
<div class=spinner></div><h1>Rents</h1><div id=tall></div><p>end</p>"""
STYLE = """
@keyframes turn { to { transform: rotate(360deg) } }
.spinner { width: 40px; height: 40px; background: linear-gradient(red, blue);
    animation: turn 1s linear infinite }
#now, #more { width: 200px; height: 20px }
#tall { height: 1200px }
"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    app = Flask(__name__)
    count = iter(range(1000))

    @app.get("/")
    def page() -> Any:
        number = next(count)
        text = PAGE.format(now=f"{number} o'clock", more=f"seen {number} times")
        return text, 200, {"Content-Security-Policy": "default-src 'self'"}

    @app.get("/style.css")
    def style() -> Any:
        return STYLE, 200, {"Content-Type": "text/css"}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def make_job(base_url: str = "http://127.0.0.1:9", path: str = "") -> Job:
    return Job(
        stage="regression", side=Side.BASELINE, system="x", version="1", base_url=base_url, evidence="",
        project="", browser=BrowserToUse(path=path, arguments=("--no-sandbox", "--disable-lcd-text")),
    )  # fmt: skip


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright, make_job(path=browser_path()))
    yield browser
    browser.close()


@pytest.fixture
def tab(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(**context_options(make_job(site)))
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def test_the_jobs_browser_is_started_with_its_own_switches_once() -> None:
    options = launch_options(
        BrowserToUse(path="/opt/chrome", arguments=("--no-sandbox", "--disable-lcd-text"))
    )
    assert options["executable_path"] == "/opt/chrome"
    assert options["args"].count("--disable-lcd-text") == 1
    assert "--no-sandbox" in options["args"]


def test_without_a_browser_playwrights_own_is_used() -> None:
    assert "executable_path" not in launch_options(None)


@pytest.mark.slow
def test_two_pictures_of_a_page_that_moves_and_counts_are_equal_byte_for_byte(tab: Page) -> None:
    first = capture(tab, mask=["#more"])
    tab.reload()
    tab.wait_for_timeout(150)
    assert capture(tab, mask=["#more"]) == first


@pytest.mark.slow
def test_what_is_not_masked_is_seen(tab: Page) -> None:
    first = capture(tab)
    tab.reload()
    assert compare_images(first, capture(tab)).is_different


@pytest.mark.slow
def test_a_picture_is_of_the_whole_page_or_of_the_window(tab: Page, tmp_path: Path) -> None:
    capture(tab, tmp_path / "deep" / "whole.png")
    with Image.open(tmp_path / "deep" / "whole.png") as whole:
        assert whole.width == 1280
        assert whole.height > 1200
    with Image.open(io.BytesIO(capture(tab, full_page=False))) as window:
        assert window.size == (1280, 720)


@pytest.mark.slow
def test_taking_a_picture_leaves_no_trace_on_a_page_with_a_strict_policy(tab: Page) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    before = tab.content()
    capture(tab)
    tab.wait_for_timeout(100)
    assert said == []
    assert tab.content() == before
    assert tab.evaluate("document.adoptedStyleSheets.length") == 0
    assert tab.evaluate("document.activeElement.tagName") == "INPUT"
