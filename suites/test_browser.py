"""Nothing goes wrong in the browser, and no link leads nowhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.must, pytest.mark.feature("Every page")]


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("rent officer", ["/", "/tenancies", "/accounts/A000003", "/arrears", "/letters/new", "/reports"]),
        ("repairs clerk", ["/", "/repairs", "/repairs/R000386", "/repairs/new", "/letters"]),
        (
            "housing manager",
            ["/", "/admin/users", "/admin/access", "/admin/logs", "/accounts/A000003/write-off"],
        ),
    ],
    ids=["rent officer", "repairs clerk", "housing manager"],
)
def test_browser_reports_no_errors(page_as, console, role, paths):
    """The browser reports no error and no failed request."""
    page = page_as(role)
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    console.expect_quiet()


def test_list_narrows_while_one_types(page_as, console):
    """The tenancy list narrows while one types, without an error in the browser."""
    page = page_as("rent officer")
    page.goto("/tenancies")
    page.get_by_label("Filter as you type").fill("T000003")
    expect(page.locator("#filter-status")).to_contain_text("1")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.discipline("missing-page")
@pytest.mark.parametrize("role", ["rent officer", "repairs clerk", "housing manager"])
def test_every_link_leads_somewhere(crawl, role):
    """Every link and every picture, style and script that pages mention is there."""
    # The release notes tell every reader about every new page, those of other roles included.
    crawl(role, exclude=["release-notes"], limit=120, per_shape=2).expect_whole(pages_least=25)


@pytest.mark.discipline("missing-page")
def test_public_links_lead_somewhere(crawl):
    """Every link on the pages that anybody may open leads somewhere."""
    crawl(start=["/signin", "/help", "/accessibility", "/about", "/release-notes"]).expect_whole(
        pages_least=5
    )
