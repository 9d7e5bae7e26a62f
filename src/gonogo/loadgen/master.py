"""A load generator of several processes: Locust's master, and our rounds on its workers.

Locust brings workers and master together, deals the users out and notices when a worker is gone. The rounds,
and the samples of each worker, are ours. A round counts only when every worker has sent its samples: with one
gone the load is another, and the rest would look faster.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import gevent
import msgspec
from locust.env import Environment
from locust.rpc import Message
from locust.runners import STATE_MISSING, MasterRunner

from gonogo.job import VARIABLE as JOB_VARIABLE
from gonogo.loadgen import wire
from gonogo.loadgen.children import WorkerProcess
from gonogo.loadgen.generator import without_statistics
from gonogo.readers.load_messages import ErrorCount, RoundDone, RunRound, StartUsers, UsersStarted
from gonogo.readers.load_rounds import merge_rounds

COME_S = 45.0
"""How long workers may take to come."""
_GRACE_S = 30.0
_TICK_S = 0.01


class WorkerLostError(Exception):
    """A worker did not come, went away, or could not go on; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersWanted:
    """Among how many processes the load is shared.

    Attributes:
        bind: `host:port` where workers from elsewhere are awaited; empty: they are started here.
    """

    count: int
    bind: str = ""


class Master:
    """Tells the workers what to do, and makes one account of theirs."""

    def __init__(self, environment: Environment, locustfile: Path, wanted: WorkersWanted) -> None:
        self._environment = environment
        self._locustfile = locustfile
        self._wanted = wanted
        self._session = secrets.token_hex(8)
        self._secret = os.environ.get(wire.SECRET_VARIABLE, "") if wanted.bind else secrets.token_hex(16)
        if not self._secret:
            raise WorkerLostError(
                f"{wire.SECRET_VARIABLE} is not set: workers and gonogo know each other by it."
            )
        host, _, port = (wanted.bind or "127.0.0.1:0").rpartition(":")
        self._runner: MasterRunner = without_statistics(
            environment, lambda: environment.create_master_runner(host, int(port))
        )
        self._workers: tuple[str, ...] = ()
        self._children: list[WorkerProcess] = []
        self._answers: dict[str, dict[str, tuple[bytes, bytes]]] = {}
        self._trouble = ""
        for kind in (wire.READY, wire.USERS, wire.DONE, wire.TROUBLE):
            self._runner.register_message(kind, self._hears(kind))

    def start(self, request: StartUsers) -> UsersStarted:
        """Wait for the workers, then have Locust deal the users out among them.

        Raises:
            WorkerLostError: they did not all come, or one could not start.
        """
        if not self._wanted.bind:
            self._children = [self._child() for _ in range(self._wanted.count)]
        self._wait_for_workers()
        job = os.environ.get(JOB_VARIABLE, "")
        content = Path(job).read_bytes() if job and self._wanted.bind else b""
        for share, worker in enumerate(self._workers):
            begin = wire.Begin(
                session=self._session,
                base_url=str(self._environment.host),
                share=share,
                shares=len(self._workers),
                request=request,
                job=content,
            )
            self._send(worker, wire.BEGIN, msgspec.json.encode(begin), session="")
        self._gather(wire.READY, COME_S)
        gevent.spawn(self._runner.start, request.users, request.users)
        answers = self._gather(wire.USERS, request.wait_s + _GRACE_S)
        started = [msgspec.json.decode(body, type=UsersStarted) for body, _ in answers]
        return UsersStarted(
            users=sum(one.users for one in started),
            journeys=started[0].journeys,
            errors=_together(one.errors for one in started),
        )

    def run(self, request: RunRound) -> tuple[RoundDone, bytes]:
        """One round on every worker; its account and the file of all samples. Raises WorkerLostError."""
        opens_in_s = max(request.begins_at - time.time(), 0.0)
        order = wire.OneRound(request=request, opens_in_s=opens_in_s)
        for worker in self._workers:
            self._send(worker, wire.ROUND, msgspec.json.encode(order))
        limit_s = opens_in_s + request.duration_s + request.give_up_s + _GRACE_S
        answers = self._gather(wire.DONE, limit_s)
        done = [msgspec.json.decode(body, type=RoundDone) for body, _ in answers]
        if any(one.index != request.index for one in done):
            raise WorkerLostError("A worker answered with another round than it was asked for.")
        return _one_account(done), merge_rounds([samples for _, samples in answers])

    def quit(self) -> None:
        """Tell the workers to end, and see to it that those started here do."""
        self._runner.quit()
        for child in self._children:
            child.end()

    def _child(self) -> WorkerProcess:
        address = f"127.0.0.1:{self._runner.server.port}"
        return WorkerProcess(self._locustfile, address, {wire.SECRET_VARIABLE: self._secret})

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + COME_S
        while len(self._runner.clients.ready) < self._wanted.count:
            self._check_children()
            if time.monotonic() > deadline:
                came, where = len(self._runner.clients.ready), self._wanted.bind or "this machine"
                raise WorkerLostError(
                    f"{came} of {self._wanted.count} workers came to {where} within {COME_S:.0f} s."
                )
            gevent.sleep(_TICK_S)
        self._workers = tuple(sorted(client.id for client in self._runner.clients.ready))[
            : self._wanted.count
        ]

    def _hears(self, kind: str) -> Callable[..., None]:
        def listener(msg: Message, **_: object) -> None:
            if msg.node_id not in self._workers:
                return
            try:
                answer = wire.opened(self._secret, self._session, kind, msg.data)
            except wire.SealError as error:
                self._trouble = f"{msg.node_id} sent {error}."
                return
            if kind == wire.TROUBLE:
                self._trouble = answer[0].decode("utf-8", "replace")
            self._answers.setdefault(kind, {})[msg.node_id] = answer

        return listener

    def _send(self, worker: str, kind: str, body: bytes, *, session: str | None = None) -> None:
        name = self._session if session is None else session
        self._runner.send_message(kind, wire.seal(self._secret, name, kind, body), client_id=worker)

    def _gather(self, kind: str, limit_s: float) -> list[tuple[bytes, bytes]]:
        """One answer of every worker, in their order."""
        deadline = time.monotonic() + limit_s
        while len(self._answers.get(kind, {})) < len(self._workers):
            self._check_workers()
            if time.monotonic() > deadline:
                silent = [name for name in self._workers if name not in self._answers.get(kind, {})]
                raise WorkerLostError(f"The worker {silent[0]} did not answer within {limit_s:.0f} s.")
            gevent.sleep(_TICK_S)
        found = self._answers.pop(kind)
        return [found[worker] for worker in self._workers]

    def _check_workers(self) -> None:
        if self._trouble:
            raise WorkerLostError(f"A worker cannot go on: {self._trouble}")
        self._check_children()
        clients = self._runner.clients
        gone = [one for one in self._workers if one not in clients or clients[one].state == STATE_MISSING]
        if gone:
            left = len(self._workers) - len(gone)
            raise WorkerLostError(
                f"The worker {gone[0]} was lost; {left} of {len(self._workers)} are left, which is another load."
            )

    def _check_children(self) -> None:
        codes = [code for child in self._children if (code := child.poll()) is not None]
        if codes:
            raise WorkerLostError(
                f"{len(codes)} of {len(self._children)} worker processes ended by themselves (exit {codes[0]})."
            )


def _one_account(done: list[RoundDone]) -> RoundDone:
    """Counts are added up; of how late and how busy the workers were, the worst stands."""
    return RoundDone(
        index=done[0].index,
        began_at=min(one.began_at for one in done),
        wall_s=max(one.wall_s for one in done),
        users=sum(one.users for one in done),
        executions=sum(one.executions for one in done),
        failed=sum(one.failed for one in done),
        unfinished=sum(one.unfinished for one in done),
        requests=sum(one.requests for one in done),
        cpu_ratio=max(one.cpu_ratio for one in done),
        late_p95_ms=max(one.late_p95_ms for one in done),
        errors=_together(one.errors for one in done),
    )


def _together(lists: Iterable[tuple[ErrorCount, ...]]) -> tuple[ErrorCount, ...]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for error in (error for errors in lists for error in errors):
        counts[(error.journey, error.endpoint, error.message)] += error.count
    return tuple(
        ErrorCount(journey=journey, endpoint=endpoint, message=message, count=count)
        for (journey, endpoint, message), count in counts.most_common()
    )
