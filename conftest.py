"""Tests below suites/ need a system to test. Plain `pytest` has none, so it says how they are started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SUITES = Path(__file__).parent / "suites"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    is_started_by_gonogo = os.environ.get("GONOGO_JOB") or os.environ.get("GONOGO_COLLECT")
    if not is_started_by_gonogo and any(item.path.is_relative_to(SUITES) for item in items):
        pytest.exit("the tests below suites/ are started by: gonogo run --stage regression", returncode=4)
