"""Puts the packs at the root of the repository into the wheel, as ``gonogo/_packs``.

The root folders are three things at once: the demo's packs, what ``gonogo init`` copies for a
new system, and what a team reads as an example. They exist once, at the root; only a built
wheel carries a copy, so that ``gonogo demo`` and ``gonogo init`` work after ``pip install``.
An editable install gets none: there the checkout itself is used (``gonogo.setup.packs``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKS = (
    "gonogo.toml", "gonogo_starter.toml", "conftest.py", "suites", "features", "load", "security", "reports"
)  # fmt: skip
"""The files and folders at the root that make up the packs."""

SKIPPED_NAMES = {"__pycache__", ".pytest_cache", "test-results", "allure-results"}


class PacksHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's own affair
    """Adds every pack file to the wheel under ``gonogo/_packs``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files; see hatchling's build hook interface for the arguments.

        Raises:
            FileNotFoundError: a pack is missing. A wheel without its packs would install well
                and then fail at ``gonogo demo``, so none is built.
        """
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        missing = [name for name in PACKS if not (root / name).exists()]
        if missing:
            raise FileNotFoundError(f"the wheel needs these packs, which are not there: {', '.join(missing)}")
        for name in PACKS:
            for path in _files(root / name):
                inside = path.relative_to(root).as_posix()
                if _is_kept(inside):
                    build_data["force_include"][str(path)] = f"gonogo/_packs/{inside}"


def _files(start: Path) -> list[Path]:
    if start.is_file():
        return [start]
    return sorted(path for path in start.rglob("*") if path.is_file())


def _is_kept(inside: str) -> bool:
    parts = inside.split("/")
    if SKIPPED_NAMES.intersection(parts) or inside.endswith(".pyc"):
        return False
    # run folders land beside the report templates; they hold evidence and never leave the machine
    return parts[0] != "reports" or parts[1] in {"README.md", "templates"} or inside.endswith(".toml")
