"""A worker: a process of Locust's that makes its share of the load, here or on another machine."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gevent
import msgspec
from locust.rpc import Message
from locust.runners import STATE_RUNNING, WorkerRunner

from gonogo.job import VARIABLE as JOB_VARIABLE
from gonogo.loadgen import guard, wire
from gonogo.loadgen.children import WorkerProcess
from gonogo.loadgen.generator import Generator, environment_of, without_statistics
from gonogo.loadgen.journeys import collect
from gonogo.loadgen.serve import limit_log


def work(locustfile: Path, master: str) -> int:
    """Make load for one master until it says quit; 2 when it cannot begin.

    The secret comes in the environment (`wire.SECRET_VARIABLE`), as do the test users' passwords.
    """
    secret = os.environ.get(wire.SECRET_VARIABLE, "")
    if not secret:
        sys.stderr.write(f"{wire.SECRET_VARIABLE} is not set: it has to be the same as gonogo's.\n")
        return 2
    limit_log()
    try:
        worker = Worker(locustfile, master, secret)
    except ConnectionError:
        sys.stderr.write(f"Nobody answers at {master}.\n")
        return 2
    worker.join()
    return 0


def work_for_both(locustfile: Path, master: str) -> int:
    """Two workers, one for each side: the upgrade's master is one port above that of the version in use."""
    host, _, port = master.rpartition(":")
    addresses = (master, f"{host}:{int(port) + 1}")
    children = [WorkerProcess(locustfile, address, {}) for address in addresses]
    return max(child.wait() for child in children)


class Worker:
    """One worker. Its life is that of Locust's runner: it ends when the master says so or is gone."""

    def __init__(self, locustfile: Path, master: str, secret: str) -> None:
        """Connect. Raises ConnectionError when the master is not there."""
        self._secret, self._session = secret, ""
        self._generator: Generator | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._pack = collect(locustfile)
        host, _, port = master.rpartition(":")
        self._environment = environment_of(self._pack, "")
        self._runner: WorkerRunner = without_statistics(
            self._environment, lambda: self._environment.create_worker_runner(host, int(port))
        )
        for kind, act in ((wire.BEGIN, self._begin), (wire.ROUND, self._round)):
            self._runner.register_message(kind, self._obeys(kind, act), concurrent=True)

    def join(self) -> None:
        """Wait for the end."""
        self._runner.greenlet.join()

    def _obeys(self, kind: str, act: Callable[[bytes], None]) -> Callable[..., None]:
        def listener(msg: Message, **others: object) -> None:
            del others
            session = "" if kind == wire.BEGIN else self._session
            try:
                body, _ = wire.opened(self._secret, session, kind, msg.data)
            except wire.SealError as error:
                sys.stderr.write(f"Refused: {error}.\n")
                return
            try:
                act(body)
            except Exception as error:  # noqa: BLE001 - whatever it was, the master has to hear of it
                self._say(wire.TROUBLE, f"{type(error).__name__}: {error}".encode())

        return listener

    def _begin(self, body: bytes) -> None:
        begin = msgspec.json.decode(body, type=wire.Begin)
        self._session = begin.session
        if self._pack.collected.problem:
            raise ValueError(self._pack.collected.problem)
        guard.install(begin.base_url)
        if begin.job:
            self._keep_job(begin.job)
        self._environment.host = begin.base_url
        share = (begin.share, begin.shares)
        self._generator = Generator(
            self._pack, begin.base_url, begin.request, self._environment, self._runner, share=share
        )
        self._generator.prepare()
        self._say(wire.READY, b"")
        deadline = time.monotonic() + begin.request.wait_s
        while self._runner.worker_state != STATE_RUNNING and time.monotonic() < deadline:
            gevent.sleep(0.01)
        started = self._generator.started(self._runner.target_user_count, begin.request.wait_s)
        self._say(wire.USERS, msgspec.json.encode(started))

    def _keep_job(self, content: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gonogo-worker-")  # removed with this process
        path = Path(self._folder.name) / "job.json"
        path.write_bytes(content)
        os.environ[JOB_VARIABLE] = str(path)

    def _round(self, body: bytes) -> None:
        order = msgspec.json.decode(body, type=wire.OneRound)
        if self._generator is None:
            raise ValueError("a round was asked for before any user was started")
        opens_at = time.time() + order.opens_in_s
        done, samples = self._generator.run(msgspec.structs.replace(order.request, begins_at=opens_at))
        self._say(wire.DONE, msgspec.json.encode(done), samples)

    def _say(self, kind: str, body: bytes, samples: bytes = b"") -> None:
        self._runner.send_message(kind, wire.seal(self._secret, self._session, kind, body, samples))
