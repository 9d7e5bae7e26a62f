from __future__ import annotations

import pytest
from tests.loadgen.conftest import Collect

HEAD = "from locust import FastHttpUser, HttpUser, LoadTestShape, TaskSet, tag, task\n"


def test_weighted_tasks_become_journeys_with_their_share(collect: Collect) -> None:
    found = collect(
        HEAD
        + """
class Officer(FastHttpUser):
    @task(3)
    @tag("daily")
    def rent_search(self): ...

    @task
    def log_repair(self): ...
"""
    )
    assert found.problem == ""
    assert found.locust_version.startswith("2.")
    search, repair = found.journeys
    assert (search.name, search.weight, search.tags) == ("Rent search", 0.75, ("daily",))
    assert (repair.name, repair.weight, repair.is_nested) == ("Log repair", 0.25, False)
    assert search.source == "locustfile.py:4"


def test_user_classes_share_the_mix_by_weight_and_journeys_of_one_name_stay_apart(collect: Collect) -> None:
    found = collect(
        HEAD
        + """
class Base(HttpUser):
    abstract = True
    @task
    def open_home(self): ...

class Officer(Base):
    weight = 3
    @task
    def search(self): ...

class Manager(Base):
    weight = 1
    @task
    def search(self): ...
"""
    )
    weights = {journey.name: journey.weight for journey in found.journeys}
    assert weights == {"Open home": 0.5, "Search (Officer)": 0.375, "Search (Manager)": 0.125}


def test_tasks_in_a_task_set_are_marked_as_such(collect: Collect) -> None:
    found = collect(
        HEAD
        + """
class Letters(TaskSet):
    @task
    def write_letter(self): ...

class Officer(HttpUser):
    tasks = {Letters: 1}
    @task
    def search(self): ...
"""
    )
    assert {journey.name: journey.is_nested for journey in found.journeys} == {
        "Write letter": True,
        "Search": False,
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def broken(:\n", "locustfile.py cannot be loaded: SyntaxError"),
        ("import no_such_module\n", "locustfile.py cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "locustfile.py ended the program while it was loaded (exit 3)"),
        ("x = 1\n", "locustfile.py holds no user class with a weight above 0."),
        (HEAD + "class Idle(HttpUser):\n    pass\n", "Idle in locustfile.py has no task."),
        (
            HEAD
            + "class Shape(LoadTestShape):\n    def tick(self): ...\n"
            + "class U(HttpUser):\n    @task\n    def t(self): ...\n",
            "locustfile.py defines a LoadTestShape",
        ),
    ],
)
def test_a_faulty_locustfile_is_a_problem_in_words(collect: Collect, text: str, problem: str) -> None:
    found = collect(text)
    assert found.problem.startswith(problem)
    assert found.journeys == ()
