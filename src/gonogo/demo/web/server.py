"""Serving the application over HTTP."""

from __future__ import annotations

import threading
from pathlib import Path

from flask import Flask
from waitress.server import create_server

from gonogo.demo.releases import Build
from gonogo.demo.web.application import close_app, create_app
from gonogo.demo.web.logs import quiet_server_log

_THREADS = 6


class Server:
    """One listening server; `port` is known as soon as it is made, and connections wait until `run`.

    Example:
        server = Server(create_app(home, build), port=0)
        print(server.address)
        server.run()          # until close() is called from another thread or a signal handler
    """

    def __init__(self, app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Starts to listen; raises OSError when the port is taken."""
        quiet_server_log()
        self._app = app
        self._server = create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            ident="Meridian",
            backlog=256,
            channel_timeout=60,
            connection_limit=400,
            clear_untrusted_proxy_headers=True,
        )
        self.host = host
        self.port: int = self._server.effective_port

    @property
    def address(self) -> str:
        """The address to open, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Serves until it is closed; then the database and the log files are closed as well."""
        try:
            self._server.run()
        finally:
            close_app(self._app)

    def start(self) -> threading.Thread:
        """Serves in a thread of its own, which is returned."""
        thread = threading.Thread(target=self.run, name="meridian-server", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Stops listening and lets requests under way end."""
        self._server.close()


def serve(home: Path, build: Build, *, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serves an installation until the process is stopped; HomeError, or OSError when the port is taken."""
    Server(create_app(home, build), host=host, port=port).run()
