"""Finds the packs: the demo's tests, which are also what ``gonogo init`` starts a project from."""

from __future__ import annotations

from pathlib import Path

from gonogo.model.errors import ProjectError

PACKAGE = Path(__file__).parents[1]


def pack_folder(package: Path = PACKAGE) -> Path:
    """The folder that holds ``gonogo.toml``, ``features``, ``suites``, ``load``, ``security``, ``reports``.

    In an installed package it is ``gonogo/_packs``, put there when the wheel was built; in a
    checkout it is the root of the repository. It is read, never written to.

    Args:
        package: the folder of the ``gonogo`` package; only tests pass another.

    Raises:
        ProjectError: neither is there; the package was built or copied without its packs.
    """
    installed = package / "_packs"
    checkout = package.parent.parent
    if (installed / "gonogo.toml").is_file():
        return installed
    if package.parent.name == "src" and (checkout / "gonogo.toml").is_file():
        return checkout
    raise ProjectError(
        f"The test packs that come with gonogo are missing: {installed} holds no gonogo.toml.",
        remedy="Install gonogo again: pip install --force-reinstall gonogo",
    )
