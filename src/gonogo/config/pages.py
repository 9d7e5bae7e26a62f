"""The pages that a project names, for packs that look at each of them while no job says anything yet."""

from __future__ import annotations

import tomllib
from pathlib import Path

from gonogo.model.errors import ConfigError


def named_pages(project: Path) -> dict[str, str]:
    """Name → address of every page under `[stages.uat.pages]` of a project's `gonogo.toml`.

    Tests and journeys that exist once for each page are made when their file is loaded, so this reads the
    file itself. `gonogo plan` has checked it by then.

    Args:
        project: the folder that holds `gonogo.toml`.

    Raises:
        ConfigError: the file cannot be read, or names no page.
    """
    path = project / "gonogo.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}.") from error
    pages: dict[str, str] = document.get("stages", {}).get("uat", {}).get("pages", {})
    if not pages:
        raise ConfigError(
            "gonogo.toml names no page under [stages.uat.pages].",
            remedy='Name one there, such as: "Start page" = "/"',
        )
    return pages
