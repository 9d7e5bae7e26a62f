"""The load generator's main loop: told what to do over a connection, one line at a time."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from pathlib import Path

import gevent
import locust
import numpy as np
from locust import User
from locust.env import Environment
from locust.runners import LocalRunner

from gonogo.loadgen import guard
from gonogo.loadgen.gate import Gate, put_in_place
from gonogo.loadgen.journeys import Pack, class_shares, collect, with_mix
from gonogo.loadgen.recorder import Recorder
from gonogo.loadgen.schedule import arrivals
from gonogo.readers.load_messages import (
    FromGenerator,
    Hello,
    Quit,
    RoundDone,
    RunRound,
    StartUsers,
    Trouble,
    UsersStarted,
    as_line,
    read_request,
)

TOKEN_VARIABLE = "GONOGO_LOAD_TOKEN"  # noqa: S105 - the name of a variable
_MOST_LOG_LINES = 1000


def serve(locustfile: Path, base_url: str, control: str) -> int:
    """Say hello, then do as told until told to quit or left alone.

    Args:
        locustfile: the journeys.
        base_url: the target; nothing else can be reached from here on.
        control: `host:port` of the load stage.
    """
    host, _, port = control.rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        stream = connection.makefile("rb")

        def say(message: FromGenerator) -> None:
            connection.sendall(as_line(message))

        try:
            guard.install(base_url)
        except OSError as error:
            say(Trouble(message=f"The host of {base_url} is not known: {error}."))
            return 0
        _limit_log()
        pack = collect(locustfile)
        say(Hello(token=os.environ.pop(TOKEN_VARIABLE, ""), collected=pack.collected))
        generator: Generator | None = None
        for line in stream:
            match read_request(line):
                case StartUsers() as request:
                    generator = Generator(pack, base_url, request)
                    say(generator.start(request))
                case RunRound() as request if generator is not None:
                    say(generator.run(request))
                case RunRound():
                    say(Trouble(message="A round was asked for before any user was started."))
                case Quit():
                    break
        if generator is not None:
            generator.quit()
    return 0


class Generator:
    """Locust with its users, gated into rounds."""

    def __init__(self, pack: Pack, base_url: str, request: StartUsers) -> None:
        self._pack = with_mix(pack, request.mix)
        if request.mix:
            _deal_tasks(self._pack)
        names = tuple(journey.name for journey in self._pack.journeys)
        self._recorder = Recorder(names, base_url)
        self._gate = Gate(self._pack, self._recorder, is_open_loop=request.is_open_loop)
        put_in_place(self._gate)
        events = locust.events  # the ones a locustfile adds its listeners to
        self._environment = Environment(
            user_classes=list(self._pack.user_classes), host=base_url, events=events
        )
        # Locust's own statistics are rounded, cost more than recording, and nothing reads them.
        listeners = list(events.request._handlers)  # noqa: SLF001
        self._runner: LocalRunner = self._environment.create_local_runner()
        events.request._handlers[:] = listeners  # noqa: SLF001
        self._environment.events.request.add_listener(  # type: ignore[no-untyped-call]
            self._recorder.on_request
        )
        self._environment.events.user_error.add_listener(  # type: ignore[no-untyped-call]
            self._note_failed_start
        )

    def start(self, request: StartUsers) -> UsersStarted:
        """Start the users and wait until each is signed in or has failed to."""
        self._environment.events.init.fire(  # type: ignore[no-untyped-call]
            environment=self._environment, runner=self._runner, web_ui=None
        )
        self._runner.start(request.users, spawn_rate=request.users)
        self._wait_for_users(request.users, request.wait_s)
        self._add_missing_classes(request.wait_s)
        gc.collect()
        gc.freeze()  # what is there by now stays; collecting it again would only cost time inside rounds
        return UsersStarted(
            users=len(self._alive()), journeys=self._pack.journeys, errors=self._recorder.errors()
        )

    def _add_missing_classes(self, wait_s: float) -> None:
        """With few users Locust gives a rare class none; its journeys would then never be carried out."""
        there = {type(user) for user in self._alive()}
        if not there:
            return  # nobody could start; one more would not either
        missing = {choice.user_class for choice in self._pack.choices} - there
        for user_class in missing:
            self._runner.spawn_users({user_class.__name__: 1})
        self._wait_for_users(len(self._alive()) + len(missing), wait_s)

    def run(self, request: RunRound) -> RoundDone:
        """One round: open, close, wait for the answers, write the samples."""
        gc.collect()
        if request.begins_at > 0:
            gevent.sleep(max(request.begins_at - time.time(), 0.0))
        self._forget_pause()
        users, began_at, opened = len(self._alive()), time.time(), time.perf_counter()
        busy = time.process_time()
        self._gate.begin_round(opened, request.duration_s)
        if request.arrivals_per_s > 0:
            planned = arrivals(
                seed=request.seed,
                pair=request.pair,
                rate_per_s=request.arrivals_per_s,
                duration_s=request.duration_s,
                weights=[choice.weight for choice in self._pack.choices],
                turn=request.turn,
            )
            self._gate.run_arrivals(opened, planned, self._pack.choices, request.arrivals_per_s)
        else:
            self._gate.run_users()
        cpu_ratio = (time.process_time() - busy) / (time.perf_counter() - opened)
        stuck = self._gate.drain(request.give_up_s)
        wall_s = time.perf_counter() - opened
        self._closed_at = time.perf_counter()
        self._write(request.file)
        self._replace(stuck)
        return self._done(request, began_at, wall_s, users, cpu_ratio, len(stuck))

    def quit(self) -> None:
        """End the users."""
        self._runner.quit()

    _closed_at = 0.0

    def _done(
        self, request: RunRound, began_at: float, wall_s: float, users: int, cpu_ratio: float, unfinished: int
    ) -> RoundDone:
        gate = self._gate
        late_ms = np.percentile(gate.late_s, 95) * 1000.0 if gate.late_s else 0.0
        return RoundDone(
            index=request.index,
            began_at=began_at,
            wall_s=wall_s,
            users=users,
            executions=gate.executions,
            failed=gate.failed,
            unfinished=unfinished,
            requests=self._recorder.requests,
            cpu_ratio=cpu_ratio,
            late_p95_ms=float(late_ms),
            errors=self._recorder.errors(),
        )

    def _note_failed_start(self, user_instance: object, exception: BaseException, **_: object) -> None:
        # Locust reports errors of tasks here too, by their TaskSet; the gate has noted those already.
        if isinstance(user_instance, User):
            self._recorder.note_error(None, "", f"{type(exception).__name__}: {exception}")

    def _write(self, name: str) -> None:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(self._recorder.as_bytes())
        unfinished.replace(path)  # a file that is there is whole, whenever we are killed

    def _alive(self) -> set[User]:
        return {user for user in self._gate.ready if user.greenlet is not None and not user.greenlet.dead}

    def _wait_for_users(self, count: int, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        spawning = self._runner.spawning_greenlet
        while time.monotonic() < deadline:
            is_spawned = spawning is None or spawning.ready()
            if is_spawned and (len(self._alive()) >= min(count, max(self._runner.user_count, 1))):
                return
            if is_spawned and self._runner.user_count == 0:
                return
            gevent.sleep(0.02)

    def _replace(self, stuck: list[User]) -> None:
        """Users that hang are ended and others signed in, so that the next round has as many."""
        for user in stuck:
            self._gate.active.pop(user, None)
            self._gate.ready.discard(user)
            user.stop(force=True)
            count = len(self._alive()) + 1
            self._runner.spawn_users({type(user).__name__: 1})
            self._wait_for_users(count, wait_s=10.0)

    def _forget_pause(self) -> None:
        """Locust's pacing counts real time; the time between rounds is none of a user's."""
        if not self._closed_at:
            return
        pause_s = time.perf_counter() - self._closed_at
        for user in self._alive():
            user._cp_last_run += pause_s  # noqa: SLF001
            if user._taskset_instance is not None:  # noqa: SLF001
                user._taskset_instance._cp_last_run += pause_s  # noqa: SLF001


def _deal_tasks(pack: Pack) -> None:
    """Give the user classes tasks in the proportions of the mix, for users that choose by themselves."""
    shares = class_shares(pack.user_classes)
    for user_class in pack.user_classes:
        own = [choice for choice in pack.choices if choice.user_class is user_class]
        total = sum(choice.weight for choice in own)
        if total > 0 and shares:
            user_class.tasks = [
                choice.task for choice in own for _ in range(max(1, round(choice.weight / total * 1000)))
            ]


def _limit_log() -> None:
    """A failing system makes Locust write a traceback a request; the first thousand lines say it all."""
    left = _MOST_LOG_LINES

    def keep(_: logging.LogRecord) -> bool:
        nonlocal left
        left -= 1
        return left >= 0

    for handler in (*logging.getLogger().handlers, *logging.getLogger("locust").handlers):
        handler.addFilter(keep)
