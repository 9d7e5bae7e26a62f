"""The job: what a tool under us is told about the side it works on.

A stage writes `job.json` into its folder and passes the file's path in `GONOGO_JOB`. The step library,
the pytest plug-in and the load recorder read it from there. Secrets are never in it: a user's password
is in the environment variable that `password_variable` names, and only there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gonogo.model import Api, BatchCommand, Database, Privacy, Record, Side, SignIn, from_json, to_json
from gonogo.model.errors import ConfigError, StorageError

VARIABLE = "GONOGO_JOB"


class BrowserToUse(Record, frozen=True, kw_only=True):
    """The browser to drive: executable path (empty: Playwright's own), kind, version and start arguments."""

    path: str = ""
    kind: str = ""
    version: str = ""
    arguments: tuple[str, ...] = ()


class JobUser(Record, frozen=True, kw_only=True):
    """A test account. `password_variable` names the environment variable that holds the password."""

    role: str
    username: str
    password_variable: str


class Job(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.job/1"):
    """What one stage does on one side.

    Attributes:
        base_url: where the side answers, without trailing slash.
        home: the target's own folder when we started it (databases, batch output); empty otherwise.
        evidence: folder for raw output and artefacts (the stage's `raw/`).
        project: the project's root folder.
        options: the stage's validated settings.
        sign_in, api, batch, databases: how the system is used besides its address, as declared.
        repeat: 0 for the first pass; n for the n-th time that doubtful checks are carried out again.
        privacy: what personal data is kept out of pictures; the rest is taken out when evidence is sealed.
    """

    stage: str
    side: Side
    system: str
    version: str
    base_url: str
    evidence: str
    project: str
    home: str = ""
    browser: BrowserToUse | None = None
    users: tuple[JobUser, ...] = ()
    options: dict[str, Any] = {}
    sign_in: SignIn | None = None
    api: Api | None = None
    batch: dict[str, BatchCommand] = {}
    databases: dict[str, Database] = {}
    repeat: int = 0
    privacy: Privacy = Privacy()

    def user(self, role: str) -> JobUser:
        """The test account of a role.

        Raises:
            ConfigError: no account with that role is declared; names those that are.
        """
        for user in self.users:
            if user.role == role:
                return user
        known = ", ".join(sorted(user.role for user in self.users)) or "none"
        raise ConfigError(
            f"No test user with the role {role!r} is declared; declared: {known}.",
            remedy=f'Add [users."{role}"] with username and password to gonogo.toml.',
        )

    def password(self, role: str) -> str:
        """The password of a role's account, from the environment.

        Raises:
            ConfigError: no such role, or the variable is not set.
        """
        user = self.user(role)
        try:
            return os.environ[user.password_variable]
        except KeyError:
            raise ConfigError(
                f"The password of the {role!r} test user is not in {user.password_variable}.",
                remedy="Set the variable that gonogo.toml refers to, then run again.",
            ) from None


def write_job(job: Job, path: Path) -> Path:
    """Write the job file and return its path. Raises StorageError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(job))
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}.") from error
    return path


def current_job() -> Job | None:
    """The job this process was started for, or None when it was started by hand.

    Raises:
        EvidenceError: the job file is there but damaged.
        ConfigError: GONOGO_JOB names a file that does not exist.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    path = Path(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{VARIABLE} names {path}, which cannot be read: {error.strerror}.") from error
    return from_json(data, Job, source=str(path))
