"""`a test user` in a sentence is the first account of gonogo.toml, so that a scenario need not name a role."""

from __future__ import annotations

import pytest

from gonogo.job import Job, JobUser
from gonogo.model import Side
from gonogo.model.errors import ConfigError
from gonogo.steps.worker import Worker


def worker(*roles: str) -> Worker:
    users = tuple(JobUser(role=role, username="u", password_variable="P") for role in roles)
    job = Job(
        stage="uat", side=Side.BASELINE, system="S", version="1", base_url="http://s", evidence="", project="",
        users=users,
    )  # fmt: skip
    return Worker(job=job)


@pytest.mark.parametrize("words", ["a test user", "the test user", "A Test User"])
def test_a_test_user_is_the_first_that_is_declared(words: str) -> None:
    assert worker("rent officer", "clerk").role(words) == "rent officer"


def test_a_role_that_is_called_so_goes_before_the_first() -> None:
    assert worker("rent officer", "Test user").role("a test user") == "Test user"


def test_where_nobody_is_declared_there_is_no_test_user() -> None:
    with pytest.raises(ConfigError, match="No test user with the role"):
        worker().role("a test user")
