"""Two Playwrights cannot live in one process, so tests take the session's own (`playwright` fixture)."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_test_module_starts_a_playwright_of_its_own() -> None:
    word = "sync" + "_playwright("
    found = [p for p in TESTS.rglob("test_*.py") if word in p.read_text(encoding="utf-8")]
    assert not found, [str(p.relative_to(TESTS)) for p in found]
