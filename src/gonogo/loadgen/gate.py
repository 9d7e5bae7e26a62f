"""Rounds for Locust's users: they work while a round is open and wait, signed in, while it is not.

Locust runs its users from start to end of a test. Here a test is many short rounds on two systems in turn,
and signing in for each would cost more than the round. So a user's tasks pass a gate (`Gate.carry_out`),
put in the place of Locust's own `TaskSet.execute_next_task`; user classes, clients and locustfiles stay as
they are.

- With a fixed arrival rate, a free user takes the next journey that is due, whatever Locust drew for it.
- With fixed users, each goes on with its own tasks and its own waiting; both stand still between rounds.
"""

from __future__ import annotations

import inspect
import random
import time
from collections.abc import Sequence
from typing import Any

import gevent
from gevent.event import Event
from gevent.queue import SimpleQueue
from locust import TaskSet, User
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser
from locust.user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING

from gonogo.loadgen.journeys import Choice, Pack, Task
from gonogo.loadgen.recorder import NOT_PLANNED, Execution, Recorder, current
from gonogo.loadgen.schedule import Arrival

_GOES_ON = (InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately)
_SPIN_S = 0.0012
"""Timers of the event loop are a millisecond late; the last bit before a start is waited for awake."""
_MOST_SPINNING = 0.15


class Gate:
    """Lets users through while a round is open, and keeps account of what they do."""

    def __init__(self, pack: Pack, recorder: Recorder, *, is_open_loop: bool) -> None:
        places = {journey.name: place for place, journey in enumerate(pack.journeys)}
        self._recorder = recorder
        self._is_open_loop = is_open_loop
        self._journey_of: dict[Task, int] = {
            task: places[name] for task, name in pack.names.items() if name in places
        }
        self._arrivals: dict[type[User], SimpleQueue] = {one: SimpleQueue() for one in pack.user_classes}
        self._open = Event()
        self._opened_at = self._closes_at = 0.0
        self._due_at: dict[User, float] = {}
        self._number = 0
        self.ready: set[User] = set()
        self.active: dict[User, Execution] = {}
        self.failed = 0
        self.late_s: list[float] = []

    @property
    def executions(self) -> int:
        """Journeys begun in this round, or given up on before they were."""
        return self._number

    def carry_out(self, tasks: TaskSet, task: Any) -> None:
        """Run one task of a user, at the time and under the account it falls to."""
        if task not in self._journey_of and inspect.isclass(task) and issubclass(task, TaskSet):
            tasks.execute_task(task)  # type: ignore[no-untyped-call]  # its own tasks pass one by one
            return
        user = tasks.user
        if self._is_open_loop:
            execution, task = self._next_arrival(user)
        else:
            execution = self._own_turn(tasks, user, task)
        token = current.set(execution)
        try:
            tasks.execute_task(task)  # type: ignore[no-untyped-call]
        except (StopUser, gevent.GreenletExit, *_GOES_ON):
            raise
        except Exception as error:
            self._recorder.note_failure(execution, f"{type(error).__name__}: {error}")
            raise
        finally:
            current.reset(token)
            self.active.pop(user, None)
            self.failed += execution.has_failed

    def _next_arrival(self, user: User) -> tuple[Execution, Task]:
        self.ready.add(user)
        free_at = time.perf_counter()
        due, choice, arrival = self._arrivals[type(user)].get()
        # For want of a free user a start is late by the system's fault, beyond that by ours.
        execution = self._begin(user, choice.task, due=due, could_at=max(due, free_at))
        random.seed(arrival.seed)
        return execution, choice.task

    def _own_turn(self, tasks: TaskSet, user: User, task: Task) -> Execution:
        if user not in self.ready:
            self.ready.add(user)
            # Users that all begin with the round would come in waves.
            self._sleep_while_open(random.random() * tasks.wait_time())  # type: ignore[no-untyped-call]  # noqa: S311
        due = self._due_at.pop(user, None) or time.perf_counter()
        if not self._open.is_set():
            self._open.wait()
            due = self._opened_at
        return self._begin(user, task, due=due, could_at=due)

    def _begin(self, user: User, task: Task, *, due: float, could_at: float) -> Execution:
        now = time.perf_counter()
        journey = self._journey_of.get(task, NOT_PLANNED)
        execution = Execution(self._number, journey, due, could_at, now)
        self._number += 1
        self.active[user] = execution
        self.late_s.append(now - could_at)
        return execution

    def wait(self, tasks: TaskSet) -> None:
        """A user's waiting between tasks: none at a fixed arrival rate, else time of open rounds."""
        user = tasks.user
        if user._state == LOCUST_STATE_STOPPING:  # noqa: SLF001 - as Locust's own TaskSet.wait does
            raise StopUser
        if self._is_open_loop:
            return
        user._state = LOCUST_STATE_WAITING  # noqa: SLF001
        self._due_at[user] = self._sleep_while_open(tasks.wait_time())  # type: ignore[no-untyped-call]
        user._state = LOCUST_STATE_RUNNING  # noqa: SLF001

    def _sleep_while_open(self, seconds: float) -> float:
        """Sleep that long, not counting time between rounds; returns when it should have ended."""
        left, due = seconds, time.perf_counter()
        if left <= 0:
            gevent.sleep(0)  # as Locust does: users that answered together then go on together, in one go
        while left > 0:
            self._open.wait()
            now = time.perf_counter()
            step = min(left, max(self._closes_at - now, 0.0))
            gevent.sleep(max(step, 0.001))  # at the very end of a round, until it is closed
            left -= step
            due = now + step
        return due

    def begin_round(self, opened: float, duration_s: float) -> None:
        """Prepare the account of a round; nobody passes yet."""
        self._recorder.begin(opened)
        self.late_s, self._number, self.failed = [], 0, 0
        self._opened_at, self._closes_at = opened, opened + duration_s

    def run_users(self) -> None:
        """Fixed users: open, wait for the end of the round, close."""
        self._open.set()
        while (left := self._closes_at - time.perf_counter()) > 0:
            gevent.sleep(left)
        self._open.clear()

    def run_arrivals(
        self, opened: float, arrivals: Sequence[Arrival], choices: Sequence[Choice], rate_per_s: float
    ) -> None:
        """Fixed arrival rate: hand out every arrival when it is due, then wait for the end of the round."""
        spin_s = min(_SPIN_S, _MOST_SPINNING / rate_per_s)
        for arrival in arrivals:
            due = opened + arrival.due_s
            while (left := due - time.perf_counter()) > 0:
                gevent.sleep(left - spin_s if left > spin_s else 0)
            choice = choices[arrival.choice]
            self._arrivals[choice.user_class].put((due, choice, arrival))
        while (left := self._closes_at - time.perf_counter()) > 0:
            gevent.sleep(left)

    def drain(self, give_up_s: float) -> list[User]:
        """Wait for answers still under way; users that do not end in time are returned, their work failed."""
        deadline = time.perf_counter() + give_up_s
        while (self.active or self._waiting()) and time.perf_counter() < deadline:
            gevent.sleep(0.005)
        stuck = list(self.active.items())
        for _, execution in stuck:
            self._recorder.note_failure(execution, "given up: no answer long after the end of the round")
        for queue in self._arrivals.values():
            while not queue.empty():
                due, choice, _ = queue.get()
                journey, now = self._journey_of.get(choice.task, NOT_PLANNED), time.perf_counter()
                execution = Execution(self._number, journey, due, now, now)
                self._number += 1
                self.failed += 1
                self._recorder.note_failure(execution, "given up: never started for want of a free user")
        return [user for user, _ in stuck]

    def _waiting(self) -> bool:
        return any(not queue.empty() for queue in self._arrivals.values())


def put_in_place(gate: Gate) -> None:
    """Make every TaskSet of this process go through the gate. Once, before any user starts."""

    def execute_next_task(self: TaskSet) -> None:
        gate.carry_out(self, self._task_queue.popleft())

    def wait(self: TaskSet) -> None:
        gate.wait(self)

    TaskSet.execute_next_task = execute_next_task  # type: ignore[method-assign]
    TaskSet.wait = wait  # type: ignore[method-assign]
