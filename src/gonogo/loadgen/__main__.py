"""`python -m gonogo.loadgen collect|serve`: list a locustfile's journeys, or run rounds as told."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# Locust first: importing it makes sockets and sleeping cooperative, which must precede everything else.
import locust  # noqa: F401

from gonogo.loadgen.journeys import collect
from gonogo.loadgen.serve import serve
from gonogo.model import to_json


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; 0 when it was carried out, whatever was found."""
    parser = argparse.ArgumentParser(prog="python -m gonogo.loadgen")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("collect", help="write the journeys of a locustfile as JSON")
    serving = commands.add_parser("serve", help="run rounds as told over a connection to the load stage")
    for one in (listing, serving):
        one.add_argument("--locustfile", type=Path, required=True)
    listing.add_argument("--out", type=Path, required=True)
    serving.add_argument("--base-url", required=True)
    serving.add_argument("--control", required=True, help="host:port that the load stage listens on")
    chosen = parser.parse_args(arguments)
    if chosen.command == "collect":
        chosen.out.write_bytes(to_json(collect(chosen.locustfile).collected))
        return 0
    return serve(chosen.locustfile, chosen.base_url, chosen.control)


if __name__ == "__main__":
    sys.exit(main())
