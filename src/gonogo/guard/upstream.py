"""The guard's connection to the target that one client's requests share."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Mapping

import h11

from gonogo.guard.policy import Origin

ANSWER_S = 60.0
"""Seconds a target may take to begin or go on answering."""

CLOSE_S = 1.0
"""Seconds either end may take to say goodbye."""

READ_BYTES = 65_536
"""Read at a time, of either end."""

Heard = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]
"""What one end of a conversation says next, or that more has to be read first."""


class Upstream:
    """The connection to the target that one client's requests share, to a pinned address."""

    def __init__(self, pinned: Mapping[Origin, tuple[str, int]]) -> None:
        self._pinned = pinned
        self._origin: Origin | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._talk = h11.Connection(h11.CLIENT)
        self.is_reused = False

    async def open(self, origin: Origin, *, is_fresh: bool = False) -> h11.Connection:
        """A connection to `origin` that is ready for a request. Raises OSError when the target refuses."""
        self.is_reused = not is_fresh and self._can_reuse(origin)
        if self.is_reused:
            self._talk.start_next_cycle()
            return self._talk
        await self.close()
        host, port = self._pinned[origin]
        context = _unchecked() if origin.scheme == "https" else None
        name = origin.host if context else None
        self._reader, self._writer = await asyncio.wait_for(
            asyncio.open_connection(host, port, ssl=context, server_hostname=name), ANSWER_S
        )
        self._origin, self._talk = origin, h11.Connection(h11.CLIENT)
        return self._talk

    def _can_reuse(self, origin: Origin) -> bool:
        is_done = self._talk.our_state is h11.DONE and self._talk.their_state is h11.DONE
        return self._writer is not None and self._origin == origin and is_done

    async def send(self, *events: h11.Event) -> None:
        """Write events to the target."""
        assert self._writer is not None  # noqa: S101 - open() came first
        for event in events:
            self._writer.write(self._talk.send(event) or b"")
        await self._writer.drain()

    async def receive(self) -> Heard:
        """The target's next event. Raises h11.RemoteProtocolError, OSError or TimeoutError."""
        assert self._reader is not None  # noqa: S101 - open() came first
        while True:
            event = self._talk.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._talk.receive_data(await asyncio.wait_for(self._reader.read(READ_BYTES), ANSWER_S))

    async def close(self) -> None:
        """Drop the connection, if there is one."""
        if self._writer is not None:
            self._writer.close()
            try:
                with contextlib.suppress(OSError, ssl.SSLError, TimeoutError):
                    await asyncio.wait_for(self._writer.wait_closed(), CLOSE_S)
            finally:
                self._writer.transport.abort()  # a target that never says goodbye
        self._reader = self._writer = None


def _unchecked() -> ssl.SSLContext:
    # A test system's certificate is often its own; the address was pinned, and nothing is trusted on
    # the strength of it.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
