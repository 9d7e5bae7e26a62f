"""When a step may stop waiting: not while anything on the page could still bring about what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.setup.browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

pytestmark = pytest.mark.slow

SCRIPT = files("gonogo.steps").joinpath("stillness.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = find_browser()
    assert found is not None, "these tests need a browser; `gonogo doctor` says how to get one"
    browser = playwright.chromium.launch(executable_path=str(found.path), args=list(found.launch_args))
    yield browser
    browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.add_init_script(SCRIPT)
    page = context.new_page()
    page.route(
        "http://site.example/**", lambda route: route.fulfill(body="<p id=p>x</p>", content_type="text/html")
    )
    page.goto("http://site.example/")
    yield page
    context.close()


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("() => window.__gonogoStillness()")
    return found


def test_a_page_that_does_nothing_grows_quiet(new_page: Page) -> None:
    new_page.wait_for_timeout(300)
    assert state(new_page)["quiet_ms"] > 200
    assert not state(new_page)["is_at_work"]


@pytest.mark.parametrize(
    "deed",
    [
        "p.textContent = 'y'",
        "p.setAttribute('class', 'z')",
        "p.dispatchEvent(new Event('input', {bubbles: true}))",
        "p.click()",
    ],
)
def test_a_change_or_a_deed_of_the_user_breaks_the_quiet(new_page: Page, deed: str) -> None:
    new_page.wait_for_timeout(300)
    new_page.evaluate(deed)
    assert state(new_page)["quiet_ms"] < 200


def test_a_timer_that_will_fire_keeps_the_page_at_work_and_its_firing_breaks_the_quiet(
    new_page: Page,
) -> None:
    new_page.wait_for_timeout(300)
    new_page.evaluate("setTimeout(() => {}, 400)")
    assert state(new_page)["is_at_work"]
    new_page.wait_for_function("() => !window.__gonogoStillness().is_at_work")
    assert state(new_page)["quiet_ms"] < 200


@pytest.mark.parametrize(
    "deed",
    ["fetch('/slow')", "(() => { const x = new XMLHttpRequest(); x.open('GET', '/slow'); x.send(); })()"],
)
def test_a_request_under_way_keeps_the_page_from_being_quiet(new_page: Page, deed: str) -> None:
    held: list[Any] = []
    new_page.route("http://site.example/slow", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    new_page.wait_for_timeout(300)
    new_page.evaluate(f"void {deed}")
    new_page.wait_for_timeout(300)
    assert state(new_page)["quiet_ms"] == 0
    held[0].fulfill(body="{}")
    new_page.wait_for_function("() => window.__gonogoStillness().quiet_ms > 0")


def test_an_interval_keeps_the_page_at_work_until_it_is_cleared(new_page: Page) -> None:
    new_page.evaluate("window.i = setInterval(() => {}, 50)")
    assert state(new_page)["is_at_work"]
    new_page.evaluate("clearInterval(window.i)")
    assert not state(new_page)["is_at_work"]


def test_a_timer_that_was_cleared_or_is_far_away_does_not_count(new_page: Page) -> None:
    new_page.evaluate("clearTimeout(setTimeout(() => {}, 400)); setTimeout(() => {}, 600000)")
    assert not state(new_page)["is_at_work"]


def test_the_pages_own_timers_and_requests_still_work(new_page: Page) -> None:
    new_page.evaluate("setTimeout((a, b) => { p.textContent = a + b; }, 10, 'one', 'two')")
    new_page.wait_for_function("() => p.textContent === 'onetwo'")
    assert new_page.evaluate("fetch('/').then(answer => answer.text())") == "<p id=p>x</p>"
    assert new_page.evaluate("fetch('http://nowhere.invalid/').catch(() => 'refused')") == "refused"
