"""What others put into an address, a header or an attachment stays text, and runs nothing."""

from __future__ import annotations

from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.must, pytest.mark.discipline("security")]

TYPED = "</script><script>window.typed = true</script>"
POPUPS = {
    "Calendar": "/issue?@template=calendar",
    "List of values": "/issue?@template=help-list",
    "Buttons of the list": "/issue?@template=help-submit",
    "Search for people": "/user?@template=help-search",
}


@pytest.mark.parametrize("name", POPUPS)
def test_address_of_a_popup_runs_nothing(name, page_as):
    """A script in the address of a pop-up does not run when an agent follows the link."""
    page = page_as("agent")
    page.goto(f"{POPUPS[name]}&form=itemSynopsis&properties=id&property={quote(TYPED)}")
    assert page.evaluate("window.typed") is None, "the script in the address was run"


def test_link_from_elsewhere_is_not_repeated_as_html(http_as):
    """The address of the page that led here is not repeated as a part of the page."""
    elsewhere = "http://elsewhere.example/<script>typed()</script>"
    form = {"@action": "Login", "__login_name": "nobody", "__login_password": "none"}
    answer = http_as("").post("/", data=form, headers={"Referer": elsewhere})
    assert "elsewhere.example" in answer.text, "the page no longer names what it refuses"
    assert "<script>typed()" not in answer.text


def test_attachment_runs_nothing(http_as):
    """A script in an attachment does not run when somebody opens it."""
    answer = http_as("agent").get("/file1/label-1.txt")
    assert "script-src 'none'" in answer.headers.get("content-security-policy", "")
