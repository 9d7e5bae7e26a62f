"""Each fault of the web half shows where its title says, and nothing of it without the fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from tests.demo.data.conftest import PASSWORD, Open, home_of

from gonogo.demo.faults import FAULTS
from gonogo.demo.web import create_app
from gonogo.demo.web.application import close_app


class Browser:
    """A browser without scripts, over the application itself."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        """The answer to a page view."""
        return self.client.get(path)

    def text(self, path: str) -> str:
        """The text of a page."""
        return str(self.get(path).get_data(as_text=True))

    def json(self, path: str) -> Any:
        """The object that the API answers."""
        return json.loads(self.text(path))

    def post(self, path: str, form: str | None = None, **fields: str) -> Any:
        """Sends a form, with the token of the page it stands on."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.text(form or path))
        return self.client.post(path, data={"csrf_token": token[1] if token else "", **fields})

    def sign_in(self, username: str) -> Any:
        """Signs in."""
        return self.post("/signin", username=username, password=PASSWORD)

    def css(self) -> str:
        """The style sheet of the pages."""
        found = re.search(r'href="(/assets/meridian-[^"]+\.css)"', self.text("/about"))
        assert found
        return self.text(found[1])

    def script(self) -> int:
        """The status with which the script of the pages is answered."""
        found = re.search(r'src="(/assets/meridian-[^"]+\.js)"', self.text("/about"))
        assert found
        return int(self.get(found[1]).status_code)

    def cookie(self) -> str:
        """The key of the session."""
        held = self.client.get_cookie("meridian_session")
        return held.value if held else ""


class Probe(NamedTuple):
    """Who looks at what, and what is seen without and with the fault."""

    username: str
    look: Callable[[Browser], object]
    without: object
    with_fault: object


def contains(path: str, text: str) -> Callable[[Browser], object]:
    """A probe for a piece of a page."""
    return lambda browser: text in browser.text(path)


def status(path: str) -> Callable[[Browser], object]:
    """A probe for the status of a page."""
    return lambda browser: browser.get(path).status_code


def old_cookie_opens(browser: Browser) -> bool:
    """Whether the cookie of a session still opens a page after signing out."""
    key = browser.cookie()
    browser.post("/signout", form="/")
    browser.client.set_cookie("meridian_session", key)
    return bool(browser.get("/").status_code == 200)


def key_changes(browser: Browser) -> bool:
    """Whether the session gets a new key at sign-in."""
    browser.post("/signout", form="/")
    browser.get("/signin")
    before = browser.cookie()
    browser.sign_in("jhughes")
    return browser.cookie() != before


def still_in_after_payment(browser: Browser) -> bool:
    """Whether the user is still signed in after taking a payment."""
    browser.post("/accounts/A000050/payment", amount="5.00", method="Card")
    return bool(browser.get("/").status_code == 200)


def unprotected_form(browser: Browser) -> int:
    """The status of a form that is sent without its token."""
    sent = browser.client.post("/accounts/A000050/payment", data={"amount": "5.00", "method": "Card"})
    return int(sent.status_code)


def led_to(browser: Browser) -> str:
    """Where signing in leads when a link names another site."""
    browser.post("/signout", form="/")
    answer = browser.post(
        "/signin?next=https://example.org/",
        username="jhughes",
        password=PASSWORD,
        next="https://example.org/",
    )
    return str(answer.headers["Location"])


def leaver_gets_in(browser: Browser) -> bool:
    """Whether a deactivated user comes to the first page."""
    browser.post("/signout", form="/")
    browser.sign_in("sleaver")
    return bool(browser.get("/").status_code == 200)


def readable_cookie(browser: Browser) -> bool:
    """Whether scripts may read the session cookie."""
    browser.post("/signout", form="/")
    return "HttpOnly" not in browser.get("/signin").headers["Set-Cookie"]


PROBES: dict[str, Probe] = {
    "functional-letters-500": Probe("jhughes", status("/letters"), 200, 500),
    "visual-ledger-overlap": Probe("jhughes", lambda b: "width: 330px" in b.css(), False, True),
    "visual-banner-tall": Probe("jhughes", lambda b: "min-height: 108px" in b.css(), False, True),
    "visual-balance-hidden": Probe("jhughes", lambda b: "#balance { color: #fff" in b.css(), False, True),
    "visual-amounts-left": Probe("jhughes", lambda b: "td.number { text-align: left" in b.css(), False, True),
    "visual-narrow-cut": Probe(
        "jhughes", lambda b: ".table-scroll { overflow: hidden" in b.css(), False, True
    ),
    "accessibility-contrast": Probe("jhughes", lambda b: "--ink-soft: #aab4bb" in b.css(), False, True),
    "accessibility-search-unlabelled": Probe(
        "jhughes", contains("/tenancies", '<label for="q">'), True, False
    ),
    "accessibility-no-language": Probe("jhughes", contains("/", '<html lang="en-GB">'), True, False),
    "accessibility-no-title": Probe("jhughes", contains("/", "<title>Home - Meridian"), True, False),
    "accessibility-button-unnamed": Probe("jhughes", contains("/tenancies", ">Search</button>"), True, False),
    "interface-api-balance-renamed": Probe(
        "jhughes", lambda b: "balance_pence" in b.json("/api/v1/accounts/A000050"), True, False
    ),
    "interface-api-uk-dates": Probe(
        "jhughes",
        lambda b: b.json("/api/v1/accounts/A000050/transactions")["items"][0]["date"],
        "2026-11-16",
        "16/11/2026",
    ),
    "interface-api-total-missing": Probe(
        "jhughes", lambda b: "total" in b.json("/api/v1/repairs"), True, False
    ),
    "interface-api-pence-text": Probe(
        "jhughes", lambda b: b.json("/api/v1/tenancies/T000050")["weekly_rent_pence"], 10422, "10422"
    ),
    "interface-api-error-shape": Probe(
        "jhughes", lambda b: type(b.json("/api/v1/tenancies/T999999")["error"]), dict, str
    ),
    "access-api-unchecked": Probe("lwalsh", status("/api/v1/accounts/A000050"), 403, 200),
    "access-leaver-signs-in": Probe("jhughes", leaver_gets_in, False, True),
    "access-clerk-adjusts-rent": Probe("lwalsh", status("/accounts/A000050/adjustment"), 403, 200),
    "security-no-csp": Probe(
        "jhughes", lambda b: "Content-Security-Policy" in b.get("/").headers, True, False
    ),
    "security-search-xss": Probe("jhughes", contains("/tenancies?q=<b>x</b>", "<b>x</b>"), False, True),
    "security-cookie-readable": Probe("jhughes", readable_cookie, False, True),
    "security-forms-unprotected": Probe("jhughes", unprotected_form, 400, 302),
    "security-open-redirect": Probe("jhughes", led_to, "/", "https://example.org/"),
    "security-sniffing-allowed": Probe(
        "jhughes", lambda b: "X-Content-Type-Options" in b.get("/").headers, True, False
    ),
    "missing-page-accessibility-statement": Probe("jhughes", status("/accessibility"), 200, 404),
    "missing-page-help": Probe("jhughes", status("/help"), 200, 404),
    "missing-page-raise-repair": Probe("jhughes", status("/repairs/new"), 200, 404),
    "missing-page-script": Probe("jhughes", lambda b: b.script(), 200, 404),
    "language-menu-misspelt": Probe("jhughes", contains("/", ">Tenencies<"), False, True),
    "language-heading-key": Probe("jhughes", contains("/arrears", "<h1>Arrears</h1>"), True, False),
    "time-ledger-us-dates": Probe("jhughes", contains("/accounts/A000050", ">11/16/2026<"), False, True),
    "session-survives-sign-out": Probe("jhughes", old_cookie_opens, False, True),
    "session-key-kept": Probe("jhughes", key_changes, True, False),
    "session-ends-after-payment": Probe("jhughes", still_in_after_payment, True, False),
}

WEB_HALF = [fault.id for fault in FAULTS if fault.lives_in == "web"]


@pytest.mark.parametrize("identifier", sorted(PROBES))
def test_a_fault_shows_with_it_and_not_without_it(open_build: Open, identifier: str) -> None:
    probe = PROBES[identifier]
    seen = []
    for database in (open_build("8.2.1"), open_build("8.2.1", identifier)):
        app = create_app(home_of(database), database.build)
        browser = Browser(app.test_client())
        browser.sign_in(probe.username)
        seen.append(probe.look(browser))
        close_app(app)
    assert seen == [probe.without, probe.with_fault]


def test_every_fault_of_the_web_half_has_a_probe() -> None:
    assert set(WEB_HALF) <= set(PROBES)
