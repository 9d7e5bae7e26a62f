"""The stages that are installed, found through the entry point group `gonogo.stages`."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from pydantic import BaseModel

from gonogo.model.errors import ProjectError
from gonogo.stages.base import Stage

GROUP = "gonogo.stages"
ORDER = ("uat", "regression", "load", "security")
"""Built-in stages first, in this order, so that plans and reports read the same everywhere."""


def installed_stages() -> dict[str, Stage]:
    """Every installed stage by name.

    Raises:
        ProjectError: an entry point cannot be loaded; names it.
    """
    found: dict[str, Stage] = {}
    for entry in sorted(entry_points(group=GROUP), key=_order):
        try:
            kind = entry.load()
        except (ImportError, AttributeError) as error:
            raise ProjectError(
                f"The stage {entry.name!r} ({entry.value}) cannot be loaded: {error}.",
                remedy="Install or remove the package that registers it.",
            ) from error
        found[entry.name] = kind()
    return found


def option_models(stages: dict[str, Stage]) -> dict[str, type[BaseModel] | None]:
    """Stage name → the model of its options; a stage without an `options_model` takes none."""
    return {name: getattr(stage, "options_model", None) for name, stage in stages.items()}


def _order(entry: EntryPoint) -> tuple[int, str]:
    return (ORDER.index(entry.name) if entry.name in ORDER else len(ORDER), entry.name)
