"""What `gonogo init` writes: the packs' own files that hold for any system, and a `gonogo.toml` to fill in.

The source is the same pack folder the demo runs (one source, no copies): files that name nothing of the
demo system are taken as they are, and `gonogo.toml` is the demo's own, its values replaced and what only
the demo needs taken out, its comments kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from gonogo.model.errors import ProjectError, StorageError

STARTER_FILES = (
    "conftest.py",
    "features/environment.py",
    "features/steps/all.py",
    "features/starter.feature",
    "suites/test_starter.py",
    "load/locustfile_starter.py",
    "load/profiles.toml",
    "security/accepted.toml",
    "reports/README.md",
)
"""Files of the packs that name nothing of the demo system. `_starter` is dropped from a name."""

PIPELINES = {
    "github": ".github/workflows/gonogo.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
    "jenkins": "Jenkinsfile",
}
"""Pipeline → the file it is kept in."""


def project_files(
    packs: Path, *, system: str, from_version: str, to_version: str, pipeline: str = ""
) -> dict[str, str]:
    """Relative path → content of every file of a new project.

    Args:
        packs: the pack folder (`gonogo.setup.pack_folder`).
        pipeline: a key of PIPELINES, or empty for none.

    Raises:
        ProjectError: the packs lack a starter file.
    """
    files = {name.replace("_starter", ""): _text(packs / name) for name in STARTER_FILES}
    files["gonogo.toml"] = _definition(_text(packs / "gonogo.toml"), system, from_version, to_version)
    files[".gitignore"] = "reports/*\n!reports/README.md\n!reports/templates/\n__pycache__/\n"
    files["README.md"] = _readme(system)
    if pipeline:
        files[PIPELINES[pipeline]] = _text(Path(__file__).with_name("pipelines") / f"{pipeline}.txt")
    return files


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files. Raises StorageError when one cannot be written."""
    for name, content in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{path} could not be written: {error.strerror or error}.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"The starter file {path.name} is missing from the packs: {error.strerror or error}.",
            remedy="Install gonogo again: pip install --force-reinstall gonogo",
        ) from error


def _definition(demo: str, system: str, from_version: str, to_version: str) -> str:
    document = tomlkit.parse(demo)
    document["system"] = _table(name=system, change_ref="")
    document["identity"] = _table(path="/", pattern=r"[Vv]ersion\s+([\d.]+)")
    for side, version, host in (("baseline", from_version, "today"), ("candidate", to_version, "upgrade")):
        document[side] = _target(version, f"https://{host}.example.org")
    document["users"] = {
        "user": _table(username="test.user", password="env:GONOGO_USER_PASSWORD")  # noqa: S106 - a reference
    }
    document["sign_in"] = _table(path="/login", check_path="/")
    for name in ("api", "batch", "databases"):
        document.pop(name, None)
    document["stages"] = {name: _table(timeout_s=900) for name in ("uat", "regression", "load", "security")}
    document["sign_off"] = _table(roles=["Service manager"])
    return tomlkit.dumps(document)


def _target(version: str, url: str) -> Table:
    table = _table(version=version, url=url)
    table["class"] = "test"
    table["allows"] = []
    table["allows"].comment('add "load" and "active-scan" once the owner has authorised them, and')  # type: ignore[union-attr]
    table.add(tomlkit.comment('[…authorisation] with by = "…", hosts = ["…"], until = 2027-12-31'))
    return table


def _table(**values: Any) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = value
    return table


def _readme(system: str) -> str:
    return (
        f"# Upgrade tests for {system}\n\n"
        "1. Fill in `gonogo.toml`: the two addresses, how the version is shown, a test account.\n"
        "2. `gonogo doctor` says what is missing on this machine.\n"
        "3. `gonogo plan` lists what will be checked.\n"
        "4. `gonogo run` does it and gives the verdict; the report is `reports/latest/published/report.html`.\n"
    )
