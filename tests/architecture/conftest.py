"""Every module of the package, read once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "gonogo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the package, by its dotted name, with its syntax tree."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def part(self) -> str:
        """The package or module directly below ``gonogo`` that it belongs to; empty for the root."""
        return [*self.name.split("."), ""][1]

    def imports(self) -> list[tuple[str, int]]:
        """Every module it imports, wherever in the file, with the line; names made absolute.

        ``from package import name`` gives both ``package`` and ``package.name``: which of the two
        is the module cannot be told without importing it.
        """
        found: list[tuple[str, int]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.extend((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    here = self.name.split(".")
                    up = node.level if self.path.name != "__init__.py" else node.level - 1
                    base = ".".join([*here[: len(here) - up], *([node.module] if node.module else [])])
                found.append((base, node.lineno))
                found.extend((f"{base}.{alias.name}", node.lineno) for alias in node.names)
        return found


def read_module(path: Path, package: Path = PACKAGE) -> Module:
    """Reads one file of the package."""
    parts = ["gonogo", *path.relative_to(package).with_suffix("").parts]
    if parts[-1] == "__init__":
        parts.pop()
    text = path.read_text(encoding="utf-8")
    return Module(name=".".join(parts), path=path, tree=ast.parse(text, str(path)), lines=text.count("\n"))


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Every module of the package, sorted by name."""
    found = [read_module(path) for path in PACKAGE.rglob("*.py")]
    assert len(found) > 20, "the package was not found where the tests look for it"
    return sorted(found, key=lambda module: module.name)
