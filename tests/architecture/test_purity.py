"""The pure packages open no file, start no process, read no clock and throw no dice.

That is what lets a comparison and a verdict be worked out again from the evidence, byte for byte,
on another machine and another day.
"""

from __future__ import annotations

import ast
from typing import Any

import pytest

PURE = frozenset({"model", "planning", "readers", "comparing", "judging"})

IMPURE_MODULES = frozenset(
    {
        "aiohttp", "asyncio", "ctypes", "duckdb", "ftplib", "getpass", "glob", "http.client", "http.server",
        "httpx", "importlib",
        "keyring", "locale", "multiprocessing", "numpy.random", "os", "pathlib.Path", "playwright", "psutil",
        "random", "requests", "secrets", "select", "shutil", "signal", "smtplib", "socket", "sqlalchemy",
        "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request", "urllib3",
        "uuid", "webbrowser",
    }
)  # fmt: skip
"""Modules through which the outside gets in. ``pathlib.PurePosixPath`` and ``urllib.parse`` are harmless."""

CONSTANTS_OF_SYS = frozenset({"byteorder", "float_info", "maxsize", "version_info"})

IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})

IMPURE_METHODS = frozenset(
    {
        "now", "utcnow", "today", "fromtimestamp", "read_text", "read_bytes", "write_text", "write_bytes",
        "iterdir", "rglob", "mkdir", "unlink", "touch", "expanduser", "getenv", "default_rng", "uuid4",
    }
)  # fmt: skip


def impurities(tree: ast.Module, imports: list[tuple[str, int]]) -> list[str]:
    """What in a module reaches for the outside, with its line."""
    found = []
    for imported, line in imports:
        parts = imported.split(".")
        if any(".".join(parts[: size + 1]) in IMPURE_MODULES for size in range(len(parts))):
            found.append(f"{line} imports {imported}")
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr=used) if used not in CONSTANTS_OF_SYS:
                found.append(f"{node.lineno} uses sys.{used}")
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
                found.append(f"{node.lineno} calls {called.id}")
            if isinstance(called, ast.Attribute) and called.attr in IMPURE_METHODS:
                found.append(f"{node.lineno} calls .{called.attr}")
    return found


def test_the_pure_packages_reach_for_nothing_outside(modules: list[Any]) -> None:
    found = [
        f"{module.name}:{what}"
        for module in modules
        if module.part in PURE
        for what in impurities(module.tree, module.imports())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "import os.path",
        "import sys\nFIRST = sys.argv[0]",
        "from pathlib import Path",
        "from random import choice",
        "from numpy import random",
        "def f(name):\n    return open(name).read()",
        "def f(datetime):\n    return datetime.now()",
        "def f(path):\n    return path.read_text()",
    ],
)
def test_reaching_for_the_outside_is_noticed(text: str, modules: list[Any]) -> None:
    kind = type(modules[0])
    module = kind(name="gonogo.judging.x", path=modules[0].path, tree=ast.parse(text), lines=1)
    assert impurities(module.tree, module.imports())


@pytest.mark.parametrize(
    "text",
    [
        "from pathlib import PurePosixPath",
        "from datetime import date",
        "from urllib.parse import urlsplit",
        "from http.cookies import SimpleCookie",
        "import sys\nIS_LITTLE = sys.byteorder == 'little'",
    ],
)
def test_harmless_neighbours_of_impure_names_are_left_alone(text: str, modules: list[Any]) -> None:
    kind = type(modules[0])
    module = kind(name="gonogo.judging.x", path=modules[0].path, tree=ast.parse(text), lines=1)
    assert not impurities(module.tree, module.imports())


PROCESS_DOORS = frozenset(
    {
        "gonogo.processes",
        "gonogo.setup.children",
        "gonogo.stages.behave_pool",
        "gonogo.loadgen.children",
    }
)
"""The modules that may start a child process. The first two put it in a group of its own and end it;
the others run inside behave and Locust, and their workers belong to the group of these."""

CORE_WITHOUT_CLOCK = frozenset({"config", "store", "stages", "publishing", "engine", "job", "events"})


def test_child_processes_are_started_through_their_doors_only(modules: list[Any]) -> None:
    found = [
        f"{module.name}:{line} imports {imported}"
        for module in modules
        if module.name not in PROCESS_DOORS and module.part not in {"demo", "steps"}
        for imported, line in module.imports()
        if imported.split(".")[0] in {"subprocess", "multiprocessing"}
    ]
    assert not found, "\n".join(sorted(found))


CHANCE_WITH_A_REASON = {
    ("gonogo.engine.gate", "secrets"): "the key of one run's tokens, which nobody may guess or repeat",
    ("gonogo.stages.load_generator", "secrets"): "a key that two of our processes share for one run",
    ("gonogo.stages.security.zap_daemon", "secrets"): "the API key of a ZAP of ours",
    ("gonogo.stages.load_rounds", "random"): "seeded from the plan, so the same plan gives the same order",
}


def test_the_core_takes_the_time_and_chance_from_the_clock_only(modules: list[Any]) -> None:
    found = []
    for module in modules:
        if module.part in CORE_WITHOUT_CLOCK:
            found += [
                f"{module.name}:{line} imports {imported}"
                for imported, line in module.imports()
                if imported in {"random", "uuid", "secrets"}
                and (module.name, imported) not in CHANCE_WITH_A_REASON
            ]
            found += [
                f"{module.name}:{node.lineno} calls .{node.func.attr}"
                for node in ast.walk(module.tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"now", "utcnow", "today"}
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"datetime", "date"}
            ]
    assert not found, "\n".join(found)
