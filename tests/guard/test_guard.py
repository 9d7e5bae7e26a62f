"""The guard on the wire: what arrives where, counted at both ends."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gonogo.guard import Guard, Origin, Policy, Watch
from gonogo.guard.tls import ThrowawayAuthority
from gonogo.model.errors import TargetError

BIG = b"".join(f"{number:07d}".encode() for number in range(400_000))


@dataclass
class Place:
    """A server that remembers what arrived."""

    url: str
    server: ThreadingHTTPServer
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def place(host: str = "127.0.0.1", *, secure: bool = False) -> Iterator[Place]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            found.seen.append((self.command, self.path, dict(self.headers), body))
            path = urlsplit(self.path).path
            if path == "/drop":
                self.close_connection = True
                return
            text = b"Signed in as officer" if "sid=good" in self.headers.get("cookie", "") else b"Sign in"
            text = BIG if path == "/big" else text
            self.send_response(302 if path == "/away" else 200)
            self.send_header("Location", "http://127.0.0.2:9/") if path == "/away" else None
            self.send_header("Set-Cookie", "sid=stranger")
            if path == "/chunked":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"5\r\nhello\r\n0\r\n\r\n")
                return
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer((host, 0), Handler)
    if secure:
        server.socket = ThrowawayAuthority().context(host).wrap_socket(server.socket, server_side=True)
    scheme = "https" if secure else "http"
    found = Place(url=f"{scheme}://{host}:{server.server_address[1]}", server=server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def policy(target: Place, **changes: Any) -> Policy:
    return Policy(origins=(Origin.of(target.url),), **changes)


def client(guard: Guard) -> httpx.Client:
    return httpx.Client(proxy=guard.url, trust_env=False, verify=False, timeout=5)


def raw(guard: Guard, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", guard.port), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_requests_to_the_target_pass_and_are_counted() -> None:
    with place() as target, Guard(policy(target)) as guard:
        with client(guard) as scanner:
            assert scanner.get(f"{target.url}/tenancies?q=1").text == "Sign in"
            assert scanner.post(f"{target.url}/letters", data={"a": "b"}).status_code == 200
            assert scanner.get(f"{target.url}/chunked").text == "hello"
            assert scanner.head(f"{target.url}/").status_code == 200
        passage = guard.passage()
    assert passage.requests == 4
    assert passage.answers == {"2xx": 4}
    assert passage.visited == {"GET /chunked": 1, "GET /tenancies": 1, "HEAD /": 1, "POST /letters": 1}
    assert target.seen[0][:2] == ("GET", "/tenancies?q=1")
    assert target.seen[1][3] == b"a=b"


def test_the_session_is_put_on_every_request_in_place_of_the_scanners_own() -> None:
    watch = Watch(path="/", is_good=lambda status, text: status == 200 and "Signed in as" in text)
    with place() as target, Guard(policy(target, cookies={"sid": "good"}, watched=(watch,))) as guard:
        with client(guard) as scanner:
            scanner.get(f"{target.url}/", headers={"Cookie": "theme=dark"})
            scanner.cookies.clear()
            scanner.get(f"{target.url}/", headers={"Cookie": "sid=stranger; theme=dark"})
        passage = guard.passage()
    assert [headers["cookie"] for _, _, headers, _ in target.seen] == ["theme=dark; sid=good"] * 2
    assert [(page.seen, page.good, page.is_last_good) for page in passage.watched] == [(2, 2, True)]


def test_a_watched_page_that_is_attacked_says_nothing_of_the_session() -> None:
    watch = Watch(path="/", is_good=lambda _status, _text: False)
    with place() as target, Guard(policy(target, watched=(watch,))) as guard, client(guard) as scanner:
        scanner.get(f"{target.url}/?q=payload")
        scanner.post(f"{target.url}/")
        assert guard.passage().watched[0].seen == 0


def test_a_watched_page_of_any_size_arrives_as_it_was_sent() -> None:
    watch = Watch(path="/big", is_good=lambda _status, text: text.startswith("0000000"))
    with place() as target, Guard(policy(target, watched=(watch,))) as guard, client(guard) as scanner:
        assert scanner.get(f"{target.url}/big").content == BIG
        assert guard.passage().watched[0].good == 1


def test_nothing_arrives_anywhere_else() -> None:
    with place() as target, place() as neighbour, place("127.0.0.2") as outside:
        port = urlsplit(target.url).port
        attempts = [
            f"{outside.url}/",
            f"{neighbour.url}/",
            f"http://localhost:{port}/",
            f"http://127.1:{port}/",
            f"http://2130706433:{port}/",
            f"http://[::ffff:127.0.0.1]:{port}/",
            f"http://127.0.0.1.:{port}/",
        ]
        with Guard(policy(target)) as guard:
            with client(guard) as scanner:
                for url in attempts:
                    assert scanner.get(url).status_code == 403
                away = scanner.get(f"{target.url}/away", follow_redirects=True)
                assert away.status_code == 403
            for line in (
                f"GET http://{outside.url[7:]}/ HTTP/1.1\r\nHost: {target.url[7:]}",
                f"GET http://user@{target.url[7:]}/ HTTP/1.1\r\nHost: {target.url[7:]}",
                f"GET http://{target.url[7:]}@{outside.url[7:]}/ HTTP/1.1\r\nHost: x",
                f"GET / HTTP/1.1\r\nHost: {outside.url[7:]}",
                f"CONNECT {outside.url[7:]} HTTP/1.1\r\nHost: {outside.url[7:]}",
                f"CONNECT {target.url[7:]} HTTP/1.1\r\nHost: {target.url[7:]}",
                f"GET http://{target.url[7:]}/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket",
            ):
                answer = raw(guard, f"{line}\r\nProxy-Authorization: {_basic(guard)}\r\n\r\n".encode())
                assert answer.startswith(b"HTTP/1.1 403"), line
            passage = guard.passage()
        assert outside.seen == []
        assert neighbour.seen == []
        assert [path for _, path, _, _ in target.seen] == ["/away"]
        assert passage.requests == 1
        assert passage.refused == len(attempts) + 1 + 7


def _basic(guard: Guard) -> str:
    from base64 import b64encode

    return "Basic " + b64encode(f"gonogo:{guard.secret}".encode()).decode()


def test_a_host_header_from_the_scanner_never_reaches_the_target() -> None:
    with place() as target, Guard(policy(target)) as guard, client(guard) as scanner:
        scanner.get(f"{target.url}/", headers={"Host": "elsewhere.example.org"})
        assert target.seen[0][2]["host"] == target.url.removeprefix("http://")


def test_other_users_of_the_machine_stay_out() -> None:
    with place() as target, Guard(policy(target, cookies={"sid": "good"})) as guard:
        stranger = f"http://127.0.0.1:{guard.port}"
        with httpx.Client(proxy=stranger, trust_env=False) as scanner:
            assert scanner.get(f"{target.url}/").status_code == 407
        assert target.seen == []


def test_refused_paths_are_not_passed_on() -> None:
    with place() as target, Guard(policy(target)) as guard, client(guard) as scanner:
        assert scanner.get(f"{target.url}/sign%6fut").status_code == 403
        assert scanner.post(f"{target.url}/profile/password").status_code == 403
        assert target.seen == []
        assert {refusal.reason[:12] for refusal in guard.passage().refusals} == {"refused path"}


def test_a_spent_budget_and_a_stopped_guard_let_nothing_through() -> None:
    with place() as target, Guard(policy(target, max_requests=2)) as guard, client(guard) as scanner:
        assert [scanner.get(target.url).status_code for _ in range(3)] == [200, 200, 403]
        guard.stop_passage()
        assert scanner.get(target.url).status_code == 503
        assert len(target.seen) == 2
        assert guard.passage().is_stopped


def test_pages_of_the_guards_own_never_reach_the_target() -> None:
    pages = {"/.gonogo/places": b"<a href='/'>x</a>"}
    with place() as target, Guard(policy(target, pages=pages)) as guard, client(guard) as scanner:
        assert scanner.get(f"{target.url}/.gonogo/places").content == pages["/.gonogo/places"]
        assert target.seen == []
        assert guard.passage().requests == 0


def test_a_target_that_does_not_answer_is_a_failure_not_an_answer() -> None:
    with place() as target, Guard(policy(target)) as guard, client(guard) as scanner:
        assert scanner.get(f"{target.url}/drop").status_code == 502
        target.server.shutdown()
        target.server.server_close()
        assert scanner.get(f"{target.url}/").status_code == 502
        passage = guard.passage()
    assert (passage.requests, passage.failures, passage.answers) == (2, 2, {})


def test_a_name_is_resolved_once_so_that_changing_it_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with place() as target:
        port = int(str(urlsplit(target.url).port))
        asked: list[str] = []
        original = socket.getaddrinfo

        def resolve(host: str, *arguments: Any, **options: Any) -> Any:
            if host == "housing.test":
                asked.append(host)
                host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return original(host, *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        named = Policy(origins=(Origin.of(f"http://housing.test:{port}"),))
        with Guard(named) as guard, client(guard) as scanner:
            for _ in range(3):
                assert scanner.get(f"http://housing.test:{port}/").status_code == 200
        assert asked == ["housing.test"]
        assert len(target.seen) == 3


def test_a_host_without_an_address_is_said_before_anything_starts() -> None:
    with pytest.raises(TargetError, match=r"no-such-host\.invalid has no address"):
        Guard(Policy(origins=(Origin.of("http://no-such-host.invalid"),)))


def test_an_encrypted_target_is_held_by_the_same_rules(tmp_path: Path) -> None:
    with place(secure=True) as target, place(secure=True) as other:
        with Guard(policy(target, cookies={"sid": "good"})) as guard:
            with client(guard) as scanner:
                assert scanner.get(f"{target.url}/tenancies").text == "Signed in as officer"
                assert scanner.get(f"{target.url}/signout").status_code == 403
                with pytest.raises(httpx.ProxyError):
                    scanner.get(f"{other.url}/")
            passage = guard.passage()
        assert [path for _, path, _, _ in target.seen] == ["/tenancies"]
        assert other.seen == []
        assert passage.visited == {"GET /tenancies": 1}
        assert passage.refused == 2


def test_what_is_no_http_is_answered_and_dropped() -> None:
    with place() as target, Guard(policy(target)) as guard:
        assert raw(guard, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 garbage\r\n\r\n").startswith(
            b"HTTP/1.1 400"
        )
        assert target.seen == []


def test_leaving_the_guard_closes_its_port() -> None:
    with place() as target:
        with Guard(policy(target)) as guard:
            port = guard.port
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    assert not any(thread.name == "guard" for thread in threading.enumerate())


def test_the_throwaway_certificate_is_trusted_by_nobody() -> None:
    context = ThrowawayAuthority().context("127.0.0.1")
    assert isinstance(context, ssl.SSLContext)
    with place(secure=True) as target, pytest.raises(httpx.ConnectError):
        httpx.get(target.url, trust_env=False)


def test_a_client_that_connects_in_the_last_moment_leaves_no_open_connection() -> None:
    clients = []
    for _ in range(20):
        with Guard(Policy(origins=(Origin.of("http://127.0.0.1:9"),))) as guard:
            clients += [socket.create_connection(("127.0.0.1", guard.port), timeout=5) for _ in range(5)]
    gc.collect()
    try:
        # The guard's end is closed: whoever reads learns it, and does not wait for good.
        assert {_rest(client) for client in clients} == {b""}
    finally:
        for client in clients:
            client.close()


def _rest(client: socket.socket) -> bytes:
    with contextlib.suppress(ConnectionError):
        return client.recv(1)
    return b""
