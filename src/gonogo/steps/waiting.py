"""Waiting for what should be on a page, and giving up as soon as waiting longer makes no sense."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gonogo.steps.errors import NotAsExpected

if TYPE_CHECKING:
    from gonogo.steps.desk import Desk

Probe = Callable[[], str | None]
"""Looks once: None when all is as expected, else what is seen instead (`it is £12.40`)."""

# Tells for how long the document has not changed. Installed when a first look did not find what it wanted.
_QUIET_MS = """() => {
    if (!window.__gonogoWatch) {
        const watch = { changed: performance.now() };
        new MutationObserver(() => { watch.changed = performance.now(); }).observe(document, {
            subtree: true, childList: true, attributes: true, characterData: true });
        Object.defineProperty(window, '__gonogoWatch', { value: watch, enumerable: false });
        return 0;
    }
    return document.readyState === 'complete' ? performance.now() - window.__gonogoWatch.changed : 0;
}"""


def expect(desk: Desk, expected: str, probe: Probe, *, within_s: float | None = None) -> None:
    """Look until the page is as expected.

    Stops waiting after `step_timeout_s`, or earlier when the page has been still for `settle_s`: nothing
    being loaded and nothing changing. A page that answered with a server error is not waited for.

    Args:
        desk: the scenario's desk.
        expected: what should be, for the message (`"Balance" to be £12.50`).
        probe: looks once.
        within_s: wait this long whatever the page does (for what the system does in the background).

    Raises:
        NotAsExpected: it did not come about; says what was seen last, and where.
    """
    started = time.monotonic()
    limit_s = within_s if within_s is not None else desk.worker.option("step_timeout_s", 10.0)
    settle_ms = 1000 * desk.worker.option("settle_s", 2.0)
    while True:
        seen = _look(probe)
        if seen is None:
            return
        waited_s = time.monotonic() - started
        is_hopeless = within_s is None and (desk.traffic.status >= 500 or _is_still(desk, settle_ms))
        if waited_s >= limit_s or is_hopeless:
            raise NotAsExpected(expected, seen + _server_error(desk), desk.where)
        desk.page.wait_for_timeout(50 if waited_s < 1 else 150)


def _look(probe: Probe) -> str | None:
    from playwright.sync_api import Error

    try:
        return probe()
    except NotAsExpected as error:
        return error.seen
    except Error as error:
        # The page was replaced while we looked at it; look again at the new one.
        if any(sign in str(error) for sign in _REPLACED):
            return "the page was still loading"
        raise


_REPLACED = (
    "Execution context was destroyed",
    "Cannot find context",
    "not attached to the DOM",
    "navigating",
)


def _is_still(desk: Desk, settle_ms: float) -> bool:
    from playwright.sync_api import Error

    if desk.traffic.open_requests > 0:
        return False
    try:
        return float(desk.page.evaluate(_QUIET_MS)) >= settle_ms
    except Error:
        return False  # between two pages


def _server_error(desk: Desk) -> str:
    return f"; the page answered with the error {desk.traffic.status}" if desk.traffic.status >= 400 else ""
