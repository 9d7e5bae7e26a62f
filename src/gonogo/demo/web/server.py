"""Serving the application over HTTP."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import create_server

from gonogo.demo.web.application import close_app
from gonogo.demo.web.lanes import Lanes
from gonogo.demo.web.logs import quiet_server_log

if TYPE_CHECKING:
    from flask import Flask

_POLL_S = 1.0
_BACKLOG = 256


class Server:
    """One listening server; `port` is known as soon as it is made, and connections wait until `run`.

    Example:
        server = Server(create_app(home, build), port=0)
        print(server.address)
        server.run()          # until close() is called, or the process is told to stop
    """

    def __init__(self, app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Starts to listen; raises OSError when the port is taken."""
        quiet_server_log()
        self._app = app
        self._sockets: dict[int, Any] = {}
        self._stop = threading.Event()
        try:
            listening = socket.create_server((host, port), backlog=_BACKLOG)
        except OSError:
            close_app(app)
            raise
        self.host = host
        self.port: int = listening.getsockname()[1]
        self._lanes = Lanes()
        self._server = create_server(
            app.wsgi_app,
            map=self._sockets,
            _dispatcher=self._lanes,
            sockets=[listening],
            ident="Meridian",
            backlog=_BACKLOG,
            channel_timeout=60,
            connection_limit=400,
            clear_untrusted_proxy_headers=True,
        )

    @property
    def address(self) -> str:
        """The address to open, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Serves until told to stop; then requests under way end, and database and log files are closed.

        Ctrl-C, and SystemExit out of a signal handler, are such a wish, and end here.
        """
        try:
            while not self._stop.is_set():
                wasyncore.loop(timeout=_POLL_S, map=self._sockets, count=1)
        except (KeyboardInterrupt, SystemExit):
            self._stop.set()
        finally:
            self._lanes.shutdown()
            wasyncore.close_all(self._sockets)
            close_app(self._app)

    def start(self) -> threading.Thread:
        """Serves in a thread of its own, which is returned."""
        thread = threading.Thread(target=self.run, name="meridian-server", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Tells `run` to stop; may be called from any thread, and more than once."""
        self._stop.set()
        if self._sockets:
            self._server.pull_trigger()
