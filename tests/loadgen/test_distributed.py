"""One generator of several processes, with Locust's own master and workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.loadgen.small_server import small_server

from gonogo.loadgen import wire
from gonogo.model import Side
from gonogo.model.errors import WorkerLostError
from gonogo.processes import Stop, clean_environment
from gonogo.readers.load_messages import RoundDone, RunRound, StartUsers
from gonogo.readers.load_rounds import RoundSamples, read_round
from gonogo.stages.load_generator import Generator

pytestmark = pytest.mark.alone

LOCUSTFILE = """
from locust import FastHttpUser, task

class Officer(FastHttpUser):
    @task(3)
    def rent_search(self):
        self.client.get("/search?q=x", name="/search")

    @task(1)
    def log_repair(self):
        self.client.post("/repairs", json={"what": "tap"})
"""
SECRET = "known to both"


def test_a_message_is_opened_by_who_knows_the_secret_only() -> None:
    message = wire.seal(SECRET, "run 1", wire.DONE, b"body", b"samples")
    assert wire.opened(SECRET, "run 1", wire.DONE, message) == (b"body", b"samples")
    for secret, session, kind in (
        ("another", "run 1", wire.DONE),
        (SECRET, "run 2", wire.DONE),
        (SECRET, "run 1", wire.USERS),
    ):
        with pytest.raises(wire.SealError, match="does not know the secret"):
            wire.opened(secret, session, kind, message)
    with pytest.raises(wire.SealError, match="does not know the secret"):
        wire.opened(SECRET, "run 1", wire.DONE, {**message, "samples": b"faster"})
    with pytest.raises(wire.SealError, match="not whole"):
        wire.opened(SECRET, "run 1", wire.DONE, {"body": b"body"})


def generator(folder: Path, url: str, *, processes: int = 2, bind: str = "", secret: str = "") -> Generator:
    locustfile = folder / "locustfile.py"
    locustfile.write_text(LOCUSTFILE, encoding="utf-8")
    return Generator(
        python=sys.executable,
        root=folder,
        side=Side.BASELINE,
        base_url=url,
        locustfile=locustfile,
        environment=clean_environment({wire.SECRET_VARIABLE: secret} if secret else {}),
        log=folder / "locust.log",
        stop=Stop(),
        processes=processes,
        bind=bind,
    )


def begin(of: Generator, *, rate: float = 100.0) -> int:
    of.greet()
    of.ask_for_users(StartUsers(users=4, wait_s=20.0, is_open_loop=rate > 0))
    return of.users_started().users


def one_round(of: Generator, folder: Path, *, rate: float = 100.0) -> tuple[RoundDone, RoundSamples]:
    file = folder / "round.npz"
    of.ask_for_round(
        RunRound(index=0, pair=0, seed=3, duration_s=0.6, arrivals_per_s=rate, give_up_s=5.0, file=str(file))
    )
    done = of.round_done(60.0)
    return done, read_round(file.read_bytes(), source=file.name)


def workers_of(of: Generator) -> list[psutil.Process]:
    return [one for one in psutil.Process(of.pid).children(recursive=True) if "work" in one.cmdline()]


@pytest.fixture
def url() -> Iterator[str]:
    with small_server() as server:
        yield server.url


@pytest.mark.slow
def test_workers_share_the_load_and_none_may_go_missing(tmp_path: Path, url: str) -> None:
    shared = generator(tmp_path, url)
    try:
        assert begin(shared) == 4
        done, samples = one_round(shared, tmp_path)
        workers = workers_of(shared)
        assert len(workers) == 2
        os.kill(workers[0].pid, signal.SIGKILL)
        with pytest.raises(WorkerLostError, match="1 of 2 worker processes ended by themselves"):
            one_round(shared, tmp_path)
    finally:
        shared.close()
    assert done.executions == len(samples.execution) == 60
    assert sorted(samples.execution) == list(range(60))
    assert np.bincount(samples.journey).tolist() == [45, 15]
    assert not samples.failed.any()
    # Both opened at the same moment: the shares lie in between each other.
    assert np.diff(np.sort(samples.intended_s)).max() < 0.1
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive


def elsewhere(
    folder: Path, master: str, *, within: tuple[str, ...] = (), secret: str = SECRET
) -> subprocess.Popen[bytes]:
    """A worker that nobody but the test started."""
    command = [sys.executable, "-m", "gonogo.loadgen", "work", "--locustfile", str(folder / "locustfile.py")]
    return subprocess.Popen(
        [*within, *command, "--master", master],
        env=clean_environment({wire.SECRET_VARIABLE: secret}),
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_workers_from_elsewhere_are_awaited_and_their_loss_is_noticed(tmp_path: Path, url: str) -> None:
    bind = f"127.0.0.1:{_free_port()}"
    shared = generator(tmp_path, url, bind=bind, secret=SECRET)
    workers = [elsewhere(tmp_path, bind) for _ in range(2)]
    try:
        assert begin(shared) == 4
        done, samples = one_round(shared, tmp_path)
        assert done.executions == len(samples.execution) == 60
        workers[0].kill()
        workers[0].wait()
        started = time.monotonic()
        with pytest.raises(WorkerLostError, match=r"was lost; 1 of 2 are left, which is another load"):
            one_round(shared, tmp_path)
        assert time.monotonic() - started < 10.0
    finally:
        shared.close()
        for worker in workers:
            worker.kill()
            worker.wait()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def namespaces() -> Iterator[tuple[str, ...]]:
    """Two network namespaces that reach us at 10.213.7.1, and each other not at all by loopback."""
    names = tuple(f"gonogo-{os.getpid()}-{n}" for n in (1, 2))
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` here to make network namespaces with")
    bridge = f"ggn{os.getpid() % 100000}"
    try:
        _ip("link", "add", bridge, "type", "bridge")
        _ip("addr", "add", "10.213.7.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for place, name in enumerate(names):
            _ip("netns", "add", name)
            _ip("link", "add", f"{bridge}{place}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"{bridge}{place}", "master", bridge, "up")
            _ip("-n", name, "addr", "add", f"10.213.7.{place + 2}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield names
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine allows no network namespaces: {error.stderr.decode().strip()}")
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", bridge], check=False, capture_output=True)


@pytest.mark.slow
def test_workers_in_networks_of_their_own_share_the_load(tmp_path: Path, namespaces: tuple[str, ...]) -> None:
    with small_server("10.213.7.1") as server:
        bind = f"10.213.7.1:{_free_port()}"
        shared = generator(tmp_path, server.url, bind=bind, secret=SECRET)
        workers = [elsewhere(tmp_path, bind, within=("ip", "netns", "exec", name)) for name in namespaces]
        try:
            assert begin(shared) == 4
            done, samples = one_round(shared, tmp_path)
            came_from = set(server.behaviour.clients)
        finally:
            shared.close()
            for worker in workers:
                worker.kill()
                worker.wait()
    assert done.executions == len(samples.execution) == 60
    assert not samples.failed.any()
    assert came_from == {"10.213.7.2", "10.213.7.3"}
