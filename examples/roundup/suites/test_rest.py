"""The REST interface, which the wallboard and the housing system read."""

from __future__ import annotations

import pytest

from gonogo.pytest_plugin.contracts import shape
from gonogo.pytest_plugin.interfaces import expect_status

pytestmark = [pytest.mark.must, pytest.mark.discipline("interface"), pytest.mark.feature("REST interface")]


ANSWERS = ["issue", "issue/40", "issue/40/messages", "msg/1", "user/5", "status", "keyword"]


@pytest.mark.parametrize("what", ANSWERS)
def test_answer_is_made_as_before(what, api_as, snapshot):
    """The answer has the same fields."""
    answer = expect_status(api_as("agent").get(what), 200)
    snapshot.json(shape(answer.json()), f"REST {what}")


def test_issue_says_what_the_database_holds(api_as, database):
    """An issue's title and status are those of the database."""
    told = expect_status(api_as("agent").get("issue/40?@verbose=2"), 200).json()["data"]["attributes"]
    held = database.rows(
        "SELECT _title AS title, _name AS status FROM _issue i JOIN _status s ON s.id = _status "
        "WHERE i.id = 40"
    )
    assert [{"title": told["title"], "status": told["status"]["name"]}] == held


def test_change_needs_the_state_it_starts_from(api_as):
    """A change without an ETag is refused, so that nobody overwrites what they have not seen."""
    expect_status(api_as("agent").patch("issue/40", json={"title": "overwritten"}), 412)
    assert "overwritten" not in api_as("agent").get("issue/40").text


@pytest.mark.discipline("access")
def test_strangers_get_nothing(api):
    """Without signing in there is no answer."""
    expect_status(api.get("issue"), 403)
