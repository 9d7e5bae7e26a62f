"""One generator, round by round, with the real Locust against a small server of our own."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.loadgen.small_server import SmallServer, small_server

from gonogo.model import Side
from gonogo.model.errors import ToolError
from gonogo.processes import Stop, clean_environment
from gonogo.readers.load_messages import RoundDone, RunRound, StartUsers, UsersStarted
from gonogo.readers.load_rounds import RoundSamples, read_round
from gonogo.stages.load_generator import Generator

pytestmark = [pytest.mark.slow, pytest.mark.alone]

LOCUSTFILE = """
import random
from locust import FastHttpUser, constant, task

class Officer(FastHttpUser):
    wait_time = constant(0.05)

    def on_start(self):
        self.client.get("/signin")

    @task(3)
    def rent_search(self):
        self.client.get(f"/search?q={random.randrange(10**6)}", name="/search")

    @task(1)
    def log_repair(self):
        self.client.post("/repairs", json={"what": "tap"})
"""


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as running:
        yield running


class Driver:
    """Drives one generator as the stage does."""

    def __init__(
        self, generator: Generator, folder: Path, rate: float, users: int, mix: dict[str, float]
    ) -> None:
        self._generator = generator
        self._folder = folder
        self._rate = rate
        self._index = 0
        generator.greet()
        generator.ask_for_users(StartUsers(users=users, wait_s=20.0, is_open_loop=rate > 0, mix=mix))
        self.started: UsersStarted = generator.users_started()

    def round(
        self,
        *,
        pair: int = 0,
        duration_s: float = 0.6,
        give_up_s: float = 10.0,
        turn: int = -1,
        begins_in_s: float = 0.0,
    ) -> tuple[RoundDone, RoundSamples]:
        file = self._folder / f"round-{self._index}.npz"
        self._generator.ask_for_round(
            RunRound(
                index=self._index, pair=pair, seed=3, duration_s=duration_s, arrivals_per_s=self._rate,
                give_up_s=give_up_s, file=str(file), turn=turn,
                begins_at=time.time() + begins_in_s if begins_in_s else 0.0,
            )
        )  # fmt: skip
        self._index += 1
        done = self._generator.round_done(60.0)
        return done, read_round(file.read_bytes(), source=file.name)


@contextmanager
def driver(
    tmp_path: Path,
    url: str,
    *,
    rate: float = 100.0,
    users: int = 8,
    text: str = LOCUSTFILE,
    mix: dict[str, float] | None = None,
) -> Iterator[Driver]:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(text, encoding="utf-8")
    generator = Generator(
        python=sys.executable,
        root=tmp_path,
        side=Side.BASELINE,
        base_url=url,
        locustfile=locustfile,
        environment=clean_environment({}),
        log=tmp_path / "locust.log",
        stop=Stop(),
    )
    try:
        yield Driver(generator, tmp_path, rate, users, mix or {})
    finally:
        generator.close()


def test_a_stalling_system_pays_for_the_requests_it_kept_from_being_sent(
    tmp_path: Path, server: SmallServer
) -> None:
    """Two users cannot start a hundred journeys a second on a server that takes 40 ms: the queue counts."""
    server.behaviour.delay_s = {"/search": 0.04, "/repairs": 0.04}
    with driver(tmp_path, server.url, users=2) as one:
        done, samples = one.round()
    assert done.executions == 60
    assert samples.duration_ms.max() < 400.0
    waited_ms = samples.response_ms - samples.duration_ms
    assert waited_ms.max() > 300.0
    assert done.late_p95_ms < 100.0, "waiting for a free user is the system's doing, not the generator's"


def test_answers_that_never_come_are_given_up_and_the_users_replaced(
    tmp_path: Path, server: SmallServer
) -> None:
    server.behaviour.hanging = {"/repairs"}
    with driver(tmp_path, server.url, users=30) as one:
        done, samples = one.round(give_up_s=0.3)
        assert done.unfinished == 15
        assert done.failed == 15
        assert done.executions == 60
        assert int(samples.failed.sum()) == 15
        assert {error.message for error in done.errors} == {
            "given up: no answer long after the end of the round"
        }
        server.behaviour.hanging = set()
        server.behaviour.released.set()
        again, _ = one.round()
        assert (again.users, again.failed) == (30, 0)


def test_journeys_that_found_no_free_user_in_time_failed(tmp_path: Path, server: SmallServer) -> None:
    server.behaviour.hanging = {"/search", "/repairs"}
    with driver(tmp_path, server.url, users=2) as one:
        done, samples = one.round(give_up_s=0.2)
    assert (done.executions, done.failed, done.unfinished) == (60, 60, 2)
    assert samples.failed.all()


def test_fixed_users_go_by_themselves_and_stand_still_between_rounds(
    tmp_path: Path, server: SmallServer
) -> None:
    with driver(tmp_path, server.url, rate=0.0, users=6) as one:
        first, _ = one.round()
        asked = sum(server.behaviour.asked.values())
        time.sleep(0.4)
        assert sum(server.behaviour.asked.values()) == asked
        second, samples = one.round()
    # 6 users waiting 50 ms each time, for 0.6 s, come to at most 72 journeys.
    for done in (first, second):
        assert 20 <= done.executions <= 78
    assert server.behaviour.most_at_once <= 6
    assert samples.journeys == ("Rent search", "Log repair")


def test_the_same_pair_asks_for_the_same_things(tmp_path: Path, server: SmallServer) -> None:
    text = LOCUSTFILE.replace('name="/search"', "name=None")
    with driver(tmp_path, server.url, text=text) as one:
        _, first = one.round(pair=4)
        _, again = one.round(pair=4)
        _, other = one.round(pair=5)

    def asked(samples: RoundSamples) -> set[str]:
        return {samples.endpoints[place] for place in set(samples.endpoint.tolist())}

    assert asked(first) == asked(again)
    assert len(asked(first)) > 40
    assert asked(other) != asked(first)


def test_a_mix_leaves_out_what_it_does_not_name(tmp_path: Path, server: SmallServer) -> None:
    with driver(tmp_path, server.url, mix={"Log repair": 1.0}) as one:
        assert [(j.name, j.weight) for j in one.started.journeys] == [("Log repair", 1.0)]
        done, samples = one.round()
    assert done.failed == 0
    assert samples.journeys == ("Log repair",)
    assert "/search" not in server.behaviour.asked


def test_a_rare_kind_of_user_is_there_however_few_there_are(tmp_path: Path, server: SmallServer) -> None:
    rare = "\nclass Auditor(Officer):\n    weight = 0.02\n    tasks = []\n"
    rare += "    @task\n    def audit(self):\n        self.client.get('/audit')\n"
    with driver(
        tmp_path, server.url, users=3, text=LOCUSTFILE + rare, mix={"Audit": 1, "Rent search": 1}
    ) as one:
        assert one.started.users >= 3
        done, _ = one.round()
    assert done.failed == 0
    assert server.behaviour.asked["/audit"] == 30


def test_an_error_in_a_journey_fails_it(tmp_path: Path, server: SmallServer) -> None:
    text = LOCUSTFILE.replace(
        'self.client.post("/repairs", json={"what": "tap"})', 'raise ValueError("no tap")'
    )
    with driver(tmp_path, server.url, text=text) as one:
        done, samples = one.round()
    assert (done.executions, done.failed) == (60, 15)
    assert int(samples.failed.sum()) == 15
    assert [(e.journey, e.message, e.count) for e in done.errors] == [
        ("Log repair", "ValueError: no tap", 15)
    ]


def test_users_that_cannot_start_are_told_with_their_reason(tmp_path: Path, server: SmallServer) -> None:
    server.behaviour.failing = {"/signin"}
    text = LOCUSTFILE.replace('self.client.get("/signin")', 'self.client.get("/signin").raise_for_status()')
    with driver(tmp_path, server.url, text=text) as one:
        assert one.started.users == 0
        assert any(error.endpoint == "GET /signin" for error in one.started.errors)


def test_a_round_begins_when_it_is_told_to(tmp_path: Path, server: SmallServer) -> None:
    with driver(tmp_path, server.url) as one:
        asked_at = time.time()
        done, _ = one.round(begins_in_s=0.5, turn=1)
    assert 0.49 <= done.began_at - asked_at <= 0.9


def test_a_generator_that_cannot_come_up_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(ToolError, match=r"The host of http://no-such-host\.invalid:1 is not known"),
        driver(tmp_path, "http://no-such-host.invalid:1"),
    ):
        pass
