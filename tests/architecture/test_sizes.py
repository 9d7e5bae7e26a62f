"""Modules and functions stay small enough to be read in one go.

The aim is 300 lines for a module and 50 for a function; these bounds only catch what has run away.
"""

from __future__ import annotations

import ast
from typing import Any

MOST_LINES_OF_A_MODULE = 450
MOST_LINES_OF_A_FUNCTION = 60


def test_no_module_has_run_away(modules: list[Any]) -> None:
    long = [
        f"{module.name}: {module.lines} lines" for module in modules if module.lines > MOST_LINES_OF_A_MODULE
    ]
    assert not long, "\n".join(long)


def test_no_function_has_run_away(modules: list[Any]) -> None:
    long = []
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{module.name}:{node.lineno} {node.name}: {lines} lines")
    assert not long, "\n".join(long)
