"""A web server for the tests of the load stage: as slow, failing or redirecting as a test wants it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """What the server does; tests change it while it runs. `asked` counts requests by path, `clients` by address."""

    delay_s: dict[str, float] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)


class SmallServer(ThreadingHTTPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.behaviour = Behaviour()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        behaviour = self.server.behaviour
        with behaviour.lock:
            behaviour.asked[path] += 1
            behaviour.clients[self.client_address[0]] += 1
            behaviour.at_once += 1
            behaviour.most_at_once = max(behaviour.most_at_once, behaviour.at_once)
        try:
            if path in behaviour.hanging:
                behaviour.released.wait(30.0)
            time.sleep(behaviour.delay_s.get(path, 0.0))
            self._answer(path)
        finally:
            with behaviour.lock:
                behaviour.at_once -= 1

    do_POST = do_GET  # noqa: N815 - the same

    def _answer(self, path: str) -> None:
        behaviour = self.server.behaviour
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        if path in behaviour.redirects:
            self.send_response(302)
            self.send_header("location", behaviour.redirects[path])
            self.send_header("content-length", "0")
            self.end_headers()
            return
        body = b"x" * 500
        self.send_response(500 if path in behaviour.failing else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def small_server(host: str = "127.0.0.1") -> Iterator[SmallServer]:
    """A running server, closed at the end."""
    server = SmallServer(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.behaviour.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5.0)
