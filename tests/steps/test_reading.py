"""What a page shows, read the way a person does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.setup import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

pytestmark = pytest.mark.slow

LIST = """
<h2>List of issues</h2>
<table>
 <tr><th>ID</th><th>Title</th></tr>
 <tr><td>1</td><td>The lift is dark</td></tr>
 <tr><th colspan="2"><table><tr><th>&nbsp;</th><th>1..1 out of 1</th><th>next</th></tr></table></th></tr>
</table>
"""


@pytest.fixture(scope="module")
def tab(playwright: Playwright) -> Iterator[Page]:
    found = find_browser()
    if found is None:
        pytest.skip("no browser on this machine")
    browser = playwright.chromium.launch(**found.launch_options())
    yield browser.new_page()
    browser.close()


def tables(page: Page, html: str) -> list[dict[str, Any]]:
    page.set_content(html)
    script = files("gonogo.steps").joinpath("reading.js").read_text(encoding="utf-8")
    read: list[dict[str, Any]] = page.evaluate(script[script.index("() =>") :])["tables"]
    return read


def test_page_links_laid_out_below_a_list_are_no_table_of_their_own(tab: Page) -> None:
    (only,) = tables(tab, LIST)
    assert only["columns"] == ["ID", "Title"]
    assert [row["cells"] for row in only["rows"]] == [["1", "The lift is dark"]]


def test_a_table_of_data_inside_another_is_one(tab: Page) -> None:
    inner = "<table><tr><th>Size</th></tr><tr><td>5</td></tr></table>"
    found = tables(tab, f"<table><tr><th>Shoe</th></tr><tr><td>{inner}</td></tr></table>")
    assert [table["columns"] for table in found] == [["Shoe"], ["Size"]]
