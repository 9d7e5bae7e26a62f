"""A vendor system that shows personal data everywhere it can: page, address, header, log, row, sheet, drawing.

Everything in it is invented, but has the form and the check digits of the real thing.
"""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import xlsxwriter

CANARIES = {
    "email": "agnes.canary@council-canary.gov.uk",
    "national insurance": "AB 12 34 56 C",
    "nhs": "943 476 5919",
    "card": "4539578763621486",
    "sort code": "20-11-47",
    "account": "55779911",
    "telephone": "01727 811233",
    "mobile": "07911 123456",
    "postcode": "AL1 3JE",
    "name": "Agnes Canary-Smith",
}
PAGE = """<!doctype html><html lang="en"><title>Account of {name}</title><meta charset="utf-8">
<style>p {{ position: absolute; left: 20px; margin: 0; font: 20px monospace; white-space: pre }}</style>
<p style="top: 20px">Version {version}</p>
<p style="top: 60px" id="shown">Reference 00042917</p>
<p style="top: 100px" id="personal">{email}</p>
<p style="top: 140px">NI {national insurance} NHS {nhs}</p>
<p style="top: 180px">Card {card} sort code {sort code} account {account}</p>
<p style="top: 220px">{telephone} {mobile} {postcode} {name}</p>
<p style="top: 260px"><input id="field" value="{email}" size="40"></p>
<svg style="position: absolute; top: 300px; left: 20px" width="400" height="40">
<text x="0" y="20">{postcode}</text></svg>
<script>console.log("{email}"); localStorage.setItem("who", "{email}")</script>"""


def sheet() -> bytes:
    """A workbook with the canaries as text and, where they are digits, as numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    rows = book.add_worksheet("People")
    for place, (kind, value) in enumerate(CANARIES.items()):
        rows.write_row(place, 0, [kind, value])
    rows.write_row(len(CANARIES), 0, ["NHS number", 9434765919, 4539578763621486])
    book.close()
    return target.getvalue()


def main() -> None:
    """Serve until ended. The upgrade has another e-mail address in one row, and nothing else changed."""
    port, version, home = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    with sqlite3.connect(home / "vendor.db") as database:
        database.execute("create table people (id integer, kind text, value text)")
        database.executemany(
            "insert into people values (?, ?, ?)", [(n, *i) for n, i in enumerate(CANARIES.items())]
        )
        changed = (
            "other.canary@council-canary.gov.uk" if version == "2" else "one.canary@council-canary.gov.uk"
        )
        database.execute("insert into people values (99, 'changed', ?)", (changed,))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sys.stderr.write(f"GET {self.path} for {json.dumps(CANARIES)}\n")
            page = PAGE.format(version=version, **CANARIES).encode()
            bodies = {"/sheet": sheet(), "/json": json.dumps(CANARIES).encode()}
            body = bodies.get(self.path, page)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header(
                "Content-Type", "text/html; charset=utf-8" if body[:1] == b"<" else "application/octet-stream"
            )
            self.send_header("X-Signed-In-As", CANARIES["email"])
            basic = base64.b64encode(f"{CANARIES['email']}:not-a-password".encode()).decode()
            self.send_header("X-Basic", f"Basic {basic}")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
