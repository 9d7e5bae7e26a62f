"""The guard: a forward proxy on loopback, the scanner's only way out.

It is a thread of ours, not a program: it starts in a millisecond and what it counted is at hand. The
target's name is resolved once, when the guard starts; a name that changes its address later leads
nowhere new. Encrypted targets are spoken to through a certificate the guard makes for itself and
forgets: a scanner that checked certificates would refuse it, and none of those we start does.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from base64 import b64encode
from secrets import token_urlsafe
from types import TracebackType
from typing import Self

from gonogo.guard.conversation import Conversation
from gonogo.guard.ledger import Ledger, Passage
from gonogo.guard.policy import Origin, Policy
from gonogo.guard.tls import ThrowawayAuthority
from gonogo.guard.upstream import CLOSE_S, Upstream
from gonogo.model.errors import TargetError, ToolError

START_S = 10.0


class Guard:
    """Runs between entering and leaving the `with` block.

    Example::

        with Guard(Policy(origins=(Origin.of(url),))) as guard:
            run_scanner(proxy=guard.url)
        passage = guard.passage()
    """

    def __init__(self, policy: Policy, *, asks_password: bool = True) -> None:
        """Resolve the origins and prepare; nothing listens yet.

        Args:
            policy: what passes.
            asks_password: whether clients must know the password in `url`. A browser is given a proxy without
                one; that is no way out for anybody as long as nothing may pass.

        Raises:
            TargetError: an origin's host has no address.
            ValueError: something may pass, and everybody on the machine could use it.
        """
        if policy.origins and not asks_password:
            raise ValueError("a guard that lets anything through asks for a password")
        self.policy = policy
        self._asks_password = asks_password
        self._token = token_urlsafe(18)
        self._ledger = Ledger(tuple(watch.path for watch in policy.watched))
        self._pinned = {origin: _address(origin) for origin in policy.origins}
        self._authority = (
            ThrowawayAuthority() if any(origin.scheme == "https" for origin in policy.origins) else None
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self._is_stopped = threading.Event()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1 it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """What a scanner is given as its proxy. Holds a password: other users of the machine stay out."""
        return f"http://gonogo:{self._token}@127.0.0.1:{self._port}"

    @property
    def secret(self) -> str:
        """The password in `url`, to be scrubbed from whatever a scanner writes."""
        return self._token

    @property
    def requests(self) -> int:
        """Requests sent on so far."""
        return self._ledger.requests

    def passage(self) -> Passage:
        """What passed and what did not, up to now."""
        return self._ledger.passage()

    def stop_passage(self) -> None:
        """Let nothing through from now on; the scanner is answered 503. Safe from any thread."""
        self._is_stopped.set()
        self._ledger.stopped()

    def __enter__(self) -> Self:
        """Start listening.

        Raises:
            ToolError: no port could be had within ten seconds.
        """
        is_ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(is_ready,), name="guard", daemon=True)
        self._thread.start()
        if not is_ready.wait(START_S) or not self._port:
            raise ToolError(
                "The guard could not listen on 127.0.0.1.", remedy="Free some ports and run again."
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and drop every connection."""
        self._is_stopped.set()
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(START_S)

    def _serve(self, is_ready: threading.Event) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        try:
            server = loop.run_until_complete(asyncio.start_server(self._greet, "127.0.0.1", 0))
            self._port = server.sockets[0].getsockname()[1]
            is_ready.set()
            loop.run_forever()
            _stop_listening(loop, server)
            _finish_tasks(loop)
        except OSError:
            is_ready.set()  # with no port: __enter__ says so
        finally:
            loop.close()

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        # A conversation that is cancelled before its first step never reaches its own last one, and
        # nobody is left to wait for an encrypted goodbye.
        task.add_done_callback(lambda ended: writer.transport.abort() if ended.cancelled() else None)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        password = b64encode(f"gonogo:{self._token}".encode()).decode()
        conversation = Conversation(
            policy=self.policy,
            ledger=self._ledger,
            upstream=Upstream(self._pinned),
            authority=self._authority,
            authorisation=f"Basic {password}" if self._asks_password else "",
            is_stopped=self._is_stopped.is_set,
        )
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await conversation.hold(reader, writer)
        finally:
            writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), CLOSE_S)


def _address(origin: Origin) -> tuple[str, int]:
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TargetError(
            f"{origin.host} has no address: {error.strerror or error}.",
            remedy="Check the target's url in gonogo.toml and that the name resolves on this machine.",
        ) from error
    address = found[0][4]
    return str(address[0]), int(address[1])


def _stop_listening(loop: asyncio.AbstractEventLoop, server: asyncio.Server) -> None:
    # A connection accepted in the last moment first becomes a conversation, which can be ended: asyncio
    # drops the socket unclosed when its server is closed, or its task cancelled, before that.
    for listener in server.sockets:
        loop.remove_reader(listener.fileno())
    _go_round(loop)
    server.close()


def _finish_tasks(loop: asyncio.AbstractEventLoop) -> None:
    deadline = loop.time() + 2 * CLOSE_S
    while (tasks := asyncio.all_tasks(loop)) and (left := deadline - loop.time()) > 0:
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks, timeout=left))
        _go_round(loop)  # a transport that was closed says goodbye in the loop's next rounds


def _go_round(loop: asyncio.AbstractEventLoop) -> None:
    for _ in range(5):
        loop.run_until_complete(asyncio.sleep(0))
