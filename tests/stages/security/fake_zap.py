"""A server that answers ZAP's API from memory, and spiders and attacks through the proxy it is given.

Each fault is one of the ways in which a ZAP is known to look well and do nothing. Started as a program it
takes ZAP's own arguments and serves until it is asked to shut down.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from gonogo.readers.zap_rules import MUST_HAVE_ACTIVE, MUST_HAVE_PASSIVE

KEY = "secret-zap-key"
FAULTS = (
    "no-rules", "few-rules", "hangs", "wrong-key", "unfinished", "never-ends", "sends-nothing",
    "errors-as-data", "rules-change", "plan-fails", "plan-idles", "other-network", "refuses", "attack-idles",
    "text-as-alerts",
)  # fmt: skip


@dataclass
class FakeZap:
    """What the server knows. `calls` are the API's paths in the order they were asked for."""

    faults: set[str]
    url: str = ""
    proxy: str = ""
    calls: list[str] = field(default_factory=list)
    scans: int = 0
    dies: bool = False
    plan: str = ""
    alerts: list[dict[str, Any]] = field(default_factory=list)
    seen_keys: set[str] = field(default_factory=set)

    def answer(self, path: str, asked: dict[str, str]) -> Any:
        """The JSON of one call; a text means an error of that name."""
        self.calls.append(path)
        if self.dies and path == "ascan/action/scan":
            os._exit(0)
        if (wrong := self._wrong(path)) is not None:
            return wrong
        name = path.rpartition("/")[2]
        views = {
            "core/view/version": "2.17.0",
            "autoupdate/view/installedAddons": self._add_ons(),
            "ascan/view/scanners": self._rules(MUST_HAVE_ACTIVE, 40, "50000"),
            "pscan/view/scanners": self._rules(MUST_HAVE_PASSIVE, 50, "50003"),
            "pscan/view/recordsToScan": "0",
            "context/action/newContext": "1",
            "spider/view/scans": [{"id": "0", "state": "FINISHED", "progress": "100"}],
            "ascan/view/scans": [
                {"id": "0", "state": "RUNNING" if "never-ends" in self.faults else "FINISHED"}
            ],
            "ascan/view/scanProgress": self._progress(),
            "alert/view/alerts": self._page_of_alerts(asked),
            "core/action/accessUrl": [{"responseHeader": "HTTP/1.1 200 OK"}],
            "automation/action/runPlan": "7",
        }
        if path == "network/action/setHttpProxy":
            self.proxy = f"http://{asked['username']}:{asked['password']}@{asked['host']}:{asked['port']}"
        if path == "automation/action/runPlan":
            if not asked["filePath"].startswith(os.environ.get("FAKE_ZAP_SEES", "/")):
                return "does_not_exist"
            self.plan = Path(asked["filePath"]).read_text(encoding="utf-8")
            if "plan-idles" not in self.faults:
                self._go(self.plan.split("url: ")[1].split()[0] + "/", times=1)
        if path == "automation/view/planProgress":
            error = ["Job spider failed to access URL"] if "plan-fails" in self.faults else []
            return {"planId": "7", "finished": "2026", "info": [], "warn": ["a remark"], "error": error}
        if path in ("spider/action/scan", "ascan/action/scan"):
            if path.startswith("spider"):
                self._go(asked["url"], times=1)
            elif "attack-idles" not in self.faults:
                self._go(asked["url"], times=10)
            return {"scan": "0"}
        return {name: views[path]} if path in views else {"Result": "OK"}

    def _wrong(self, path: str) -> Any:
        """What a fault has it say in place of the answer; None when it says the truth."""
        if path == "alert/view/alerts" and "errors-as-data" in self.faults:
            return "does_not_exist"
        if path == "alert/view/alerts" and "text-as-alerts" in self.faults:
            return {"alerts": "does_not_exist"}
        if path == "core/action/accessUrl" and "other-network" in self.faults:
            return "internal_error"
        return {"Result": "FAIL"} if "refuses" in self.faults and "/action/" in path else None

    def _go(self, url: str, times: int) -> None:
        if self.faults & {"sends-nothing", "other-network"}:
            return
        with httpx.Client(proxy=self.proxy, trust_env=False, verify=False) as client:
            places = client.get(url if "gonogo" in url else url + ".gonogo/places")
            for link in re.findall(r'href="([^"]+)"', places.text) * times:
                client.get(link.replace("&amp;", "&"))

    def _page_of_alerts(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        start = int(asked.get("start", 0))
        return self.alerts[start : start + int(asked.get("count", 500))]

    def _rules(self, must: frozenset[str], count: int, idle: str) -> list[dict[str, str]]:
        self.scans += 1
        if "no-rules" in self.faults:
            return [_rule(idle)]
        if "few-rules" in self.faults:
            return [_rule(number) for number in sorted(must)]
        extra = 1 if "rules-change" in self.faults and self.scans > 4 else 0
        return [
            _rule(n) for n in [*sorted(must), *(str(91_000 + n) for n in range(count - len(must) + extra))]
        ]

    def _add_ons(self) -> list[dict[str, str]]:
        return [{"id": "ascanrules", "version": "83"}, {"id": "pscanrules", "version": "75"}]

    def _progress(self) -> list[Any]:
        status = "37%" if "unfinished" in self.faults else "Complete"
        status = "Skipped, no input vectors" if "attack-idles" in self.faults else status
        plugins = [{"Plugin": ["Cross Site Scripting", "40012", "release", status, "90", "22", "0"]}]
        return ["http://127.0.0.1", {"HostProcess": plugins}]


def _rule(number: str) -> dict[str, str]:
    return {"id": number, "enabled": "true", "alertThreshold": "DEFAULT", "allDependenciesAvailable": "true"}


def server_of(zap: FakeZap, key: str, port: int = 0) -> ThreadingHTTPServer:
    """The server, not yet serving."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            zap.seen_keys.add(self.headers.get("X-ZAP-API-Key", ""))
            if "hangs" in zap.faults:
                time.sleep(4)
                return
            if self.headers.get("X-ZAP-API-Key") != key or "wrong-key" in zap.faults:
                self._send(400, {"code": "bad_api_key", "message": "Provided parameter is missing or wrong"})
                return
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            path = parts.path.removeprefix("/JSON/").strip("/")
            answer = zap.answer(path, asked)
            if isinstance(answer, str):
                self._send(400, {"code": answer, "message": "Does not exist"})
            else:
                self._send(200, answer)
            if path == "core/action/shutdown":
                threading.Thread(target=server.shutdown).start()

        do_POST = do_GET  # noqa: N815

        def _send(self, status: int, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    zap.url = f"http://127.0.0.1:{server.server_address[1]}"
    return server


@contextmanager
def fake_zap(*faults: str) -> Iterator[FakeZap]:
    """Serve a fake ZAP on a free port."""
    assert set(faults) <= set(FAULTS)
    zap = FakeZap(faults=set(faults))
    server = server_of(zap, KEY)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield zap
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve as a ZAP that was started with these arguments; leave a note of how it was started."""
    arguments = sys.argv[1:]
    option = {name: value for name, value in pairwise(arguments) if name.startswith("-")}
    settings = Path(option["-configfile"])
    lines = settings.read_text(encoding="utf-8").splitlines()
    properties = dict(line.split("=", 1) for line in lines)
    note = {"arguments": arguments, "mode": oct(settings.stat().st_mode & 0o777), "properties": properties}
    Path(os.environ["FAKE_ZAP_NOTE"]).write_text(json.dumps(note), encoding="utf-8")
    zap = FakeZap(faults=set(os.environ.get("FAKE_ZAP_FAULTS", "").split(",")) - {""})
    life = Path(os.environ["FAKE_ZAP_NOTE"]).with_name("lives")
    with life.open("a", encoding="utf-8") as lives:
        lives.write("x")
    zap.dies = life.stat().st_size <= int(os.environ.get("FAKE_ZAP_DIES", "0"))
    if life.stat().st_size <= int(os.environ.get("FAKE_ZAP_ENDS", "0")):
        return  # as a ZAP does whose port was taken meanwhile
    server_of(zap, properties["api.key"], int(option["-port"])).serve_forever(poll_interval=0.02)


if __name__ == "__main__":
    main()
