"""Finds the packs: the demo's tests, which are also what ``gonogo init`` starts a project from."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


class PacksMissingError(FileNotFoundError):
    """The package was built or copied without its packs; installing it again mends that."""


def pack_folder(package: Path = PACKAGE) -> Path:
    """The folder that holds ``gonogo.toml``, ``features``, ``suites``, ``load``, ``security``, ``reports``.

    In an installed package it is ``gonogo/_packs``, put there when the wheel was built; in a
    checkout it is the root of the repository. It is read, never written to.

    Args:
        package: the folder of the ``gonogo`` package; only tests pass another.

    Raises:
        PacksMissingError: neither is there.
    """
    installed = package / "_packs"
    checkout = package.parent.parent
    if (installed / "gonogo.toml").is_file():
        return installed
    if package.parent.name == "src" and (checkout / "gonogo.toml").is_file():
        return checkout
    raise PacksMissingError(
        f"the test packs that belong to gonogo are missing: neither {installed} nor a checkout holds a "
        "gonogo.toml. Install gonogo again: pip install --force-reinstall gonogo"
    )
