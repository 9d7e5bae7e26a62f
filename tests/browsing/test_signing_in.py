"""Signing in as `[sign_in]` declares it, or as the page itself shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gonogo.browsing import SignInError, is_signed_in, send_form, sign_out
from gonogo.job import Job
from gonogo.model import Side, SignIn
from gonogo.setup.browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

pytestmark = pytest.mark.slow

FORM = """
<form><input name=q><button>Find</button></form>
<form action="/in"><input type=hidden name=t value=1>
<label>Name <input name=user></label><label>Word <input type=password name=word></label>
<button type=button>Help</button><input type=submit value=Enter></form>
"""


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[Page]:
    found = find_browser()
    assert found is not None, "these tests need a browser; `gonogo doctor` says how to get one"
    browser = playwright.chromium.launch(executable_path=str(found.path), args=list(found.launch_args))
    context = browser.new_context(base_url="http://site.example")
    page = context.new_page()
    page.route("http://site.example/**", lambda route: route.fulfill(body=FORM, content_type="text/html"))
    yield page
    browser.close()


def job(how: SignIn | None = None) -> Job:
    return Job(
        stage="uat", side=Side.BASELINE, system="S", version="1", base_url="http://site.example",
        evidence="e", project="p", sign_in=how,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("how", "html", "expected"),
    [
        (SignIn(), "<p>Welcome</p>", True),
        (SignIn(), "<input type=password>", False),
        (SignIn(success_text="Sign out"), "<button>Sign  Out</button><input type=password>", True),
        (SignIn(success_text="Sign out"), "<input type=submit value='Sign out'>", True),
        (SignIn(success_text="Sign out"), "<a style='display:none'>Sign out</a>", True),
        (SignIn(success_text="Sign out"), "<p style='display:none'>Sign out</p>", False),
        (SignIn(success_text="Sign out"), "<script>'Sign out'</script><p>Bye</p>", False),
        (SignIn(success_text="Jo"), "<p>Jo Bloggs</p>", True),
        (SignIn(success_selector="#me"), "<i id=me></i>", True),
        (SignIn(success_selector="#me", success_text="Jo"), "<p>Jo</p>", False),
        (None, "<p>Welcome</p>", True),
    ],
)
def test_a_signed_in_user_is_told_from_a_stranger(
    page: Page, how: SignIn | None, html: str, expected: bool
) -> None:
    page.set_content(html)
    assert is_signed_in(page, job(how)) is expected


@pytest.mark.parametrize(
    "how",
    [
        SignIn(path="/login"),
        SignIn(path="/login", username_label="Name", password_label="Word", button="Enter"),
        SignIn(path="/login", username_label="user", password_label="word"),
    ],
)
def test_the_form_is_sent_by_its_labels_its_names_or_its_structure(page: Page, how: SignIn) -> None:
    with page.expect_request("**/in?*") as sent:
        send_form(page, job(how), "jo", "secret")
    assert sent.value.url.endswith("/in?t=1&user=jo&word=secret")


def test_a_page_without_a_form_says_what_it_shows(page: Page) -> None:
    page.route(
        "**/closed", lambda route: route.fulfill(body="<title>Closed</title>", content_type="text/html")
    )
    with pytest.raises(SignInError, match=r"no password field\. It shows: Closed"):
        send_form(page, job(SignIn(path="/closed")), "jo", "secret")


def test_how_to_sign_out_has_to_be_declared(page: Page) -> None:
    page.set_content("<p>x</p>")
    with pytest.raises(SignInError, match="does not say how to sign out"):
        sign_out(page, job(SignIn()))
    with pytest.raises(SignInError, match="no button or link 'Leave'"):
        sign_out(page, job(SignIn(sign_out_button="Leave")))
    sign_out(page, job(SignIn(sign_out_path="/bye")))
    assert page.url == "http://site.example/bye"
