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

MODULES = "xss,redirect"


def main() -> None:
    arguments = sys.argv[1:]
    if "--version" in arguments:
        sys.stdout.write("Wapiti 3.2.3\n")
        return
    option = {name: value for name, value in pairwise(arguments) if name.startswith("--")}
    mode = os.environ["FAKE_WAPITI"]
    modules = option["--module"].split(",")
    if mode in ("whole", "some-modules", "cut"):
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
        "vulnerabilities": {},
        "anomalies": {},
        "additionals": {},
    }
    infos = {"version": "Wapiti 3.2.3", "crawled_pages_nbr": 0}
    Path(option["--output"]).write_text(json.dumps({**report, "infos": infos}), encoding="utf-8")
    sys.stdout.write("A report has been generated in the file report.json\n")


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
