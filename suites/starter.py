"""The pages that gonogo.toml names under [stages.uat.pages] are, for a test user, what they are today."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from gonogo.config.pages import named_pages

PAGES = named_pages(Path(__file__).parents[1])
REFUSED = (401, 403, 404)

pytestmark = [pytest.mark.feature("Everyday pages"), pytest.mark.parametrize("name", PAGES)]


@pytest.fixture
def opened(page_as, job, name):
    """The page, as the first test user of gonogo.toml sees it."""
    page = page_as(job.users[0].role)
    answer = page.goto(PAGES[name])
    assert answer.status < 400, f"{PAGES[name]} answered {answer.status}"
    return page


@pytest.mark.should
def test_page_is_what_it_is_today(opened, snapshot, axe, name):
    """The page looks and reads as it does today."""
    snapshot.page(opened, name)
    snapshot.text(opened, f"{name} in words")
    axe.check(opened, name)


@pytest.mark.should
def test_browser_reports_no_errors(console, opened):
    """The browser reports no error and no failed request."""
    opened.wait_for_timeout(500)  # what scripts do right after loading counts as well
    console.expect_quiet()


@pytest.mark.must
@pytest.mark.discipline("missing-page")
def test_every_link_and_asset_answers(opened, links):
    """Every link, picture, style and script of the page is there."""
    broken = links(opened)
    assert not broken, "; ".join(map(str, broken))


@pytest.mark.must
@pytest.mark.discipline("access")
def test_strangers_are_asked_to_sign_in(page, base_url, name):
    """Nobody sees the page without signing in."""
    answer = page.goto(PAGES[name])
    is_led_elsewhere = urlsplit(page.url).netloc != urlsplit(base_url).netloc
    if answer.status not in REFUSED and not is_led_elsewhere:
        expect(page.locator("input[type=password]").first, "the page asks for a password").to_be_visible()
