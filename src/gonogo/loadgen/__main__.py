"""`python -m gonogo.loadgen collect|serve|work`: list a locustfile's journeys, run rounds as told, or help to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# Locust first: importing it makes sockets and sleeping cooperative, which must precede everything else.
import locust  # noqa: F401

from gonogo.loadgen.journeys import collect
from gonogo.loadgen.master import WorkersWanted
from gonogo.loadgen.serve import Orders, serve
from gonogo.loadgen.worker import work, work_for_both
from gonogo.model import to_json


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; 0 when it was carried out, whatever was found."""
    parser = argparse.ArgumentParser(prog="python -m gonogo.loadgen")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("collect", help="write the journeys of a locustfile as JSON")
    serving = commands.add_parser("serve", help="run rounds as told over a connection to the load stage")
    working = commands.add_parser("work", help="make a share of the load for a gonogo on another machine")
    for one in (listing, serving, working):
        one.add_argument("--locustfile", type=Path, required=True)
    listing.add_argument("--out", type=Path, required=True)
    serving.add_argument("--base-url", required=True)
    serving.add_argument("--control", required=True, help="host:port that the load stage listens on")
    serving.add_argument("--processes", type=int, default=1, help="workers that share the load")
    serving.add_argument("--bind", default="", help="host:port where workers from elsewhere are awaited")
    working.add_argument("--master", required=True, help="host:port, as `workers` in [stages.load] states it")
    working.add_argument(
        "--both", action="store_true", help="work for the upgrade's master as well, on the next port"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "collect":
        chosen.out.write_bytes(to_json(collect(chosen.locustfile).collected))
        return 0
    if chosen.command == "work":
        one_or_two = work_for_both if chosen.both else work
        return one_or_two(chosen.locustfile, chosen.master)
    is_shared = chosen.processes > 1 or chosen.bind
    workers = WorkersWanted(count=chosen.processes, bind=chosen.bind) if is_shared else None
    orders = Orders(
        locustfile=chosen.locustfile, base_url=chosen.base_url, control=chosen.control, workers=workers
    )
    return serve(orders)


if __name__ == "__main__":
    sys.exit(main())
