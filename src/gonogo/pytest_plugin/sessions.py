"""Fixtures: the job, the browser it names, and pages that belong to a signed-in role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gonogo.browsing import Listener, context_options, launch_options, log_of, sign_in
from gonogo.job import Job
from gonogo.pytest_plugin.errors import CannotCheckError
from gonogo.pytest_plugin.evidence import EVIDENCE, PACK, Evidence, Pack
from gonogo.steps.traffic import Traffic

NAVIGATION_MS = 30_000


@pytest.fixture(scope="session")
def pack(pytestconfig: pytest.Config) -> Pack:
    """The run: its job and the evidence it leaves."""
    found = pytestconfig.stash.get(PACK, None)
    if found is None:
        raise CannotCheckError("These tests need a target: start them with `gonogo run --stage regression`.")
    return found


@pytest.fixture
def evidence(request: pytest.FixtureRequest, pack: Pack) -> Evidence:
    """What the test leaves behind."""
    del pack  # without one there is nothing to leave it in
    found: Evidence = request.node.stash[EVIDENCE]
    return found


@pytest.fixture(scope="session")
def job(pack: Pack) -> Job:
    """What is tested: side, version, address, test users, options."""
    return pack.job


@pytest.fixture(scope="session")
def base_url(job: Job) -> str:
    """Where the side under test answers, without trailing slash."""
    return job.base_url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], job: Job) -> dict[str, Any]:
    """The browser that gonogo found, with switches that make its pictures repeatable."""
    return {**launch_options(job.browser), **browser_type_launch_args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], job: Job) -> dict[str, Any]:
    """One window size, language and time zone for every page; the target's address before every path."""
    return {**context_options(job), **browser_context_args, "base_url": job.base_url}


@pytest.fixture
def traffic(job: Job) -> Traffic:
    """What the test's pages asked for and what came back: `problems`, `method`, `status`. Judges nothing."""
    return Traffic(base_url=job.base_url)


@pytest.fixture
def context(context: BrowserContext, traffic: Traffic, job: Job) -> Iterator[BrowserContext]:
    """A browser session of nobody's, with the time limits of the stage."""
    limit(context, job)
    traffic.watch(context, job.base_url)
    listener = Listener(context, log_of(job))
    yield context
    listener.settle()


def limit(context: BrowserContext, job: Job) -> None:
    """Set how long an action or an expectation of a page may take."""
    action_ms = float(job.options.get("action_timeout_s", 10.0)) * 1000
    context.set_default_timeout(action_ms)
    expect.set_options(timeout=action_ms)  # of this process: every test of a run has the same limit
    context.set_default_navigation_timeout(max(action_ms, NAVIGATION_MS))


class Sessions:
    """Signed-in sessions by role. Each role signs in once in a run: targets limit how often one may."""

    def __init__(self, job: Job, browser: Browser) -> None:
        self._job = job
        self._browser = browser
        self._states: dict[str, Any] = {}

    def state(self, role: str) -> Any:
        """The role's cookies and storage, as Playwright's `storage_state`.

        Raises:
            ConfigError: the role has no test user.
            SignInError: the application does not let it in.
        """
        if role not in self._states:
            self._states[role] = self.fresh(role)
        return self._states[role]

    def fresh(self, role: str) -> Any:
        """The same for a session that nobody else uses, to be signed out of or otherwise spoiled."""
        context = self._browser.new_context(**context_options(self._job))
        limit(context, self._job)
        listener = Listener(context, log_of(self._job))
        try:
            sign_in(context.new_page(), self._job, role)
            return context.storage_state()
        finally:
            listener.settle()
            context.close()


@pytest.fixture(scope="session")
def sessions(job: Job, browser: Browser) -> Sessions:
    """Signed-in sessions by role, for use with clients of your own."""
    return Sessions(job, browser)


class PageAs(Protocol):
    """What `page_as` is."""

    def __call__(self, role: str, *, is_fresh: bool = False) -> Page:
        """A page of a session signed in as `role`; with `is_fresh`, of a session nobody else uses."""


@pytest.fixture
def page_as(
    new_context: Callable[..., BrowserContext], sessions: Sessions, traffic: Traffic, job: Job
) -> Iterator[PageAs]:
    """`page_as("rent officer")`: a page in a new browser session signed in as that role.

    `page_as(role, is_fresh=True)` signs in anew, for a test that signs out or changes the password.
    """
    listeners: list[Listener] = []

    def open_page(role: str, *, is_fresh: bool = False) -> Page:
        state = sessions.fresh(role) if is_fresh else sessions.state(role)
        context = new_context(storage_state=state)
        limit(context, job)
        traffic.watch(context, job.base_url)
        listeners.append(Listener(context, log_of(job)))
        return context.new_page()

    yield open_page
    for listener in listeners:
        listener.settle()
