"""What the harness and its load generator say to each other: one JSON document a line, both ways.

The generator (`gonogo.loadgen`, a Locust process of its own) says `Hello`; then it is asked to start its
users and to run rounds, one after another, and answers each request with one message.
"""

from __future__ import annotations

import msgspec

from gonogo.model import Record
from gonogo.model.errors import ToolError


class Journey(Record, frozen=True, kw_only=True):
    """One weighted task of the locustfile.

    Attributes:
        name: in plain words, made from the function's name (`rent_search` → `Rent search`).
        weight: share of the planned mix, 0–1.
        source: where it is written, `locustfile.py:17`.
        is_nested: it lives in a TaskSet; such journeys can be run by fixed users only.
        tags: Locust's own tags, sorted.
    """

    name: str
    weight: float
    source: str
    is_nested: bool = False
    tags: tuple[str, ...] = ()


class Collected(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.load-journeys/1"):
    """What a locustfile holds. `problem` is non-empty when it could not be loaded."""

    locust_version: str
    journeys: tuple[Journey, ...] = ()
    problem: str = ""


class ErrorCount(Record, frozen=True, kw_only=True):
    """How often one endpoint of a journey failed in one way; no journey: while signing in."""

    journey: str
    endpoint: str
    message: str
    count: int


class Hello(Record, frozen=True, kw_only=True, tag_field="say", tag="hello"):
    """The generator is there. `token` proves that it is the one we started."""

    token: str
    collected: Collected


class StartUsers(Record, frozen=True, kw_only=True, tag_field="say", tag="start-users"):
    """Start this many users; each runs its `on_start` (signing in) now.

    Attributes:
        wait_s: how long all of them may take.
        is_open_loop: journeys will be started at a fixed rate, not by the users themselves.
        mix: weights by journey name that replace the locustfile's; empty keeps those.
    """

    users: int
    wait_s: float
    is_open_loop: bool
    mix: dict[str, float] = {}


class UsersStarted(Record, frozen=True, kw_only=True, tag_field="say", tag="users-started"):
    """How many users are ready, which journeys they will do, and what failed."""

    users: int
    journeys: tuple[Journey, ...]
    errors: tuple[ErrorCount, ...] = ()


class RunRound(Record, frozen=True, kw_only=True, tag_field="say", tag="run-round"):
    """Run one round and write its samples to `file`.

    Attributes:
        index: names the round; part of what is recorded.
        pair: decides, with `seed`, when which journey starts; the same on both sides of a pair.
        arrivals_per_s: journeys started a second, for users started with `is_open_loop`; else 0.
        give_up_s: journeys still unanswered this long after the end of the round count as failed.
        begins_at: seconds since 1970 at which the round opens; 0: at once.
        turn: both sides at once, journey by journey in turn: which of the two this is (0 or 1); −1: alone.
        within: how dense arrivals are in equal parts of the round, one to another; empty: all the same.
    """

    index: int
    pair: int
    seed: int
    duration_s: float
    arrivals_per_s: float
    give_up_s: float
    file: str
    begins_at: float = 0.0
    turn: int = -1
    within: tuple[float, ...] = ()


class RoundDone(Record, frozen=True, kw_only=True, tag_field="say", tag="round-done"):
    """What a round came to, before any statistics.

    Attributes:
        began_at: seconds since 1970, UTC.
        wall_s: from the first planned start to the last answer.
        executions, failed, unfinished: journeys begun, those that failed, those given up on (also failed).
        requests: single requests.
        cpu_ratio: share of one core this process used.
        late_p95_ms: how late it started 1 in 20 journeys by its own fault, not for want of a free user.
    """

    index: int
    began_at: float
    wall_s: float
    users: int
    executions: int
    failed: int
    unfinished: int
    requests: int
    cpu_ratio: float
    late_p95_ms: float
    errors: tuple[ErrorCount, ...] = ()


class Trouble(Record, frozen=True, kw_only=True, tag_field="say", tag="trouble"):
    """The generator cannot go on; why, in plain words. `is_worker_lost`: for want of one of its workers."""

    message: str
    is_worker_lost: bool = False


class Quit(Record, frozen=True, kw_only=True, tag_field="say", tag="quit"):
    """End the users and the process."""


ToGenerator = StartUsers | RunRound | Quit
FromGenerator = Hello | UsersStarted | RoundDone | Trouble

_encoder = msgspec.json.Encoder()
_to_generator: msgspec.json.Decoder[ToGenerator] = msgspec.json.Decoder(ToGenerator)
_from_generator: msgspec.json.Decoder[FromGenerator] = msgspec.json.Decoder(FromGenerator)


def as_line(message: ToGenerator | FromGenerator) -> bytes:
    """The message as one line."""
    return _encoder.encode(message) + b"\n"


def read_request(line: bytes) -> ToGenerator:
    """A line the harness wrote. Raises ToolError when it is not one."""
    try:
        return _to_generator.decode(line)
    except msgspec.MsgspecError as error:
        raise ToolError(f"The load generator was told something it does not know: {error}.") from error


def read_answer(line: bytes) -> FromGenerator:
    """A line the generator wrote. Raises ToolError when it is not one."""
    try:
        return _from_generator.decode(line)
    except msgspec.MsgspecError as error:
        raise ToolError(
            f"The load generator answered something unreadable: {error}.",
            remedy="See raw/locust.log in the stage's folder.",
        ) from error
