"""The desk: everything one scenario has in front of it. Made new for every scenario.

Sentences work on the desk: the page that is open, the table or file being looked at, the last answer of an
interface, and what was noted for later.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gonogo.browsing import Listener, is_signed_in, log_of
from gonogo.steps.errors import CannotCheck
from gonogo.steps.reaching import reaching
from gonogo.steps.traffic import Traffic

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from gonogo.steps.sheet import Sheet
    from gonogo.steps.worker import Worker

_PLACE = re.compile(r"\{(\{[^{}]*\})\}|\{([A-Za-z][\w' -]*)\}")


@dataclass
class Desk:
    """One scenario's things. Mutable, and never shared between scenarios.

    Attributes:
        worker: the process it runs in.
        title: the scenario's name.
        role: the role signed in with in the browser; empty when nobody is.
        api_role: the role the API is called as; empty for nobody.
        notes: what was noted, by name.
        table_name: the table looked at; empty for the page's only one. It holds on `table_path` only.
        section: the heading under which labels are looked for; empty for the whole page. It holds on
            `section_path` only.
        sheet: the file or query result looked at.
        file, answer, xml, batch: the last download, API answer, XML answer and batch run.
        home: folder of the system's own data, or of this scenario's copy of it.
        text, rows: the doc string and the table under the present step.
        kept_role: the role whose kept session the browser has; empty when its session is this scenario's own.
        is_arrived: false between signing in by a kept session and the first page, which has to prove it.
        left_session: the session as it was before signing out.
    """

    worker: Worker
    title: str = ""
    role: str = ""
    api_role: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    table_name: str = ""
    table_path: str = ""
    section: str = ""
    section_path: str = ""
    sheet: Sheet | None = None
    file: Any = None
    answer: Any = None
    xml: Any = None
    batch: Any = None
    home: Path | None = None
    text: str = ""
    rows: tuple[dict[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    kept_role: str = ""
    is_arrived: bool = True
    left_session: Any = None
    traffic: Traffic = field(default_factory=Traffic)
    place: str = ""
    temporary: list[Path] = field(default_factory=list)
    _context: BrowserContext | None = None
    _page: Page | None = None
    _listener: Listener | None = None

    @property
    def page(self) -> Page:
        """The page in front of us; a browser starts when the scenario first needs one."""
        page = self._shown()
        if not self.is_arrived:
            # Signed in by a kept session, and the first thing a step does is look: show a page to look at.
            self.open(self.worker.check_path)
        return page

    def open(self, path: str) -> None:
        """Open a path in the browser. A kept session that has ended meanwhile is renewed first.

        Raises:
            CannotCheck: the system cannot be reached.
            NotAsExpected: it broke off the connection.
            SignInError: the session had ended, and the application does not let the role in again.
        """
        page = self._shown()
        with reaching(path):
            page.goto(path)
        if self.is_arrived:
            return
        self.is_arrived = True
        if not is_signed_in(page, self.worker.job):
            self.worker.sign_in(page, self.role)
            page.goto(path)

    def _shown(self) -> Page:
        if self._page is None or self._page.is_closed():
            self._page = self._use(self._context or self.worker.new_context())
        self.place = ""
        return self._page

    @property
    def has_page(self) -> bool:
        """Whether the scenario has used the browser at all."""
        return self._page is not None and not self._page.is_closed()

    def start_session(self, role: str = "", state: Any = None) -> Page:
        """Leave the present browser session, if any, and begin another, with the role's kept session."""
        self._close_context()
        context = self.worker.new_context(role)
        if state is not None:
            context.add_cookies(state["cookies"])
        self._page = self._use(context)
        self.role = self.kept_role = role
        self.is_arrived = role not in self.worker.sessions
        return self._page

    def fill(self, text: str, *, is_strict: bool = True) -> str:
        """A text with `{noted names}`, `{today}` and `{unique}` put in; `{{name}}` stays as `{name}`.

        Args:
            text: as the feature file has it.
            is_strict: an unknown name is an error; else it is left standing (JSON and XML have braces too).

        Raises:
            CannotCheck: nothing was noted under that name.
        """

        def value(match: re.Match[str]) -> str:
            if match[1]:
                return match[1]  # {{name}} is the text {name} itself
            name = match[2]
            if name in self.notes:
                return self.notes[name]
            if name == "today":
                return date.today().isoformat()  # noqa: DTZ011 - the day on the user's calendar
            if name == "unique":
                return self.notes.setdefault("unique", _unique())
            if is_strict:
                raise CannotCheck(f"Nothing was noted as {name!r} in this scenario before this step.")
            return match[0]

        return _PLACE.sub(value, text)

    def note(self, name: str, value: str) -> None:
        """Keep a value for later steps of this scenario."""
        self.notes[name] = value

    def was_at(self, place: str) -> None:
        """Remember the last place looked at that is not a page (`GET /api/v1/accounts/T1`)."""
        self.place = place

    @property
    def where(self) -> str:
        """The page or request last looked at, without host."""
        if self.place:
            return self.place
        if self._page is None or self._page.is_closed():
            return ""
        parts = urlsplit(self._page.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return f"{self.traffic.method} {path}" if parts.scheme.startswith("http") else ""

    def close(self) -> None:
        """Put everything away."""
        self._close_context()
        for path in self.temporary:
            _remove(path)

    def _use(self, context: BrowserContext) -> Page:
        self._context = context
        self.traffic = Traffic()
        if self.worker.job.options.get("trace"):
            context.tracing.start(screenshots=True, snapshots=True)
        self.traffic.watch(context, self.worker.job.base_url)
        self._listener = Listener(context, log_of(self.worker.job))
        page = context.new_page()
        # A link that opens a tab of its own: that tab is what a person then looks at.
        context.on("page", self._look_at)
        return page

    def _look_at(self, page: Page) -> None:
        self._page = page

    def close_tab(self) -> None:
        """Close the tab in front and look at the one before.

        Raises:
            CannotCheck: only one tab is open.
        """
        pages = self._context.pages if self._context else []
        if len(pages) < 2:
            raise CannotCheck("Only one tab is open, so it cannot be closed.")
        self.page.close()
        self._page = pages[-2] if pages[-1].is_closed() else pages[-1]

    @property
    def context(self) -> BrowserContext | None:
        """The browser session of the scenario, when it has one."""
        return self._context

    def _close_context(self) -> None:
        if self._context is not None:
            from playwright.sync_api import Error

            if self._listener is not None:
                self._listener.settle()
            with suppress(Error):  # a crashed browser has closed it already
                self._context.close()
        self._context = self._page = None


def _unique() -> str:
    """A short word that no earlier run has used: milliseconds in base 36."""
    number, digits = int(time.time() * 1000), ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


def _remove(path: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
