"""A program that passes for wapiti: answers for its version, then does as FAKE_WAPITI says, and exits 0.

It stands in for the ways in which the real one ends in success without having looked.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import urllib.request
from itertools import pairwise
from pathlib import Path

XSS = {
    "method": "GET", "path": "/tenants", "info": "XSS via injection in the parameter q", "level": 3,
    "parameter": "q", "module": "xss", "http_request": "GET /tenants?q=x HTTP/1.1",
}  # fmt: skip


def main() -> None:
    arguments = sys.argv[1:]
    if "--version" in arguments:
        sys.stdout.write("Wapiti 3.2.3\n")
        return
    option = {name: value for name, value in pairwise(arguments) if name.startswith("--")}
    mode = os.environ["FAKE_WAPITI"]
    modules = option["--module"].split(",")
    number = looks_at(option["--url"])
    if mode == "whole-once" and number > 1:
        return
    if mode not in ("idle", "hangs", "no-report"):
        visit(option["--url"], option["--proxy"])
    if mode == "hangs":
        time.sleep(600)
    for module in modules[:1] if mode == "some-modules" else modules:
        sys.stdout.write(f"[*] Launching module {module}\n")
    if mode == "cut":
        sys.stdout.write(f"Max attack time was reached for module {modules[0]}, stopping.\n")
    if mode == "no-report":
        return
    report: dict[str, object] = {
        "classifications": {},
        "vulnerabilities": {"Reflected Cross Site Scripting": [XSS]}
        if is_found(option["--url"], number)
        else {},
        "anomalies": {},
        "additionals": {},
    }
    infos = {"version": "Wapiti 3.2.3", "crawled_pages_nbr": 0}
    Path(option["--output"]).write_text(json.dumps({**report, "infos": infos}), encoding="utf-8")
    sys.stdout.write("A report has been generated in the file report.json\n")


def looks_at(url: str) -> int:
    """Which scan of this target it is, from 1 on; 0 when nobody counts."""
    folder = os.environ.get("FAKE_WAPITI_COUNTS")
    if not folder:
        return 0
    file = Path(folder) / url.split("/")[2].replace(":", "-")
    with file.open("a", encoding="utf-8") as counts:
        counts.write("x")
    return file.stat().st_size


def is_found(url: str, number: int) -> bool:
    """Whether this scan reports the fault: `FAKE_WAPITI_FINDS` maps `host:port` to the numbers of such scans."""
    finds = json.loads(os.environ.get("FAKE_WAPITI_FINDS", "{}"))
    return number in finds.get(url.split("/")[2], [])


def visit(places: str, proxy: str) -> None:
    """Ask for every link of the page of places ten times over, as a scanner would."""
    match = re.fullmatch(r"http://(\w+):([\w-]+)@([\d.:]+)", proxy)
    assert match is not None
    handler = urllib.request.ProxyHandler({"http": f"http://{match[1]}:{match[2]}@{match[3]}"})
    opener = urllib.request.build_opener(handler)
    with opener.open(places) as answer:
        links = re.findall(r'href="([^"]+)"', answer.read().decode())
    for link in links * 10:
        try:
            opener.open(link.replace("&amp;", "&")).close()
        except urllib.error.HTTPError as error:
            error.close()


if __name__ == "__main__":
    main()
