"""A real browser, kept on the system: what arrives elsewhere is nothing, and the system itself works as ever."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.guard.outside import SECOND, outside_of
from tests.stages.test_browser_guard import context, project, services

from gonogo.browsing import launch
from gonogo.guard import Passage
from gonogo.job import BrowserToUse, Job
from gonogo.model import Side, from_json
from gonogo.setup.browser import find_browser
from gonogo.stages.browser_guard import guarded_browsers

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><link rel="dns-prefetch" href="//prefetch.example"><link rel="stylesheet"
href="https://cdn.example/site.css"><script src="http://fonts.example/kit/17.js"></script>
<img src="http://{outside}:{port}/pixel?who=agnes"><img src="/own.png"><img src="http://[::1]:{port}/six.png">
<iframe src="http://localhost:{port}/frame"></iframe><script>
const open = address => new Promise(done => {{ const socket = new WebSocket(address);
    socket.onopen = () => done('open'); socket.onerror = () => done('refused'); }});
const get = address => fetch(address, {{mode: 'no-cors'}}).then(() => 'answered', () => 'refused');
window.tried = Promise.all([open('ws://127.0.0.1:{port}/own-socket'), open('ws://{outside}:{port}/socket'),
    get('/own-data'), get('https://{outside}:{port}/data')]);
</script>"""


@dataclass
class System:
    """A system whose page asks for things elsewhere."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def system() -> Iterator[System]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append(self.path)
            key = self.headers.get("Sec-WebSocket-Key")
            body = PAGE.format(outside=SECOND, port=found.port).encode() if self.path == "/" else b"own"
            self.send_response(101 if key else 302 if self.path == "/away" else 200)
            if key:
                digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
                self.end_headers()
                return
            self.send_header("Location", f"http://{SECOND}:{found.port}/landing/17?who=agnes")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = System(port=server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def test_nothing_leaves_and_the_system_itself_is_reached_as_ever(
    playwright: Playwright, tmp_path: Path
) -> None:
    found = find_browser()
    assert found is not None, "these tests need a browser; `gonogo doctor` says how to get one"
    browser = BrowserToUse(path=str(found.path), kind=found.kind, arguments=found.launch_args)
    with system() as served, outside_of(served.port) as outside:
        side = context(tmp_path, f"http://127.0.0.1:{served.port}")
        with guarded_browsers(side, project(tmp_path), services(browser)) as guarded:
            job = Job(
                stage="uat", side=Side.BASELINE, system="S", version="1", base_url=side.url, evidence="",
                project="", browser=guarded.services.browser,
            )  # fmt: skip
            started = launch(playwright, job)
            page = started.new_page()
            page.goto(side.url)
            assert page.evaluate("window.tried") == ["open", "refused", "answered", "refused"]
            led_on = page.goto(f"{side.url}/away")
            assert led_on is not None
            assert (led_on.status, led_on.text()) == (403, "refused by the guard: another origin")
            started.close()
        assert outside.arrived == []
        assert {"/", "/own.png", "/own-socket", "/own-data", "/away"} <= set(served.asked)
    passage = from_json((side.raw / "guard.json").read_bytes(), Passage, source="guard.json")
    refused = {refusal.where for refusal in passage.refusals}
    outside_origin = f"{SECOND}:{served.port}"
    assert {
        *("cdn.example:443", "http://fonts.example/kit/{n}.js"),
        *(f"http://{outside_origin}/pixel", f"http://{outside_origin}/landing/{{n}}", outside_origin),
        *(f"http://[::1]:{served.port}/six.png", f"http://localhost:{served.port}/frame"),
    } <= refused
    assert {refusal.reason for refusal in passage.refusals} == {"another origin"}
    assert passage.requests == 0
    assert outside_origin in guarded.notes[0]
