"""Hears what a browser is answered, and writes it down (`traffic_log`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Response

    from gonogo.browsing.traffic_log import TrafficLog

_MAY_SET_COOKIES = frozenset({"document", "xhr", "fetch"})
"""What answers differ from one time to the next: all of these are looked at, of anything else one of each kind."""
WAIT_MS = 10
WAITS = 25


class Listener:
    """Listens to one browser session from now on, until it is closed.

    What an answer's headers were has to be asked of the browser, while the test goes on. Has no slots: Playwright
    keeps what it makes of the methods in the object.
    """

    def __init__(self, context: BrowserContext, log: TrafficLog) -> None:
        self._context = context
        self._log = log
        self._answers: dict[Request, Response] = {}
        self._asking = 0
        context.on("response", self._answered)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)

    def settle(self) -> None:
        """Wait a moment for answers that are being asked about. Call it before the session is closed."""
        from playwright.sync_api import Error

        for _ in range(WAITS):
            pages = self._context.pages
            if not self._asking or not pages:
                return
            try:
                pages[0].wait_for_timeout(WAIT_MS)
            except Error:
                return

    def _answered(self, response: Response) -> None:
        if self._log.place_of(response.url) is not None:
            self._answers[response.request] = response

    def _finished(self, request: Request) -> None:
        response = self._answers.pop(request, None)
        if response is None:
            return
        self._asking += 1
        try:
            self._look_at(request, response)
        finally:
            self._asking -= 1

    def _failed(self, request: Request) -> None:
        """A download is one: its answer came, its page did not. What the browser told at once must do."""
        response = self._answers.pop(request, None)
        place = self._log.place_of(response.url) if response is not None else None
        if response is not None and place is not None:
            self._log.keep(request.method, place, response.status, response.headers.items())

    def _look_at(self, request: Request, response: Response) -> None:
        from playwright.sync_api import Error

        place = self._log.place_of(response.url)
        if place is None:
            return
        kind = (place.path, response.status)
        if request.resource_type not in _MAY_SET_COOKIES and not self._log.is_new(kind):
            return
        shown = response.headers.items()  # what the browser told at once: no cookies among it
        is_wanted = self._log.wants_body(request.method, place, response.status, shown)
        try:
            headers = [(each["name"].lower(), each["value"]) for each in response.headers_array()]
        except Error:
            return  # the browser is gone
        body = None
        if is_wanted:
            try:
                body = response.text()
            except Error:
                body = None  # another page came in its place
        self._log.keep(request.method, place, response.status, headers, body)
