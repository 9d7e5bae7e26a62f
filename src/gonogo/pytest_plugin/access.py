"""Fixture `access_matrix`: what each role gets at each address, to be compared with what it should get."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from gonogo.job import Job
from gonogo.pytest_plugin.interfaces import Interface

NOBODY = "nobody"


class AccessMatrix:
    """Asks for addresses as roles."""

    def __init__(self, job: Job, client: Callable[[str], Interface]) -> None:
        self._job = job
        self._client = client

    def __call__(self, paths: Iterable[str], roles: Iterable[str]) -> list[dict[str, str]]:
        """What each role gets at each path, one row a path: `{"path": …, "<role>": "200", …}`.

        An answer is its status; one that leads to the sign-in page is `sign in`.

        Args:
            paths: addresses that are safe to ask for (GET).
            roles: roles of test users; `nobody` has not signed in.

        Raises:
            AssertionError: a role is not let in at all.
        """
        clients = {role: self._client("" if role == NOBODY else role) for role in roles}
        return [
            {"path": path, **{role: self._state(client.get(path)) for role, client in clients.items()}}
            for path in paths
        ]

    def differences(self, expected: Mapping[str, Mapping[str, str]], roles: Iterable[str]) -> list[str]:
        """Where what roles get is not what they should get, in plain words.

        Args:
            expected: path → role → `200`, `403`, `sign in`.
            roles: the roles to ask as.
        """
        wrong = []
        for row in self(expected, roles):
            for role, wanted in expected[row["path"]].items():
                if row[role] != wanted:
                    wrong.append(f"{role} gets {row[role]} at {row['path']}, not {wanted}")
        return wrong

    def _state(self, answer: httpx.Response) -> str:
        sign_in = self._job.sign_in.path if self._job.sign_in else "/login"
        if answer.is_redirect and urlsplit(answer.headers.get("location", "")).path == sign_in:
            return "sign in"
        return str(answer.status_code)


@pytest.fixture
def access_matrix(job: Job, http_as: Callable[[str], Interface]) -> AccessMatrix:
    """`access_matrix(["/arrears"], ["rent officer", "nobody"])`: what each role gets at each address."""
    return AccessMatrix(job, http_as)
