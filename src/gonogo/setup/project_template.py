"""What `gonogo init` writes: a project for a system that nothing is known about but its name and versions.

The source is the pack folder that the demo runs. Files that name nothing of the demo system are shared with it
as they are. Where the demo's own file would be of no use to another system, a starter lies beside it, and is
written under the name that the demo's file has.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from gonogo.model.errors import ProjectError, StorageError, UsageError

STARTER_FILES = {
    "conftest.py": "conftest.py",
    "features/environment.py": "features/environment.py",
    "features/steps/all.py": "features/steps/all.py",
    "features/starter.feature": "features/starter.feature",
    "suites/starter.py": "suites/test_starter.py",
    "load/locustfile_starter.py": "load/locustfile.py",
    "load/profiles_starter.toml": "load/profiles.toml",
    "security/bandit.toml": "security/bandit.toml",
    "security/accepted_starter.toml": "security/accepted.toml",
    "reports/README.md": "reports/README.md",
    "reports/report_starter.toml": "reports/report.toml",
}
"""File of the packs → file of the project. The definition is `DEFINITION`, with the user's answers in it."""

DEFINITION = "gonogo_starter.toml"

PIPELINES = {
    "github": ".github/workflows/gonogo.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
    "jenkins": "Jenkinsfile",
}
"""Pipeline → the file it is kept in."""

IGNORED = """\
reports/*
!reports/README.md
!reports/report.toml
!reports/templates/
__pycache__/
test-results/
"""
"""Run folders hold evidence, which may show what is in the system; they do not belong in version control."""

PYTEST = """\
# How the tests below suites/ are read. Settings of a folder above this one do not count then.
[pytest]
addopts = ["--import-mode=importlib", "--strict-markers", "--strict-config"]
testpaths = ["suites"]
"""
"""In the project's root, so that `conftest.py` beside it is read too, however pytest is started."""

README = """\
# Upgrade tests for {system}

Everything to edit is plain English or TOML. In this order:

1. `gonogo.toml`: the two addresses, how the version is shown, a test account, the pages that matter.
2. Set the password of the test account as the file says, for example `export GONOGO_USER_PASSWORD=…`, on
   Windows `set GONOGO_USER_PASSWORD=…`.
3. `gonogo doctor` says what is missing on this machine.
4. `gonogo plan` lists what will be checked. It touches neither installation.
5. `gonogo run` does it and gives the verdict, with an exit code for pipelines: 0 go, 10 go with conditions,
   20 no-go, 30 not enough evidence. The report to read and sign is `reports/latest/published/report.html`.

Until the owner of both installations has agreed, and `gonogo.toml` says so, the load test and the attacks of the
security scan refuse to start, and the verdict is at best 30. The other two kinds of test go ahead:

    gonogo run --stage uat --stage regression

| folder | what is in it |
|---|---|
| `features/` | scenarios in plain English. Begin with what staff do most, and with what must never go wrong |
| `suites/` | what each page that `gonogo.toml` names looks and reads like; Python, nothing to edit to begin with |
| `load/` | `profiles.toml` says how much load |
| `security/` | risks that somebody accepted, with the day it ends |
| `reports/` | what your team says in its reports; every run has a folder here |
"""


def project_files(
    packs: Path, *, system: str, from_version: str, to_version: str, pipeline: str = ""
) -> dict[str, str]:
    """Relative path → content of every file of a new project.

    Args:
        packs: the pack folder (`gonogo.setup.pack_folder`).
        system: what users call the system.
        from_version: the version in use, as the system states it.
        to_version: the upgrade's version, as the system states it.
        pipeline: a key of PIPELINES, or empty for none.

    Raises:
        UsageError: a name is empty or holds control characters.
        ProjectError: the packs lack a starter file.
    """
    answers = {"system": system, "from": from_version, "to": to_version}
    for option, answer in answers.items():
        if not answer.strip() or not answer.isprintable():
            raise UsageError(
                f"--{option} {answer!r} cannot be a name.", remedy="Give it a name of ordinary characters."
            )
    answers = {option: answer.strip() for option, answer in answers.items()}
    files = {target: _text(packs / source) for source, target in STARTER_FILES.items()}
    files["gonogo.toml"] = _definition(_text(packs / DEFINITION), answers)
    files["pytest.toml"] = PYTEST
    files[".gitignore"] = IGNORED
    files["README.md"] = README.replace("{system}", answers["system"])
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


def _definition(starter: str, answers: Mapping[str, str]) -> str:
    """The starter with the answers in it; its notes stay where they are."""
    document: Any = tomlkit.parse(starter)
    document["system"]["name"] = answers["system"]
    document["baseline"]["version"] = answers["from"]
    document["candidate"]["version"] = answers["to"]
    return tomlkit.dumps(document)
