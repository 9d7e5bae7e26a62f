"""Fixture `console`: a test that uses it fails when its pages report errors or ask for what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gonogo.pytest_plugin.errors import expect
from gonogo.steps.traffic import Traffic


class Console:
    """Errors in the browser's console, script errors, and requests that failed, as they happen."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Do not count what this regular expression matches."""
        self._allowed.append(re.compile(pattern))

    @property
    def problems(self) -> list[str]:
        """What happened so far and is not allowed, in plain words, without host."""
        return [
            problem
            for problem in dict.fromkeys(self._traffic.problems)
            if not any(pattern.search(problem) for pattern in self._allowed)
        ]

    def expect_quiet(self) -> None:
        """Fail when anything happened.

        Raises:
            AssertionError: something did; names the first few.
        """
        problems = self.problems
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        expect(not problems, f"The browser reported: {'; '.join(problems[:5])}{more}")


@pytest.fixture
def console(traffic: Traffic) -> Iterator[Console]:
    """Watches every page of the test, and fails the test at its end unless all was quiet."""
    watched = Console(traffic)
    yield watched
    watched.expect_quiet()
