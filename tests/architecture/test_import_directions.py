"""Imports point downwards only, and the leaves stay leaves."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"planning", "readers", "comparing", "judging"}),
    frozenset({"clock", "privacy", "scrubbing"}),
    frozenset({"config", "store", "processes", "setup", "job", "events", "signing", "history"}),
    frozenset({"guard", "browsing", "manual"}),
    frozenset({"stages", "publishing"}),
    frozenset({"engine"}),
    frozenset({"corpus"}),
    frozenset({"cli", "__main__"}),
)
"""The layers, lowest first. A module may import its own part, and parts of a lower layer, and of its own."""

LEAVES = frozenset({"demo", "steps", "pytest_plugin", "loadgen", "vendor"})
"""What runs inside the tools, or is a system under test: nothing of the core imports it."""

LEAF_MAY_IMPORT = frozenset().union(*LAYERS[:5])
"""A leaf sees the records and the helpers below the stages; never the engine that started it."""

ALLOWED_TO_START_THE_DEMO = frozenset({"cli"})

PURE = LAYERS[0] | LAYERS[1]


def rank_of(part: str) -> int | None:
    """The layer of a part; None for a leaf."""
    for rank, parts in enumerate(LAYERS):
        if part in parts:
            return rank
    return None


def violation(importer: str, imported: str) -> str | None:
    """Why a module of part ``importer`` may not import from part ``imported``; None when it may."""
    if imported in ("", importer):
        return None
    if importer == "":
        return "the package's own __init__ imports nothing of it"
    rank, imported_rank = rank_of(importer), rank_of(imported)
    if rank is None:
        if importer == "demo":
            return "the demo system is a vendor's: it knows nothing of gonogo"
        is_below = imported in LEAF_MAY_IMPORT or imported in LEAVES - {"demo"}
        return None if is_below else f"a leaf may not import {imported}"
    if imported_rank is None:
        if imported == "demo" and importer in ALLOWED_TO_START_THE_DEMO:
            return None
        return f"{imported} is a leaf, which the core never imports"
    if imported_rank > rank:
        return f"{imported} lies above {importer}"
    if imported_rank == rank and importer in PURE:
        return f"{importer} and {imported} are beside each other and share only the model"
    return None


def test_every_part_of_the_package_has_its_place(modules: list[Any]) -> None:
    placed = LEAVES.union(*LAYERS)
    unplaced = sorted({module.part for module in modules} - placed - {""})
    assert not unplaced, f"give these a layer, or make them leaves: {unplaced}"


def test_no_module_imports_from_above_or_from_a_leaf(modules: list[Any]) -> None:
    known = {module.name for module in modules}
    found = set()
    for module in modules:
        for imported, line in module.imports():
            if imported in known and imported != "gonogo":
                why = violation(module.part, imported.split(".")[1])
                if why:
                    found.add(f"{module.name}:{line} imports {imported}: {why}")
    assert not found, "\n".join(sorted(found))


def test_no_module_imports_itself_in_a_circle(modules: list[Any]) -> None:
    known = {module.name for module in modules}
    edges = {
        module.name: {name for name, _ in module.imports() if name in known and name != module.name}
        - {module.name.rpartition(".")[0]}
        for module in modules
    }
    circles = []
    finished: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            circles.append(" → ".join((*trail[trail.index(name) :], name)))
            return
        if name in finished:
            return
        for imported in sorted(edges[name]):
            walk(imported, (*trail, name))
        finished.add(name)

    for name in sorted(edges):
        walk(name, ())
    assert not circles, "\n".join(circles)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("model", "judging"),
        ("judging", "comparing"),
        ("comparing", "store"),
        ("stages", "engine"),
        ("stages", "cli"),
        ("engine", "demo"),
        ("publishing", "steps"),
        ("steps", "engine"),
        ("pytest_plugin", "stages"),
        ("demo", "model"),
        ("", "cli"),
    ],
)
def test_the_rule_refuses_an_import_that_points_upwards(importer: str, imported: str) -> None:
    assert violation(importer, imported)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("judging", "model"),
        ("engine", "stages"),
        ("cli", "demo"),
        ("steps", "browsing"),
        ("store", "clock"),
        ("stages", "setup"),
    ],
)
def test_the_rule_allows_an_import_that_points_downwards(importer: str, imported: str) -> None:
    assert violation(importer, imported) is None


def test_an_import_inside_a_function_or_written_relatively_counts_too(modules: list[Any]) -> None:
    text = "def late():\n    from ..engine import run\n    import gonogo.cli\n"
    kind = type(modules[0])
    module = kind(name="gonogo.judging.judge", path=Path("judging/judge.py"), tree=ast.parse(text), lines=3)
    assert ("gonogo.engine.run", 2) in module.imports()
    assert ("gonogo.cli", 3) in module.imports()
