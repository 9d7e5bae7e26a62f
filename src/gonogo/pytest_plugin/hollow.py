"""Tests that end well without having found anything out: they pass whatever the system does.

Two kinds can be told for certain. One has nothing in it that could fail. The other has assertions and reached
none of them, most often because the loop around them had nothing to go through: an empty report passes every check
of its lines. For the second, pytest counts the assertions that hold as they are reached.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_LOOKS_AT_SOMETHING = (ast.Assert, ast.Call, ast.Raise, ast.With, ast.Await, ast.Yield, ast.Subscript)
_REWRITTEN = "@pytest_ar"  # what pytest puts into a module whose assertions it has made countable


def why_hollow(item: pytest.Item, *, reached: int) -> str:
    """Why the test found nothing out; empty when it did, or when that cannot be told for certain.

    Args:
        item: a test that ended well and captured nothing.
        reached: how many assertions held while it ran.
    """
    body = _body(item)
    if body is None:
        return ""
    nodes = [node for statement in body for node in ast.walk(statement)]
    if not any(isinstance(node, _LOOKS_AT_SOMETHING) for node in nodes):
        # A fixture of a conftest or of the module may do the looking.
        return (
            ""
            if _has_fixture_of_its_own(item)
            else "The test looks at nothing: it has no assertion and no call."
        )
    has_assertions = any(isinstance(node, ast.Assert) for node in nodes)
    if has_assertions and not reached and _is_counted(item) and not _expects_of_a_page(nodes):
        return "None of the test's assertions was reached: there was nothing to look at."
    return ""


def _body(item: pytest.Item) -> list[ast.stmt] | None:
    function = getattr(item, "function", None)
    if function is None:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return None
    return [statement for node in tree.body for statement in getattr(node, "body", [])]


def _has_fixture_of_its_own(item: pytest.Item) -> bool:
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(definitions[-1].baseid for definitions in known.values() if definitions)


def _is_counted(item: pytest.Item) -> bool:
    module = getattr(item, "module", None)
    is_asked_for = bool(item.config.getini("enable_assertion_pass_hook"))
    return is_asked_for and item.config.getoption("assertmode") == "rewrite" and _REWRITTEN in vars(module)


def _expects_of_a_page(nodes: list[ast.AST]) -> bool:
    """Playwright's `expect(…)` and `page.expect_download()`, and our own, assert without the word."""
    names = (
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in nodes
        if isinstance(node, ast.Call)
    )
    return any(name.startswith("expect") for name in names)


@contextmanager
def fresh_byte_code() -> Iterator[None]:
    """Modules imported meanwhile are compiled anew.

    pytest keeps what it compiled, and does not notice that assertions were not to be counted then. The byte
    code goes to a folder of its own, which also keeps the pack's folder clean.
    """
    before = sys.pycache_prefix
    with tempfile.TemporaryDirectory(prefix="gonogo-pack-") as folder:
        sys.pycache_prefix = folder
        try:
            yield
        finally:
            sys.pycache_prefix = before
