"""Each module can be imported first, in a fresh interpreter, without a warning.

A module that only works after another one was imported breaks for whoever needs it alone: a child
process, a user's script, a tool's plug-in loader.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

NOT_IMPORTED_BEFOREHAND = frozenset({"gevent", "geventhttpclient", "locust", "requests", "zapv2", "gonogo"})
"""Importing these changes the interpreter (gevent replaces its sockets), must not come before one that does
(requests, and zapv2 by it, hold on to the unchanged sockets), or is what is being tested."""

STARTED_NOT_IMPORTED = frozenset({"__main__", "gonogo.demo.db.migrations.env"})
"""Modules that are only ever run: entry points, and the script that alembic runs in its own context."""

FORKING_IMPORTER = """
import gc, importlib, json, os, sys, traceback, warnings

request = json.load(sys.stdin)
for name in request["beforehand"]:
    try:
        importlib.import_module(name)
    except (ImportError, AttributeError):
        pass  # not a module, or the module that needs it will say so
gc.freeze()  # what was imported stays shared with every fork
for name in request["modules"]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        said = ""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                importlib.import_module(name)
            except BaseException:
                said = traceback.format_exc(limit=-3)
        os.write(writer, said.encode()[-60000:])
        os._exit(1 if said else 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if status:
        print(json.dumps({"module": name, "said": said or f"ended with status {status}"}), flush=True)
print(json.dumps({"done": len(request["modules"])}))
"""
"""Imports each module in a fork of an interpreter that holds third-party packages but nothing of gonogo:
as fresh as a new interpreter for what is tested here, without paying for every import again."""


def import_each_alone(names: list[str], beforehand: list[str], path: str = "") -> list[dict[str, str]]:
    """Imports every module by itself; returns what went wrong, one entry per module that failed."""
    request = json.dumps({"modules": names, "beforehand": beforehand})
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # with it every fork compiles the package again
    ran = subprocess.run(
        [sys.executable, "-c", FORKING_IMPORTER],
        input=request, capture_output=True, text=True, timeout=120, env=environment, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert lines, ran.stderr
    assert lines[-1] == {"done": len(names)}, ran.stderr
    return lines[:-1]


def third_party(modules: list[Any]) -> list[str]:
    """What the modules import from elsewhere, also names that turn out not to be modules."""
    ours = NOT_IMPORTED_BEFOREHAND | sys.stdlib_module_names
    used = {name for module in modules for name, _ in module.imports() if name}
    return sorted(name for name in used if name.split(".")[0] not in ours)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork an interpreter")
def test_each_module_is_importable_alone_without_a_warning(modules: list[Any]) -> None:
    names = [
        module.name
        for module in modules
        if not STARTED_NOT_IMPORTED & {module.name, module.name.rpartition(".")[2]}
    ]
    failed = import_each_alone(names, third_party(modules))
    causes: dict[str, list[str]] = {}
    for one in failed:
        causes.setdefault(one["said"], []).append(one["module"])
    assert not failed, "\n".join(f"{', '.join(names)}:\n{said}" for said, names in causes.items())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork an interpreter")
@pytest.mark.parametrize(
    "text", ["import warnings\nwarnings.warn('old')", "import needs_what_is_not_there", "raise SystemExit(3)"]
)
def test_a_module_that_is_not_importable_alone_is_noticed(text: str, tmp_path: Any) -> None:
    (tmp_path / "faulty.py").write_text(text, encoding="utf-8")
    failed = import_each_alone(["faulty", "json"], [], path=str(tmp_path))
    assert [one["module"] for one in failed] == ["faulty"]
