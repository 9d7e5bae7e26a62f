"""Whether every page is there, leads somewhere and can be used."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.must

PAGES = {
    "First page": "/",
    "Tables": "/council",
    "Payments": "/council/payment",
    "One payment": "/council/payment/1",
    "Totals by ward": "/council/payment_by_ward",
}
TYPED = "<script>typed()</script>"


@pytest.mark.discipline("missing-page")
def test_every_link_leads_somewhere(crawl):
    """Every link and file that a visitor can reach answers."""
    crawl(limit=80, per_shape=2).expect_whole(pages_least=8)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("console")
def test_browser_is_quiet(name, page):
    """The browser reports no errors."""
    page.goto(PAGES[name], wait_until="networkidle")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.should
@pytest.mark.discipline("accessibility")
def test_page_can_be_used_by_everybody(name, page, axe):
    """The page is no harder to use than today."""
    page.goto(PAGES[name])
    axe.check(page, name)


@pytest.mark.parametrize("query", ["purpose", "_trace=1&purpose", "_search", "_sort"])
@pytest.mark.discipline("security")
def test_what_a_visitor_types_stays_text(http_as, query):
    """What stands in an address comes back as text, never as a part of the page."""
    answer = http_as("").get(f"/council/payment?{query}={TYPED}")
    assert TYPED not in answer.text, f"?{query}= is repeated as HTML"
