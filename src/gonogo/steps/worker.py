"""What one worker keeps between scenarios: the job, one browser, and the sessions of signed-in roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gonogo.browsing import context_options, launch, sign_in
from gonogo.job import BrowserToUse
from gonogo.steps.errors import CannotCheck
from gonogo.steps.reaching import reaching

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from gonogo.job import Job

_ARTICLE = re.compile(r"^(?:a|an|the) ", re.IGNORECASE)
_ANYBODY = "test user"


@dataclass(slots=True)
class Worker:
    """One worker process. Mutable: the browser starts when the first scenario needs one.

    Attributes:
        job: what to test, and how.
        sessions: per role, cookies and storage of a session that was signed in (Playwright's storage state).
        tokens: per role, an API token.
    """

    job: Job
    sessions: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    _playwright: Any = None
    _browser: Browser | None = None
    _no_browser: str = ""

    def browser(self) -> Browser:
        """The worker's browser, started when first asked for.

        Raises:
            CannotCheck: it does not start; said again at once to every later scenario.
        """
        if self._no_browser:
            raise CannotCheck(self._no_browser)
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        from playwright.sync_api import Error, sync_playwright

        try:
            if self._playwright is None:
                self._playwright = sync_playwright().start()
            self._browser = launch(self._playwright, _with_few_processes(self.job))
        except Error as error:
            first = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
            self._no_browser = f"The browser could not be started: {first}"
            raise CannotCheck(self._no_browser) from error
        return self._browser

    def new_context(self, role: str = "") -> BrowserContext:
        """A browser context of its own; with a role, it starts with the session kept for that role."""
        state = self.sessions.get(role) if role else None
        context = self.browser().new_context(**context_options(self.job), storage_state=state)
        timeout_ms = self.option("step_timeout_s", 10.0) * 1000
        context.set_default_timeout(timeout_ms)
        context.set_default_navigation_timeout(max(timeout_ms, 30_000))
        context.add_init_script(_stillness())
        return context

    def sign_in(self, page: Page, role: str) -> None:
        """Sign in through the form and keep the session for later scenarios.

        Raises:
            SignInError: the application does not let the role in.
            ConfigError: there is no test user for the role, or no password.
            CannotCheck: the system cannot be reached.
        """
        with reaching("the sign-in page"):
            sign_in(page, self.job, role)
        self.sessions[role] = page.context.storage_state()

    def role(self, words: str) -> str:
        """The role that words of a sentence mean: `a rent officer`, `the Rent officer` → `rent officer`.

        `a test user` is the first that gonogo.toml declares, unless a role is called so.

        Raises:
            ConfigError: no test user has the role.
        """
        wanted = _ARTICLE.sub("", words.strip())
        for user in self.job.users:
            if user.role.casefold() == wanted.casefold():
                return user.role
        if wanted.casefold() == _ANYBODY and self.job.users:
            return self.job.users[0].role
        return self.job.user(wanted).role

    def option(self, name: str, default: float) -> float:
        """A number from the stage's options."""
        return float(self.job.options.get(name, default))

    @property
    def check_path(self) -> str:
        """A page that tells whether a session still holds."""
        return self.job.sign_in.check_path if self.job.sign_in else "/"

    def project_file(self, name: str) -> Path:
        """A file of the project, named from its root or from `features/files`.

        Raises:
            CannotCheck: there is no such file.
        """
        root = Path(self.job.project)
        for folder in (root, root / "features" / "files", root / "features"):
            if (folder / name).is_file():
                return folder / name
        raise CannotCheck(f"There is no file {name} in the project or in features/files.")

    def close(self) -> None:
        """End the browser. Safe to call twice."""
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._browser = self._playwright = None


def _with_few_processes(job: Job) -> Job:
    """One process for the pages of a scenario: starting another for the same site costs as much as a page."""
    browser = job.browser or BrowserToUse()
    arguments = (*browser.arguments, "--renderer-process-limit=1")
    return replace(job, browser=replace(browser, arguments=arguments))


@cache
def _stillness() -> str:
    return files("gonogo.steps").joinpath("stillness.js").read_text(encoding="utf-8")
