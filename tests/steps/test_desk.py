"""What one scenario has in front of it, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from gonogo.job import Job, JobUser
from gonogo.model import Side
from gonogo.model.errors import ConfigError
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.interfaces import Answer
from gonogo.steps.scenario_desk import Desk
from gonogo.steps.worker import Worker


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    job = Job(
        stage="uat", side=Side.BASELINE, system="S", version="1", base_url="http://127.0.0.1:9",
        evidence=str(tmp_path), project=str(tmp_path),
        users=(JobUser(role="rent officer", username="u", password_variable="P"),),
    )  # fmt: skip
    return Desk(worker=Worker(job=job))


def test_what_was_noted_is_put_in(desk: Desk) -> None:
    desk.note("the repair", "R17")
    assert desk.fill("/repairs/{the repair}") == "/repairs/R17"
    assert desk.fill("{today}").count("-") == 2


def test_a_unique_word_stays_the_same_within_a_scenario_and_differs_between_two(desk: Desk) -> None:
    assert desk.fill("{unique}") == desk.fill("{unique}")
    other = Desk(worker=desk.worker)
    other.note("unique", "elsewhere")
    assert desk.fill("{unique}") != other.fill("{unique}")


def test_what_was_not_noted_is_an_error_but_json_keeps_its_braces(desk: Desk) -> None:
    with pytest.raises(CannotCheck, match="'balance'"):
        desk.fill("{balance}")
    assert desk.fill('{"a": {"b": 1}, "c": {x}}', is_strict=False) == '{"a": {"b": 1}, "c": {x}}'
    assert desk.fill("{{balance}}") == "{balance}"


@pytest.mark.parametrize("words", ["rent officer", "a rent officer", "the Rent officer", "A Rent Officer"])
def test_a_role_is_understood_with_its_article(desk: Desk, words: str) -> None:
    assert desk.worker.role(words) == "rent officer"


def test_an_unknown_role_names_those_there_are(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="declared: rent officer"):
        desk.worker.role("a bishop")


def test_a_page_nobody_opened_is_nowhere(desk: Desk) -> None:
    assert desk.where == ""
    assert not desk.has_page


def test_a_file_of_the_project_is_found_in_its_usual_places(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "features" / "files").mkdir(parents=True)
    (tmp_path / "features" / "files" / "a.csv").write_text("x")
    assert desk.worker.project_file("a.csv").read_text() == "x"
    with pytest.raises(CannotCheck, match=r"no file b\.csv"):
        desk.worker.project_file("b.csv")


ANSWER = Answer(status=200, body=b'{"items": [{"pence": 10, "rate": 0.1}]}', content_type="", where="GET /x")


def test_an_answer_is_read_at_a_path_and_numbers_stay_exact() -> None:
    assert ANSWER.at("items[0].pence") == 10
    assert str(ANSWER.at("items[0].rate")) == "0.1"
    assert ANSWER.at("items[-1]") == ANSWER.at("items[0]")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("total", "it has the fields items"),
        ("items[1].pence", "items has 1 items"),
        ("items[0].balance", r"items\[0\] has the fields pence, rate"),
        ("items[0].pence.x", r'items\[0\]\.pence has the value "10"'),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_broke_off(path: str, said: str) -> None:
    with pytest.raises(NotAsExpected, match=said):
        ANSWER.at(path)
