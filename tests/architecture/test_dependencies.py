"""What the package imports, it declares: nothing works only because something else brought it along."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

IN_AN_ENVIRONMENT_OF_ITS_OWN = frozenset({"wapitiCore"})
"""Imported only by what runs inside wapiti's environment."""


def declared() -> set[str]:
    """The distributions the project says it needs at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}


def test_every_imported_package_is_a_declared_dependency(modules: list[Any]) -> None:
    known = sys.stdlib_module_names | {"gonogo"} | IN_AN_ENVIRONMENT_OF_ITS_OWN
    installed = packages_distributions()
    wanted = declared()
    missing = set()
    for module in modules:
        for name, line in module.imports():
            package = name.split(".")[0]
            brought_by = {one.lower().replace("_", "-") for one in installed.get(package, [])}
            if package not in known and not brought_by & wanted:
                missing.add(f"{module.name}:{line} imports {package}")
    assert not missing, "\n".join(sorted(missing))
