"""Two hundred ways to leave the allowed origins, counted where they would arrive.

Outside are listeners of the test's own: other loopback addresses, other ports, IPv6. Each counts every
connection that reaches it, whatever is said over it. None may.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin

import pytest
from tests.guard.outside import SECOND, outside_of, wait_for

from gonogo.guard import Guard, Origin, Policy
from gonogo.guard.tls import ThrowawayAuthority


@dataclass
class Target:
    """A target that sends people away as they ask, and remembers whom it was asked for."""

    origin: str
    port: int
    hosts: set[str] = field(default_factory=set)
    asked: int = 0


@contextmanager
def target_server(*, secure: bool = False) -> Iterator[Target]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            found.asked += 1
            found.hosts.add(self.headers.get("host", ""))
            away = self.headers.get("x-send-me-to") or self._forwarded()
            self.send_response(int(self.headers.get("x-status", "302")) if away else 200)
            if away:
                self.send_header("Location", away)
                self.send_header("Refresh", f"0; url={away}")
                self.send_header("Alt-Svc", f'h2="{away}"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _forwarded(self) -> str:
            # As a careless application does: it believes whatever says where it is.
            for name in ("x-forwarded-host", "x-host", "x-original-host", "x-http-host-override"):
                if self.headers.get(name):
                    return f"http://{self.headers[name]}/"
            return ""

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if secure:
        server.socket = ThrowawayAuthority().context("127.0.0.1").wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    found = Target(origin=f"{'https' if secure else 'http'}://127.0.0.1:{port}", port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- the attempts: bytes as a hostile client would send them, {t} the target, {o} the outside, {p} the port ---

SPELLINGS = (
    "127.0.0.2", "127.0.0.3", "localhost", "LOCALHOST", "127.1", "127.0.2", "127.2", "0", "0.0.0.0",
    "2130706434", "0x7f000002", "0x7f.0.0.2", "0177.0.0.2", "017700000002", "127.0.0.2.", "127.0.0.02",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[::127.0.0.2]", "[::1%25lo]",
    "127\u30020\u30020\u30022", "\u2460\u2461\u2466.0.0.2", "127%2e0%2e0%2e2", "127.0.0.2%00", "127.0.0.2%20",
    "127.0.0.2\\", "127.0.0.2.127.0.0.1", "127.0.0.1.127.0.0.2", "127.0.0.1%2f@127.0.0.2",
)  # fmt: skip

NAMES_IN_FRONT = (
    "user@{o}", "user:word@{o}", "{t}@{o}", "{t}:80@{o}", "{t}%40{o}", "{t}\\@{o}", "{t}#@{o}", "{t}?@{o}",
    "{t};@{o}", "{t}&@{o}", "{t}%00@{o}", "{t}%0d%0a@{o}", "{t}/@{o}", "{t}/../@{o}", "@{o}", ":@{o}",
    "{o}#@{t}", "{o}?@{t}", "{o}\\@{t}", "{o}/@{t}",
)  # fmt: skip

AWAY = (
    "http://{o}/", "https://{o}/", "//{o}/", "///{o}/", "////{o}", "/\\{o}/", "\\\\{o}/", "http:{o}/", "http:/{o}/",
    "http:///{o}/", "http://user@{o}/", "http://{t}@{o}/", "http://{o}#{t}", "http://{o}?{t}", "HTTP://{o}/",
    "http://[::1]:{p}/", "http://localhost:{p}/", "http://2130706434:{p}/", "http://{t}.{o}/", "ftp://{o}/",
    "\thttp://{o}/", "http://{o}/%0d%0aHost:%20{t}", "javascript:location='http://{o}/'", "http://127.2:{p}/",
)  # fmt: skip

HEADERS = (
    "X-Forwarded-Host: {o}", "X-Forwarded-Host: {t}, {o}", "X-Host: {o}", "X-Original-Host: {o}",
    "X-HTTP-Host-Override: {o}", "Forwarded: host={o}", "X-Forwarded-Server: {o}", "X-Original-URL: http://{o}/",
    "X-Rewrite-URL: http://{o}/", "X-Proxy-Url: http://{o}/", "Proxy-Connection: keep-alive\r\nX-Host: {o}",
    "Connection: Host\r\nX-Forwarded-Host: {o}", "Host: {o}", "Host: {t}\r\nHost: {o}", "Host: {o}\r\nHost: {t}",
    "Host: user@{o}", "Host: {t}@{o}", " Host: {o}", "Host : {o}", "Referer: http://{o}/", "Origin: http://{o}",
    "Destination: http://{o}/", "Max-Forwards: 0\r\nVia: 1.1 {o}", "Trailer: Host\r\nX-Host: {o}",
)  # fmt: skip

LINES = (
    "GET http://{o}/ HTTP/1.1", "GET http://{o}/", "GET http://{o}/ HTTP/1.0", "GET http://{o}/ HTTP/2.0",
    "GET  http://{o}/ HTTP/1.1", "GET\thttp://{o}/\tHTTP/1.1", "get http://{o}/ HTTP/1.1",
    "GET http://{t}/ http://{o}/ HTTP/1.1", "GET http://{t}/\x00http://{o}/ HTTP/1.1", "GET //{o}/ HTTP/1.1",
    "GET \\\\{o}\\ HTTP/1.1", "GET {o}/ HTTP/1.1", "GET @{o}/ HTTP/1.1", "OPTIONS * HTTP/1.1",
    "TRACE http://{o}/ HTTP/1.1", "PRI * HTTP/2.0", "PROPFIND http://{o}/ HTTP/1.1", "GET gopher://{o}/ HTTP/1.1",
    "GET ws://{o}/ HTTP/1.1", "GET wss://{o}/ HTTP/1.1", "GET https://{o}/ HTTP/1.1", "GET ftp://{o}/ HTTP/1.1",
    "GET file://{o}/etc/passwd HTTP/1.1", "GET http://{t}.{o}/ HTTP/1.1", "POST http://{o}/ HTTP/1.1",
    "DELETE http://{o}/ HTTP/1.1", "PUT http://{o}/ HTTP/1.1", "HEAD http://{o}/ HTTP/1.1",
)  # fmt: skip

CONNECTS = (
    "{o}", "127.0.0.2", "127.0.0.2:443", "{t}@{o}", "user:word@{o}", "[::1]:{p}", "[::ffff:127.0.0.2]:{p}",
    "localhost:{p}", "127.2:{p}", "2130706434:{p}", "{o}/", "http://{o}", "//{o}", "{t}", "{t}#{o}", "{t}\\{o}",
    "127.0.0.2.:{p}", "{o}:{p}", "0:{p}", "0x7f000002:{p}",
)  # fmt: skip

UPGRADES = (
    "GET http://{o}/ws HTTP/1.1\r\nHost: {o}\r\nUpgrade: websocket\r\nConnection: Upgrade",
    "GET http://{t}/ws HTTP/1.1\r\nHost: {o}\r\nUpgrade: websocket\r\nConnection: Upgrade",
    "GET http://{t}/ HTTP/1.1\r\nHost: {t}\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AAM",
    "GET http://{t}/ HTTP/1.1\r\nHost: {t}\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade",
    "GET http://{o}/ HTTP/1.1\r\nHost: {t}\r\nUpgrade: h2c\r\nConnection: Upgrade",
)

_INNER = "GET http://{o}/inner HTTP/1.1\r\nHost: {o}\r\n{a}\r\n\r\n"
_POST = "POST http://{t}/ HTTP/1.1\r\nHost: {t}\r\n{a}\r\n"
SMUGGLED = (
    _POST + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _INNER,
    _POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + _INNER,
    _POST + "Transfer-Encoding: xchunked\r\n\r\n" + _INNER,
    _POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + _INNER,
    _POST + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + _INNER,
    _POST + "Content-Length: +0\r\n\r\n" + _INNER,
    _POST + "Content-Length: 200\r\nExpect: 100-continue\r\n\r\n" + _INNER,
    "GET http://{t}/ HTTP/1.1\r\nHost: {t}\r\n{a}\r\n\r\n" + _INNER,
    "GET http://{t}/ HTTP/1.1\nHost: {t}\n{a}\n\n" + _INNER,
    "GET http://{t}/ HTTP/1.1\r\nHost: {t}\r\n{a}\r\nX: a\r\n GET http://{o}/ HTTP/1.1\r\n\r\n",
    "GET http://{t}/%0d%0aHost:%20{o}%0d%0a HTTP/1.1\r\nHost: {t}\r\n{a}\r\n\r\n",
    "GET http://{t}/\r\nHost: {o} HTTP/1.1\r\nHost: {t}\r\n{a}\r\n\r\n",
)


def raw_attempts() -> list[str]:
    """Whole requests, each ready to be sent; `{a}` is the line that opens the guard to its client."""
    plain = ["GET http://{h}:{p}/ HTTP/1.1\r\nHost: {t}\r\n{a}\r\n\r\n".replace("{h}", h) for h in SPELLINGS]
    named = [f"GET http://{name}/ HTTP/1.1\r\nHost: {{t}}\r\n{{a}}\r\n\r\n" for name in NAMES_IN_FRONT]
    lines = [f"{line}\r\nHost: {host}\r\n{{a}}\r\n\r\n" for line in LINES for host in ("{t}", "{o}")]
    heads = [f"GET http://{{t}}/ HTTP/1.1\r\n{header}\r\n{{a}}\r\n\r\n" for header in HEADERS]
    origin = [f"GET / HTTP/1.1\r\n{header}\r\n{{a}}\r\n\r\n" for header in HEADERS if "ost: " in header]
    tunnels = [f"CONNECT {where} HTTP/1.1\r\nHost: {{t}}\r\n{{a}}\r\n\r\n{_INNER}" for where in CONNECTS]
    upgrades = [f"{upgrade}\r\n{{a}}\r\n\r\n" for upgrade in UPGRADES]
    return [*plain, *named, *lines, *heads, *origin, *tunnels, *upgrades, *SMUGGLED]


def filled(text: str, target: Target, guard: Guard) -> bytes:
    opens = "Proxy-Authorization: Basic " + b64encode(f"gonogo:{guard.secret}".encode()).decode()
    values = {
        "t": f"127.0.0.1:{target.port}",
        "o": f"{SECOND}:{target.port}",
        "p": str(target.port),
        "a": opens,
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text.encode()


def sent(guard: Guard, data: bytes) -> bytes:
    """Send bytes to the guard and read all it says; being hung up on is an answer too."""
    said = b""
    with (
        socket.create_connection(("127.0.0.1", guard.port), timeout=5) as connection,
        contextlib.suppress(OSError),
    ):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            said += part
    return said


def location_of(said: bytes) -> str:
    for line in said.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
        if line.lower().startswith(b"location:"):
            return line.split(b":", 1)[1].strip().decode("latin-1")
    return ""


def test_two_hundred_attempts_to_leave_arrive_nowhere_else() -> None:
    tried = 0
    with target_server() as target, outside_of(target.port) as outside:
        with Guard(Policy(origins=(Origin.of(target.origin),))) as guard:
            for attempt in raw_attempts():
                sent(guard, filled(attempt, target, guard))
                tried += 1
            tried += _follow_redirects(target, guard)
            _say_hello(target, guard)
            passage = guard.passage()
        assert outside.arrived == []
    assert tried >= 200
    assert passage.refused >= 150
    assert target.asked  # the guard was open all the time
    assert target.hosts == {f"127.0.0.1:{target.port}"}
    assert not [place for place in passage.visited if SECOND in place.split(" ")[1].split("/")[0]]


def test_the_outside_would_have_counted_them() -> None:
    with target_server() as target, outside_of(target.port) as outside:
        for where in ((SECOND, target.port), ("127.0.0.3", target.port)):
            socket.create_connection(where, timeout=5).close()
        wait_for(outside, 2)
        assert len(outside.arrived) == 2


def test_an_encrypted_way_in_is_no_way_out() -> None:
    inside = [
        f"{line}\r\nHost: {host}\r\n\r\n"
        for line in (
            "GET http://{o}/ HTTP/1.1", "GET https://{o}/ HTTP/1.1", "GET @{o}/ HTTP/1.1", "GET //{o}/ HTTP/1.1",
            "GET .{o}/ HTTP/1.1", "GET 0@{o}/ HTTP/1.1", "GET / HTTP/1.1", "CONNECT {o} HTTP/1.1",
            "GET \\@{o}/ HTTP/1.1", "PRI * HTTP/2.0",
        )
        for host in ("{t}", "{o}")
    ]  # fmt: skip
    with target_server(secure=True) as target, outside_of(target.port) as outside:
        with Guard(Policy(origins=(Origin.of(target.origin),))) as guard:
            for attempt in inside:
                _through_tunnel(guard, target, filled(attempt, target, guard))
            passage = guard.passage()
        assert outside.arrived == []
        assert target.hosts == {f"127.0.0.1:{target.port}"}
    assert passage.requests == 4  # those that asked for a page of the target itself
    assert passage.refused + passage.requests >= len(inside)


def test_a_name_that_changes_its_address_leads_nowhere_new(monkeypatch: pytest.MonkeyPatch) -> None:
    with target_server() as target, outside_of(target.port) as outside:
        asked: list[str] = []
        original = socket.getaddrinfo

        def resolve(host: str, *arguments: Any, **options: Any) -> Any:
            if host == "housing.test":
                asked.append(host)
                host = "127.0.0.1" if len(asked) == 1 else SECOND
            return original(host, *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        origin = Origin.of(f"http://housing.test:{target.port}")
        with Guard(Policy(origins=(origin,))) as guard:
            request = f"GET {origin}/ HTTP/1.1\r\nHost: {origin.netloc}\r\n{{a}}\r\n\r\n"
            for _ in range(20):
                assert sent(guard, filled(request, target, guard)).startswith(b"HTTP/1.1 200")
        assert (target.asked, outside.arrived, asked) == (20, [], ["housing.test"])


def _follow_redirects(target: Target, guard: Guard) -> int:
    """Be sent away by the target in every way, and go where it says, as a scanner that follows would."""
    tried = 0
    for number, away in enumerate(AWAY):
        status = (301, 302, 303, 307, 308)[number % 5]
        wish = f"X-Status: {status}\r\nX-Send-Me-To: {away.strip()}"
        ask = f"GET {target.origin}/away HTTP/1.1\r\nHost: {{t}}\r\n{wish}\r\n{{a}}\r\n\r\n"
        said = sent(guard, filled(ask, target, guard))
        onward = location_of(said)
        assert onward, away
        followed = f"GET {urljoin(target.origin + '/away', onward)} HTTP/1.1\r\nHost: {{o}}\r\n{{a}}\r\n\r\n"
        sent(guard, filled(followed, target, guard))
        tried += 1
    return tried


def _say_hello(target: Target, guard: Guard) -> None:
    hello = f"GET {target.origin}/ HTTP/1.1\r\nHost: {{t}}\r\n{{a}}\r\n\r\n"
    assert sent(guard, filled(hello, target, guard)).startswith(b"HTTP/1.1 200")


def _through_tunnel(guard: Guard, target: Target, data: bytes) -> None:
    connect = filled(
        f"CONNECT 127.0.0.1:{target.port} HTTP/1.1\r\nHost: {{t}}\r\n{{a}}\r\n\r\n", target, guard
    )
    with socket.create_connection(("127.0.0.1", guard.port), timeout=5) as plain:
        plain.sendall(connect)
        assert plain.recv(1000).startswith(b"HTTP/1.1 200")
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secured:
            assert secured.selected_alpn_protocol() == "http/1.1"
            with contextlib.suppress(OSError):
                secured.sendall(data)
                secured.settimeout(0.5)
                secured.recv(65536)


def test_the_attempts_are_all_different() -> None:
    attempts = raw_attempts()
    assert len(set(attempts)) == len(attempts)
    assert len(attempts) + len(AWAY) >= 200
