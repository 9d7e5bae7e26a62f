"""What the browser asked for and what came back, as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response


@dataclass
class Traffic:
    """Requests of one browser session.

    Attributes:
        open_requests: how many requests have no answer yet.
        method, status: of the last page (not of pictures, scripts and the like); status 0 before the first.
        problems: console errors, script errors, failed requests, in plain words, without host.
    """

    open_requests: int = 0
    method: str = "GET"
    status: int = 0
    problems: list[str] = field(default_factory=list)
    base_url: str = ""

    def watch(self, context: BrowserContext, base_url: str) -> None:
        """Listen to everything that happens in a browser context from now on."""
        self.base_url = base_url
        context.on("request", self._asked)
        context.on("requestfinished", self._answered)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error.message}"))

    def _asked(self, _: Request) -> None:
        self.open_requests += 1

    def _answered(self, _: Request) -> None:
        self.open_requests -= 1

    def _failed(self, request: Request) -> None:
        self.open_requests -= 1
        failure = request.failure or ""
        # Leaving a page stops what it was still loading; that is no fault of the page.
        if "ERR_ABORTED" not in failure:
            self.problems.append(f"request failed: {request.method} {self._path(request.url)} {failure}")

    def _response(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and _is_whole_page(request):
            self.method, self.status = request.method, response.status
        elif response.status >= 400:
            self.problems.append(
                f"request failed: {request.method} {self._path(request.url)} answered {response.status}"
            )

    def _console(self, message: ConsoleMessage) -> None:
        # The browser also writes a line for each failed request; those are counted above, with their path.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _path(self, url: str) -> str:
        if self.base_url and url.startswith(self.base_url):
            return url.removeprefix(self.base_url) or "/"
        parts = urlsplit(url)
        return f"{parts.path or url}"


def _is_whole_page(request: Request) -> bool:
    """Whether it asked for a page, not for a frame in one."""
    from playwright.sync_api import Error

    try:
        return request.frame.parent_frame is None
    except Error:
        return True  # the first request of a new tab comes before the tab has a frame
