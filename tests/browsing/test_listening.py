"""What a listener asks of a browser, and what it makes of answers that are gone; with a browser of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.sync_api import Error

from gonogo.browsing import Listener, TrafficLog
from gonogo.readers.traffic import FILE, RecordedAnswer, read_traffic

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SITE = "http://housing.example"


@dataclass(eq=False)
class Request:
    url: str
    resource_type: str = "document"
    method: str = "GET"


@dataclass(eq=False)
class Response:
    """An answer; `raw` is what the browser says of its headers when it is asked, None: it is gone by then."""

    request: Request
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/html"})
    raw: list[tuple[str, str]] | None = field(default_factory=list)
    body: str | None = "<p>Page</p>"
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.request.url

    def headers_array(self) -> list[dict[str, str]]:
        self.asked.append("headers")
        if self.raw is None:
            raise Error("Target page, context or browser has been closed")
        return [{"name": name, "value": value} for name, value in [*self.headers.items(), *self.raw]]

    def text(self) -> str:
        self.asked.append("body")
        if self.body is None:
            raise Error("No resource with given identifier found")
        return self.body


class Browser:
    """As much of a browser context as a listener uses, and the listener."""

    def __init__(self, log: TrafficLog) -> None:
        self.pages: list[Any] = []
        self._handlers: dict[str, Callable[[Any], None]] = {}
        self.listener = Listener(cast("BrowserContext", self), log)

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self._handlers[event] = handler

    def answers(self, response: Response, ending: str = "requestfinished") -> Response:
        self._handlers["response"](response)
        self._handlers[ending](response.request)
        return response


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(TrafficLog(tmp_path, SITE, None))


def logged(tmp_path: Path) -> dict[str, RecordedAnswer]:
    file = tmp_path / FILE
    answers = read_traffic(file.read_bytes()).answers if file.exists() else ()
    return {f"{each.method} {each.path} {each.status}": each for each in answers}


def test_cookies_are_asked_for_with_every_page_and_bodies_once_of_each_kind(
    browser: Browser, tmp_path: Path
) -> None:
    kind = {"content-type": "text/html", "content-length": "11"}
    first = browser.answers(Response(Request(f"{SITE}/accounts/A1"), headers=kind))
    second = browser.answers(
        Response(Request(f"{SITE}/accounts/A2"), headers=kind, raw=[("Set-Cookie", "seen=secret; HttpOnly")])
    )
    assert (first.asked, second.asked) == (["headers", "body"], ["headers"])
    kept = read_traffic((tmp_path / FILE).read_bytes()).answers
    assert {value for each in kept for name, value in each.headers if name == "set-cookie"} == {
        "seen=removed; HttpOnly"
    }


def test_of_what_only_decorates_one_of_each_is_looked_at(browser: Browser, tmp_path: Path) -> None:
    looked = [
        browser.answers(Response(Request(f"{SITE}/logo.png", "image"), headers={"content-type": "image/png"}))
        for _ in range(3)
    ]
    assert [response.asked for response in looked] == [["headers"], [], []]
    assert list(logged(tmp_path)) == ["GET /logo.png 200"]


def test_a_download_is_taken_as_it_came(browser: Browser, tmp_path: Path) -> None:
    file = Response(Request(f"{SITE}/roll.csv"), headers={"content-type": "text/csv"})
    assert browser.answers(file, "requestfailed").asked == []
    assert list(logged(tmp_path)) == ["GET /roll.csv 200"]


def test_other_sites_are_nobodys_business(browser: Browser, tmp_path: Path) -> None:
    assert browser.answers(Response(Request("http://elsewhere.example/"))).asked == []
    assert logged(tmp_path) == {}


def test_a_page_that_is_gone_is_looked_at_the_next_time(browser: Browser, tmp_path: Path) -> None:
    form = '<form method="post" action="/keep"></form>'
    browser.answers(Response(Request(f"{SITE}/form"), raw=None))
    assert logged(tmp_path) == {}
    browser.answers(Response(Request(f"{SITE}/form"), body=None))
    assert logged(tmp_path)["GET /form 200"].faults == ()
    browser.answers(Response(Request(f"{SITE}/form"), body=form))
    answers = read_traffic((tmp_path / FILE).read_bytes()).answers
    assert "10202" in {seen.rule for each in answers for seen in each.faults}


def test_nobody_waits_when_nothing_is_being_asked(browser: Browser) -> None:
    class Page:
        def wait_for_timeout(self, _: float) -> None:
            raise AssertionError("waited for nothing")

    browser.pages.append(Page())
    browser.answers(Response(Request(f"{SITE}/")))
    browser.listener.settle()
