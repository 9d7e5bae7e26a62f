"""Waiting for what should be on a page, and giving up as soon as waiting longer makes no sense."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gonogo.steps.errors import NotAsExpected

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk

Probe = Callable[[], str | None]
"""Looks once: None when all is as expected, else what is seen instead (`it is £12.40`)."""

AT_REST_MS = 500
"""How long nothing has to change on a page that has no timer, interval or socket left to change it."""


def expect(desk: Desk, expected: str, probe: Probe, *, within_s: float | None = None) -> None:
    """Look until the page is as expected.

    Stops waiting after `step_timeout_s`, or earlier when the page is still: nothing is being loaded, and
    nothing has changed for half a second on a page whose scripts have nothing left to do, or for `settle_s`
    on one whose scripts wait for something. A page that answered with a server error is not waited for.

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
        state = desk.page.evaluate("() => window.__gonogoStillness?.()")
    except Error:
        return False  # between two pages
    if state is None:
        return False  # a page without scripts of any kind, such as a picture; the time limit holds
    return bool(state["quiet_ms"] >= (settle_ms if state["is_at_work"] else min(AT_REST_MS, settle_ms)))


def _server_error(desk: Desk) -> str:
    return f"; the page answered with the error {desk.traffic.status}" if desk.traffic.status >= 400 else ""
