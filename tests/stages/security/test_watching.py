"""Target and session are looked after while a scanner is busy."""

from __future__ import annotations

import threading

import pytest

from gonogo.model.errors import TargetError
from gonogo.readers.answers import Answer
from gonogo.stages.security.session import Marker, Session
from gonogo.stages.security.watching import State, Watch, state_after, state_of


class Script(Session):
    """A session whose check page answers as told, one status after another; the last one stays. 0 is no answer."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(origin="http://127.0.0.1:8000", marker=Marker(text="Signed in"))
        self.statuses = list(statuses)

    def get(self, target: str) -> Answer:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            raise TargetError("no answer")
        body = "Signed in" if status == 200 else ""
        return Answer(method="GET", path=target, status=status, headers=(), is_secure=False, body=body)


def watched(*statuses: int) -> str:
    told = threading.Event()
    with Watch(Script(*statuses), on_problem=told.set, between_s=0.005) as watch:
        told.wait(0.3)
    assert told.is_set() == bool(watch.problem)
    return watch.problem


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.SIGNED_IN),
        (302, State.SIGNED_OUT),
        (403, State.SIGNED_OUT),
        (500, State.FAILING),
        (0, State.GONE),
    ],
)
def test_each_answer_says_one_thing(status: int, state: State) -> None:
    assert state_of(Script(status)) is state


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        ((200,), ""),
        ((200, 302, 200), ""),
        ((200, 0, 0, 200), ""),
        ((500, 500, 200), ""),
        ((200, 302), "the session was lost"),
        ((200, 0), "stopped answering"),
        ((200, 503), "nothing but errors"),
        ((0, 500, 0, 500), "while it was scanned"),
    ],
)
def test_one_bad_moment_is_forgiven_and_the_end_is_noticed(statuses: tuple[int, ...], says: str) -> None:
    problem = watched(*statuses)
    assert says in problem
    assert bool(problem) == bool(says)


def test_a_target_that_struggles_after_the_scan_is_given_a_moment() -> None:
    waited: list[float] = []
    assert state_after(Script(500, 500, 200), waited.append) is State.SIGNED_IN
    assert len(waited) == 2
    assert state_after(Script(500), waited.append) is State.FAILING
    assert state_after(Script(302, 200), waited.append) is State.SIGNED_OUT
