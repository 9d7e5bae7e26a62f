"""The pytest plug-in: fixtures and marks for the packs under `suites/`, and the recording of what they see.

It is installed for every pytest run of this environment, so it does nothing at all unless gonogo started the
run (`GONOGO_JOB`, `GONOGO_COLLECT`) or the run asks for it (`-p gonogo.pytest_plugin.pack`). Only the names
of the marks are always known, so that a pack can be looked at with plain pytest.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

MARKS = (
    "must: not met, the upgrade cannot go live (what a test is without a mark)",
    "should: not met, the upgrade goes live only with conditions",
    "could: not met, it is reported",
    "discipline(name): the kind of quality the test looks at, such as money or accessibility",
    "feature(name): the business area the test belongs to",
    "once: a failure is not tried again, because the test changes what it looks at",
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known; wake up only where gonogo is at work."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    if os.environ.get("GONOGO_JOB") or os.environ.get("GONOGO_COLLECT"):
        from gonogo.pytest_plugin import pack

        if not config.pluginmanager.is_registered(pack):
            config.pluginmanager.register(pack, "gonogo.pytest_plugin.pack")
