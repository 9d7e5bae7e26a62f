"""The load generator's main loop: told what to do over a connection, one line at a time."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from gonogo.loadgen import guard
from gonogo.loadgen.generator import Generator, environment_of, without_statistics
from gonogo.loadgen.journeys import Pack, collect
from gonogo.loadgen.master import Master, WorkerLostError, WorkersWanted
from gonogo.readers.load_messages import (
    FromGenerator,
    Hello,
    Quit,
    RunRound,
    StartUsers,
    Trouble,
    as_line,
    read_request,
)

TOKEN_VARIABLE = "GONOGO_LOAD_TOKEN"  # noqa: S105 - the name of a variable
_MOST_LOG_LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a load generator is started with.

    Attributes:
        locustfile: the journeys.
        base_url: the target; nothing else can be reached from here on.
        control: `host:port` of the load stage.
        workers: how many processes share the load; None: this one makes it.
    """

    locustfile: Path
    base_url: str
    control: str
    workers: WorkersWanted | None = None


def serve(orders: Orders) -> int:
    """Say hello, then do as told until told to quit or left alone."""
    host, _, port = orders.control.rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        stream = connection.makefile("rb")

        def say(message: FromGenerator) -> None:
            connection.sendall(as_line(message))

        try:
            guard.install(orders.base_url)
        except OSError as error:
            say(Trouble(message=f"The host of {orders.base_url} is not known: {error}."))
            return 0
        limit_log()
        pack = collect(orders.locustfile)
        say(Hello(token=os.environ.pop(TOKEN_VARIABLE, ""), collected=pack.collected))
        generator: Generator | Master | None = None
        try:
            for line in stream:
                match read_request(line):
                    case StartUsers() as request:
                        generator = _generator(pack, orders, request)
                        say(generator.start(request))
                    case RunRound() as request if generator is not None:
                        done, samples = generator.run(request)
                        write(Path(request.file), samples)
                        say(done)
                    case RunRound():
                        say(Trouble(message="A round was asked for before any user was started."))
                    case Quit():
                        break
        except WorkerLostError as error:
            say(Trouble(message=str(error), is_worker_lost=True))
        finally:
            if generator is not None:
                generator.quit()
    return 0


def _generator(pack: Pack, orders: Orders, request: StartUsers) -> Generator | Master:
    environment = environment_of(pack, orders.base_url)
    if orders.workers is not None:
        return Master(environment, orders.locustfile, orders.workers)
    runner = without_statistics(environment, environment.create_local_runner)
    return Generator(pack, orders.base_url, request, environment, runner)


def write(path: Path, samples: bytes) -> None:
    """Keep a round's file. A file that is there is whole, whenever we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(samples)
    unfinished.replace(path)


def limit_log() -> None:
    """A failing system makes Locust write a traceback a request; the first thousand lines say it all."""
    left = _MOST_LOG_LINES

    def keep(_: logging.LogRecord) -> bool:
        nonlocal left
        left -= 1
        return left >= 0

    for handler in (*logging.getLogger().handlers, *logging.getLogger("locust").handlers):
        handler.addFilter(keep)
