"""What recording every sample costs: requests a second of our generator against plain Locust.

    python benchmarks/load_throughput.py [--rounds 5] [--seconds 5] [--users 20]

Same user class, same number of users, no waiting, one process each, against the same small server on this
machine; the arms take turns within one run. The bar is 0.95.
"""
# ruff: noqa: INP001, T201 - a script that prints

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gonogo.model import Side
from gonogo.processes import Stop, clean_environment
from gonogo.readers.load_messages import RunRound, StartUsers
from gonogo.stages.load_generator import Generator

LOCUSTFILE = """
from locust import {kind}, task

class Visitor({kind}):
    @task
    def open_page(self):
        self.client.get("/", name="/")
"""
SERVER = """
import asyncio, sys

ANSWER = b"HTTP/1.1 200 OK\\r\\ncontent-length: 500\\r\\ncontent-type: text/plain\\r\\n\\r\\n" + b"x" * 500

class Answering(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        self.transport.write(ANSWER * data.count(b"\\r\\n\\r\\n"))

async def main():
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def plain_locust(folder: Path, url: str, users: int, seconds: float) -> float:
    """Requests a second of `locust --headless`, by its own count."""
    out = folder / "plain"
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        str(folder / "locustfile.py"),
        "--headless",
        "--only-summary",
    ]
    command += ["-u", str(users), "-r", str(users), "-t", f"{seconds:.0f}s", "--host", url]
    subprocess.run(
        [*command, "--json-file", str(out)], check=True, capture_output=True, env=clean_environment({})
    )
    [row] = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
    return float(row["num_requests"] / (row["last_request_timestamp"] - row["start_time"]))


def ours(folder: Path, url: str, users: int, seconds: float) -> tuple[float, float]:
    """Requests a second of our generator, its round written to disk; and samples in that file a second."""
    generator = Generator(
        python=sys.executable,
        root=folder,
        side=Side.BASELINE,
        base_url=url,
        locustfile=folder / "locustfile.py",
        environment=clean_environment({}),
        log=folder / "locust.log",
        stop=Stop(),
    )
    try:
        generator.greet()
        generator.ask_for_users(StartUsers(users=users, wait_s=30.0, is_open_loop=False))
        generator.users_started()
        file = folder / "round.npz"
        generator.ask_for_round(
            RunRound(
                index=0, pair=0, seed=1, duration_s=seconds, arrivals_per_s=0.0, give_up_s=5.0, file=str(file)
            )
        )
        started = time.monotonic()
        done = generator.round_done(seconds + 60.0)
        return done.requests / done.wall_s, done.requests / (time.monotonic() - started)
    finally:
        generator.close()


def main() -> None:
    """Run the arms in turn and print medians and the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--users", type=int, default=20)
    chosen = parser.parse_args()
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip() if server.stdout else ""
        url = f"http://127.0.0.1:{port}"
        for kind in ("FastHttpUser", "HttpUser"):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                (folder / "locustfile.py").write_text(LOCUSTFILE.format(kind=kind), encoding="utf-8")
                compare(folder, url, kind, chosen)
    finally:
        server.terminate()
        server.wait()


def compare(folder: Path, url: str, kind: str, chosen: argparse.Namespace) -> None:
    """One user class: arms in turn, each first as often as the other."""
    plain: list[float] = []
    own: list[float] = []
    writing: list[float] = []
    for number in range(chosen.rounds):
        if number % 2 == 0:
            plain.append(plain_locust(folder, url, chosen.users, chosen.seconds))
        rate, with_file = ours(folder, url, chosen.users, chosen.seconds)
        own.append(rate)
        writing.append(with_file)
        if number % 2 == 1:
            plain.append(plain_locust(folder, url, chosen.users, chosen.seconds))
    ratios = [mine / theirs for mine, theirs in zip(own, plain, strict=True)]
    print(
        f"{kind:13} plain {statistics.median(plain):8,.0f}/s [{min(plain):,.0f}-{max(plain):,.0f}]  "
        f"ours {statistics.median(own):8,.0f}/s [{min(own):,.0f}-{max(own):,.0f}]  "
        f"ratio {statistics.median(ratios):.3f} [{min(ratios):.2f}-{max(ratios):.2f}]  "
        f"with writing the file {statistics.median(writing):,.0f}/s",
        flush=True,
    )


if __name__ == "__main__":
    main()
