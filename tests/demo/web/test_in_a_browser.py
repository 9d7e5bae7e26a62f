"""What only a browser shows: scripts, layout, accessibility, and that 8.2.1 looks as 8.1 did."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

import gonogo
from gonogo.demo.releases import make_build
from gonogo.demo.web import Server, create_app
from gonogo.setup.browser import find_browser

from .conftest import CLERK, MANAGER, OFFICER, PASSWORD

pytestmark = pytest.mark.slow

AXE = Path(gonogo.__file__).parent / "vendor" / "axe" / "axe.min.js"
OLD_PAGES = (
    "/",
    "/tenancies?q=smith",
    "/tenancies/T000017",
    "/tenancies/T000079/repairs",
    "/accounts/A000001",
    "/accounts/A000017/payment",
    "/arrears",
    "/repairs",
    "/repairs/R000420",
    "/letters/new",
    "/letters/L000001",
    "/reports",
    "/batch",
    "/admin/users",
    "/admin/access",
    "/about",
)
NEW_PAGES = ("/payment-plans", "/payment-plans/new?reference=", "/accounts/A000470/plan", "/repairs/sla")
REST = (
    "/tenancies?q=zzzz",
    "/tenancies/T000017/letters",
    "/accounts/A000017/write-off",
    "/arrears?min=x",
    "/repairs/new",
    "/letters",
    "/admin/users/new",
    "/admin/users/jhughes",
    "/admin/logs",
    "/profile/password",
    "/help",
    "/accessibility",
    "/release-notes",
    "/nothing",
)
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = find_browser()
    assert found is not None, "these tests need a browser: gonogo doctor says how to get one"
    browser = playwright.chromium.launch(**found.launch_options())
    yield browser
    browser.close()


@pytest.fixture
def sign_in(chromium: Browser, homes: dict[str, Path], tmp_path: Path) -> Iterator[SignIn]:
    """Serves a build and opens a page in it: `sign_in("mpatel", "8.1", faults=(…), width=320)`."""
    with ExitStack() as stack:
        addresses: dict[tuple[str, ...], str] = {}

        def address_of(version: str, *faults: str) -> str:
            home = tmp_path / "-".join((version, *faults))
            shutil.copytree(homes[version], home)
            server = Server(create_app(home, make_build(version, faults)))
            thread = server.start()
            stack.callback(thread.join, 10)
            stack.callback(server.close)
            return server.address

        def open_page(
            username: str, version: str = "8.2.1", *, faults: tuple[str, ...] = (), width: int = 1280
        ) -> Page:
            address = addresses.get((version, *faults)) or address_of(version, *faults)
            addresses[(version, *faults)] = address
            context = chromium.new_context(
                viewport={"width": width, "height": 720}, base_url=address, locale="en-GB"
            )
            stack.callback(context.close)
            page = context.new_page()
            page.goto("/signin")
            page.get_by_label("User name").fill(username)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            return page

        yield open_page


def complaints(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [each["id"] for each in found["violations"] if each["impact"] in {"serious", "critical"}]


def picture(page: Page, path: str) -> bytes:
    page.goto(path)
    return page.screenshot(full_page=True, mask=[page.locator("[data-volatile]")])


def test_no_page_has_a_serious_accessibility_failure(sign_in: SignIn) -> None:
    page = sign_in(MANAGER)
    found = {}
    for path in OLD_PAGES + NEW_PAGES + REST:
        page.goto(path)
        found[path] = complaints(page)
    assert {path: rules for path, rules in found.items() if rules} == {}


def test_a_page_320_pixels_wide_never_scrolls_sideways(sign_in: SignIn) -> None:
    page = sign_in(MANAGER, width=320)
    found = {}
    for path in OLD_PAGES + NEW_PAGES + REST:
        page.goto(path)
        found[path] = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    assert found == dict.fromkeys(found, 0)
    for path in ("/accounts/A000001", "/repairs", "/admin/access"):
        page.goto(path)
        assert complaints(page) == [], path


def test_error_messages_are_accessible_too(sign_in: SignIn) -> None:
    page = sign_in(MANAGER)
    for path, button in (
        ("/accounts/A000017/payment", "Take payment"),
        ("/accounts/A000017/adjustment", "Post adjustment"),
        ("/repairs/new", "Raise repair"),
        ("/repairs/R000420", "Cancel repair"),
        ("/letters/new", "Send letter"),
    ):
        page.goto(path)
        page.get_by_role("main").get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_be_focused()
        assert complaints(page) == [], path


def test_8_2_1_looks_as_8_1_did(sign_in: SignIn) -> None:
    for user, pages in ((MANAGER, OLD_PAGES), (CLERK, OLD_PAGES[:3])):
        old, new = sign_in(user, "8.1"), sign_in(user, "8.2.1")
        different = [path for path in pages if picture(old, path) != picture(new, path)]
        assert different == [], user


def test_the_layout_fault_hides_part_of_the_ledger(sign_in: SignIn) -> None:
    covered = """() => {
        const cell = document.querySelector('#ledger tbody tr td:last-child').getBoundingClientRect();
        const seen = document.elementFromPoint(cell.x + cell.width / 2, cell.y + cell.height / 2);
        return seen.closest('.account-panel') !== null;
    }"""
    whole, broken = sign_in(OFFICER), sign_in(OFFICER, faults=("visual-ledger-overlap",))
    for page in (whole, broken):
        page.goto("/accounts/A000001")
    assert [whole.evaluate(covered), broken.evaluate(covered)] == [False, True]


def test_a_list_of_tenancies_follows_what_is_typed(sign_in: SignIn) -> None:
    page = sign_in(OFFICER)
    page.goto("/tenancies")
    rows = page.locator("#tenancies-found tbody tr")
    expect(rows).to_have_count(25)
    page.get_by_label("Filter as you type").fill("T00001")
    expect(page.locator("#filter-status")).to_have_text("10 tenancies found")
    expect(rows).to_have_count(10)
    page.get_by_label("Filter as you type").fill("<b>nobody</b>")
    expect(page.get_by_text("No tenancies match your search")).to_be_visible()
    page.get_by_label("Filter as you type").fill("")
    expect(rows).to_have_count(25)


def test_a_row_of_the_live_list_looks_like_a_row_of_the_page(sign_in: SignIn) -> None:
    page = sign_in(OFFICER)
    page.goto("/tenancies?q=T000017")
    served = page.locator("#tenancies-found tbody tr").inner_html()
    page.goto("/tenancies")
    page.get_by_label("Filter as you type").fill("T000017")
    expect(page.locator("#filter-status")).to_have_text("1 tenancy found")
    assert "".join(page.locator("#tenancies-found tbody tr").inner_html().split()) == "".join(served.split())


def test_a_write_off_asks_first(sign_in: SignIn) -> None:
    page = sign_in(MANAGER)
    page.goto("/accounts/A000001/write-off")
    page.get_by_label("Amount").fill("1.00")
    page.get_by_label("Reason").fill("Small balance")
    page.get_by_role("button", name="Write off").click()
    dialog = page.get_by_role("dialog", name="Write off this debt?")
    expect(dialog).to_be_visible()
    assert complaints(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url("/accounts/A000001/write-off")
    page.get_by_role("button", name="Write off").click()
    dialog.get_by_role("button", name="Yes, write off").click()
    expect(page.get_by_role("status").filter(has_text="£1.00 written off")).to_be_visible()


def test_characters_left_are_counted(sign_in: SignIn) -> None:
    page = sign_in(OFFICER)
    page.goto("/letters/new")
    page.get_by_label("Letter text").fill("x" * 10)
    expect(page.get_by_text("You have 1,990 characters remaining")).to_be_visible()
    page.get_by_label("Letter text").fill("x" * 2001)
    expect(page.get_by_text("You have 1 character too many")).to_be_visible()


def test_the_pages_say_nothing_on_the_console(sign_in: SignIn) -> None:
    page = sign_in(MANAGER)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in OLD_PAGES + NEW_PAGES:
        page.goto(path)
    assert said == []
