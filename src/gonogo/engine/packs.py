"""The digest of the packs: what makes two plans, two runs or a calibration comparable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gonogo import __version__
from gonogo.model import Upgrade
from gonogo.model.errors import ProjectError
from gonogo.stages.base import Project

FOLDERS = ("features", "suites", "load", "security")
_NEVER = {"__pycache__", "node_modules"}


def packs_digest(project: Project) -> str:
    """`sha256:…` over every file of a project's packs, by name and content, and gonogo's own version.

    The packs are the four folders of a project and whatever the options of a stage name besides.

    Raises:
        ProjectError: a file cannot be read; names it.
    """
    digest = hashlib.sha256(f"gonogo {__version__}\n".encode())
    for path in sorted(set(_files(project.root, project.upgrade))):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ProjectError(f"{path} cannot be read: {error.strerror or error}.") from error
        name = path.relative_to(project.root).as_posix()
        digest.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def _files(root: Path, upgrade: Upgrade) -> Iterator[Path]:
    named = {text for stage in upgrade.stages for text in _texts(stage.options)}
    for name in sorted({*FOLDERS, "conftest.py", *named}):
        if not name or "\n" in name or len(name) > 200:
            continue
        place = root / name
        if not place.resolve().is_relative_to(root.resolve()) or place.resolve() == root.resolve():
            continue
        yield from [place] if place.is_file() else _below(place) if place.is_dir() else ()


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part in _NEVER or part.startswith(".") for part in inside):
            yield path


def _texts(value: Any) -> Iterator[str]:
    """Every text in a stage's options, however deep: any of them may name a file of the packs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
