"""Locust's users, gated into rounds: the part of a load generator that makes the load."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

import gevent
import locust
import numpy as np
from locust import User
from locust.env import Environment
from locust.runners import LocalRunner, Runner, WorkerRunner

from gonogo.loadgen.gate import Gate, put_in_place
from gonogo.loadgen.journeys import Pack, class_shares, with_mix
from gonogo.loadgen.recorder import Recorder
from gonogo.loadgen.schedule import arrivals
from gonogo.readers.load_messages import RoundDone, RunRound, StartUsers, UsersStarted

AnyRunner = TypeVar("AnyRunner", bound=Runner)


_RARE_COLLECTIONS = (50_000, 20, 100)
"""Thresholds of the collector. It is asked between rounds anyway; inside rounds its pauses are to be rare."""


def environment_of(pack: Pack, base_url: str) -> Environment:
    """Locust's environment for a pack, with the events that a locustfile adds its listeners to."""
    return Environment(user_classes=list(pack.user_classes), host=base_url, events=locust.events)


def without_statistics(environment: Environment, make: Callable[[], AnyRunner]) -> AnyRunner:
    """Make a runner that keeps no statistics: Locust's are rounded, cost more than recording, nothing reads them."""
    listeners = list(environment.events.request._handlers)  # noqa: SLF001
    runner = make()
    environment.events.request._handlers[:] = listeners  # noqa: SLF001
    return runner


class Generator:
    """Locust with its users, gated into rounds.

    Args:
        share: which share of the arrivals is this process's own, and of how many.
    """

    def __init__(
        self,
        pack: Pack,
        base_url: str,
        request: StartUsers,
        environment: Environment,
        runner: LocalRunner | WorkerRunner,
        *,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self._share = share
        self._pack = with_mix(pack, request.mix)
        if request.mix:
            _deal_tasks(self._pack)
        names = tuple(journey.name for journey in self._pack.journeys)
        self._recorder = Recorder(names, base_url)
        self._gate = Gate(self._pack, self._recorder, is_open_loop=request.is_open_loop)
        put_in_place(self._gate)
        self._environment, self._runner = environment, runner
        self._environment.events.request.add_listener(  # type: ignore[no-untyped-call]
            self._recorder.on_request
        )
        self._environment.events.user_error.add_listener(  # type: ignore[no-untyped-call]
            self._note_failed_start
        )

    def start(self, request: StartUsers) -> UsersStarted:
        """Start the users and wait until each is signed in or has failed to."""
        self.prepare()
        self._runner.start(request.users, spawn_rate=request.users)
        return self.started(request.users, request.wait_s)

    def prepare(self) -> None:
        """Tell the locustfile that it begins."""
        self._environment.events.init.fire(  # type: ignore[no-untyped-call]
            environment=self._environment, runner=self._runner, web_ui=None
        )

    def started(self, users: int, wait_s: float) -> UsersStarted:
        """Wait until so many users, who are being started, are signed in or have failed to."""
        self._wait_for_users(users, wait_s)
        self._add_missing_classes(wait_s)
        gc.collect()
        gc.freeze()  # what is there by now stays; collecting it again would only cost time inside rounds
        gc.set_threshold(*_RARE_COLLECTIONS)
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

    def run(self, request: RunRound) -> tuple[RoundDone, bytes]:
        """One round: open, close, wait for the answers. Returns its account and the file of its samples."""
        gc.collect()
        if request.begins_at > 0:
            gevent.sleep(max(request.begins_at - time.time(), 0.0))
        self._forget_pause()
        users, began_at, opened = len(self._alive()), time.time(), time.perf_counter()
        busy = time.process_time()
        self._gate.begin_round(opened, request.duration_s)
        if request.arrivals_per_s > 0:
            mine, shares = self._share
            planned = arrivals(
                seed=request.seed,
                pair=request.pair,
                rate_per_s=request.arrivals_per_s,
                duration_s=request.duration_s,
                weights=[choice.weight for choice in self._pack.choices],
                turn=request.turn,
                within=request.within,
            )[mine::shares]
            self._gate.run_arrivals(opened, planned, self._pack.choices, request.arrivals_per_s / shares)
        else:
            self._gate.run_users()
        cpu_ratio = (time.process_time() - busy) / (time.perf_counter() - opened)
        stuck = self._gate.drain(request.give_up_s)
        wall_s = time.perf_counter() - opened
        self._closed_at = time.perf_counter()
        samples = self._recorder.as_bytes()
        self._replace(stuck)
        return self._done(request, began_at, wall_s, users, cpu_ratio, len(stuck)), samples

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
