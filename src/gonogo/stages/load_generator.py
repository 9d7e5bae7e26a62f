"""A load generator as the stage sees it: a child process that answers one request at a time."""

from __future__ import annotations

import contextlib
import secrets
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from gonogo.model import Side, from_json
from gonogo.model.errors import ToolError, WorkerLostError
from gonogo.processes import Child, Stop, clean_environment, run
from gonogo.readers.load_messages import (
    Collected,
    FromGenerator,
    Hello,
    Quit,
    RoundDone,
    RunRound,
    StartUsers,
    ToGenerator,
    Trouble,
    UsersStarted,
    as_line,
    read_answer,
)

COLLECT_TIMEOUT_S = 120.0
HELLO_TIMEOUT_S = 60.0
SIGN_IN_TIMEOUT_S = 60.0
_TOKEN_VARIABLE = "GONOGO_LOAD_TOKEN"  # noqa: S105 - the name of a variable, not a secret
_TICK_S = 0.25
_SEE_LOG = "See raw/locust.log in the stage's folder."

Answer = TypeVar("Answer", bound=FromGenerator)


def collect(python: str, root: Path, locustfile: Path) -> Collected:
    """The journeys of a locustfile, listed by Locust itself in a process of its own. Touches no target.

    Raises:
        ToolError: the process ended without an answer, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="gonogo-load-") as folder:
        out, log = Path(folder) / "journeys.json", Path(folder) / "locust.log"
        command = [python, "-m", "gonogo.loadgen", "collect", "--locustfile", str(locustfile)]
        ended = run(
            [*command, "--out", str(out)],
            cwd=root,
            environment=clean_environment({}),
            log=log,
            timeout_s=COLLECT_TIMEOUT_S,
            stop=Stop(),
        )
        if ended.is_timed_out:
            raise ToolError(f"Listing the journeys of {locustfile.name} took over {COLLECT_TIMEOUT_S:.0f} s.")
        if ended.return_code != 0 or not out.exists():
            raise ToolError(
                f"Locust could not list the journeys of {locustfile.name}: {_last_line(ended.tail)}",
                remedy="Run `gonogo doctor` to see what is missing.",
            )
        return from_json(out.read_bytes(), Collected, source=locustfile.name)


class Generator:
    """One side's generator. Ends its child in `close`, however far it came."""

    def __init__(
        self,
        *,
        python: str,
        root: Path,
        side: Side,
        base_url: str,
        locustfile: Path,
        environment: Mapping[str, str],
        log: Path,
        stop: Stop,
        processes: int = 1,
        bind: str = "",
    ) -> None:
        """Start the child; `greet` waits until it is there.

        Args:
            processes: among how many worker processes it shares the load; 1: it makes it by itself.
            bind: `host:port` where it waits for these workers; empty: it starts them.

        Raises:
            ToolError: it cannot be started.
        """
        self.side = side
        self._stop = stop
        self._token = secrets.token_hex(16)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        self._unread = b""
        port = self._listener.getsockname()[1]
        command = [python, "-m", "gonogo.loadgen", "serve", "--locustfile", str(locustfile)]
        command += ["--processes", str(processes), *(["--bind", bind] if bind else [])]
        try:
            self._child = Child(
                [*command, "--base-url", base_url, "--control", f"127.0.0.1:{port}"],
                cwd=root,
                environment={**environment, _TOKEN_VARIABLE: self._token},
                log=log,
            )
        except ToolError:
            self._listener.close()
            raise

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    def greet(self) -> Collected:
        """Wait for the child and hear what journeys it has. Raises ToolError, Interrupted."""
        deadline = time.monotonic() + HELLO_TIMEOUT_S
        self._listener.settimeout(_TICK_S)
        while self._connection is None:
            self._check(deadline, "did not come up")
            with contextlib.suppress(TimeoutError):
                self._connection, _ = self._listener.accept()
        self._connection.settimeout(_TICK_S)
        hello = self._answer(Hello, deadline, "did not come up")
        if not secrets.compare_digest(hello.token, self._token):
            raise ToolError(
                "Something else than our load generator answered on its port.", remedy="Run it again."
            )
        return hello.collected

    def ask_for_users(self, request: StartUsers) -> None:
        """Begin to start the users; `users_started` waits for them."""
        self._say(request)

    def users_started(self) -> UsersStarted:
        """Wait until every user is signed in or failed to. Raises ToolError, Interrupted."""
        deadline = time.monotonic() + SIGN_IN_TIMEOUT_S + 30.0
        return self._answer(UsersStarted, deadline, "did not get its users signed in")

    def ask_for_round(self, request: RunRound) -> None:
        """Begin a round; `round_done` waits for it."""
        self._say(request)

    def round_done(self, timeout_s: float) -> RoundDone:
        """Wait for the end of the round. Raises ToolError, Interrupted."""
        return self._answer(RoundDone, time.monotonic() + timeout_s, "did not finish a round")

    def close(self) -> None:
        """End the child and its connection. Safe to call twice."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.sendall(as_line(Quit()))
            self._connection.close()
            self._connection = None
        self._listener.close()
        self._child.end(grace_s=2.0)

    def _say(self, message: ToGenerator) -> None:
        if self._connection is None:
            raise ToolError("The load generator is not connected.", remedy=_SEE_LOG)
        try:
            self._connection.sendall(as_line(message))
        except OSError as error:
            raise ToolError(f"The load generator is gone: {error}.", remedy=_SEE_LOG) from error

    def _answer(self, kind: type[Answer], deadline: float, failing: str) -> Answer:
        message = read_answer(self._line(deadline, failing))
        if isinstance(message, kind):
            return message
        raise _unexpected(message, self.side)

    def _line(self, deadline: float, failing: str) -> bytes:
        while b"\n" not in self._unread:
            self._check(deadline, failing)
            if self._connection is None:
                raise ToolError(f"The load generator {failing}.", remedy=_SEE_LOG)
            try:
                received = self._connection.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError as error:
                raise ToolError(f"The load generator {failing}: {error}.", remedy=_SEE_LOG) from error
            if not received:
                raise self._gone(failing)
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _check(self, deadline: float, failing: str) -> None:
        self._stop.check()
        if self._child.poll() is not None:
            raise self._gone(failing)
        if time.monotonic() > deadline:
            raise ToolError(f"The load generator of the {self.side.value} {failing}.", remedy=_SEE_LOG)

    def _gone(self, failing: str) -> ToolError:
        last = _last_line(self._child.tail())
        return ToolError(f"The load generator of the {self.side.value} {failing}: {last}", remedy=_SEE_LOG)


def _unexpected(message: FromGenerator, side: Side) -> ToolError:
    if isinstance(message, Trouble):
        kind = WorkerLostError if message.is_worker_lost else ToolError
        return kind(f"The load generator of the {side.value} cannot go on: {message.message}")
    return ToolError(f"The load generator of the {side.value} answered something else.", remedy=_SEE_LOG)


def _last_line(tail: str) -> str:
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    return lines[-1] if lines else "it ended without a word."
