from __future__ import annotations

import pytest

from gonogo.model.errors import ToolError
from gonogo.readers.load_messages import (
    Collected,
    Hello,
    Journey,
    Quit,
    RoundDone,
    RunRound,
    StartUsers,
    Trouble,
    UsersStarted,
    as_line,
    read_answer,
    read_request,
)

JOURNEY = Journey(name="Rent search", weight=1.0, source="locustfile.py:3", tags=("daily",))


@pytest.mark.parametrize(
    "message",
    [
        StartUsers(users=20, wait_s=60.0, is_open_loop=True, mix={"Rent search": 2.0}),
        RunRound(
            index=1, pair=0, seed=7, duration_s=2.5, arrivals_per_s=60.0, give_up_s=10.0, file="r.npz", turn=1
        ),
        Quit(),
    ],
)
def test_what_the_harness_says_is_understood(message: StartUsers | RunRound | Quit) -> None:
    line = as_line(message)
    assert line.count(b"\n") == 1
    assert read_request(line) == message


@pytest.mark.parametrize(
    "message",
    [
        Hello(token="t", collected=Collected(locust_version="2.47.0", journeys=(JOURNEY,))),
        UsersStarted(users=20, journeys=(JOURNEY,)),
        RoundDone(
            index=1, began_at=1.0, wall_s=2.5, users=20, executions=150, failed=0, unfinished=0, requests=150,
            cpu_ratio=0.1, late_p95_ms=0.2,
        ),
        Trouble(message="no"),
    ],
)  # fmt: skip
def test_what_the_generator_says_is_understood(message: Hello | UsersStarted | RoundDone | Trouble) -> None:
    assert read_answer(as_line(message)) == message


@pytest.mark.parametrize("line", [b"", b"{}", b'{"say": "dance"}', b'{"say": "hello"', b"\xff\xfe"])
def test_anything_else_is_a_fault_of_the_tool(line: bytes) -> None:
    with pytest.raises(ToolError):
        read_answer(line)
    with pytest.raises(ToolError):
        read_request(line)
