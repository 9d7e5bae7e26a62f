"""A vendor system in thirty lines: states a version, and can be told to misbehave."""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def main() -> None:
    port, version, home = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    mode = sys.argv[4] if len(sys.argv) > 4 else ""
    (home / "installed").write_text(version, encoding="utf-8")
    if mode == "dies-at-once":
        sys.exit("the licence has run out")
    if mode == "never-answers":
        time.sleep(60)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<p>Tiny System Version <b>{version}</b></p>".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


main()
