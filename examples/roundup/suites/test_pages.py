"""What the pages look like, say and report in the browser, and whether everybody can use them."""

from __future__ import annotations

import pytest

LIST = "/issue?@columns=id,title,creator,assignedto,status&@sort=id&@filter=keyword,status&keyword=4&status=8"
PAGES = {
    # name: role, address, the part that the desk's users read
    "Sign-in page": ("", "/", "body"),
    "List of issues": ("agent", LIST, "td.content"),
    "Issue": ("agent", "/issue2", "td.content"),
    "Issue of one's own": ("requester", "/issue21", "td.content"),
    "New issue": ("agent", "/issue?@template=item", "td.content"),
    "Search form": ("agent", "/issue?@template=search", "td.content"),
    "Message": ("agent", "/msg3", "td.content"),
    "Account": ("administrator", "/user10", "td.content"),
    "Class list": ("administrator", "/home?@template=classlist", "td.content"),
    "Unknown page": ("agent", "/issue99999", "body"),
}

# Accounts that the UAT scenarios make meanwhile stand in every list of people and make it wider.
LEAVE_OUT_LISTS = """for (const list of document.querySelectorAll('select'))
    { list.dataset.volatile = ''; list.style.width = '12em'; }"""


@pytest.mark.parametrize("name", PAGES)
def test_page(name, page_as, page, snapshot, axe):
    """The page looks and reads as it does today."""
    role, address, part = PAGES[name]
    shown = page_as(role) if role else page
    shown.goto(address)
    shown.evaluate(LEAVE_OUT_LISTS)
    snapshot.page(shown, name)
    snapshot.text(shown.locator(part).first, name + " in words")
    axe.check(shown, name)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.should
@pytest.mark.usefixtures("console")
def test_browser_is_quiet(name, page_as, page):
    """The browser reports no errors."""
    role, address, _ = PAGES[name]
    (page_as(role) if role else page).goto(address, wait_until="networkidle")


@pytest.mark.must
def test_links_and_assets(crawl):
    """Every link and asset that an agent can reach answers."""
    crawl("agent", limit=80).expect_whole(pages_least=20)


@pytest.mark.should
@pytest.mark.discipline("accessibility")
def test_list_can_be_read_by_a_screen_reader(page_as, snapshot):
    """A screen reader finds the same list."""
    page = page_as("agent")
    page.goto(LIST)
    snapshot.tree(page.locator("table.list").first, "List of issues, for a screen reader")
