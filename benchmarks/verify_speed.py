"""How long `gonogo verify` takes for a run folder of one gigabyte, once the system has it in memory.

    python -m benchmarks.verify_speed [--megabytes 1024] [--files 4000]

It builds a run folder of random bytes, some files large and most small, attests it, and verifies it: the first time
to have it cached, then five times. Prints each time, and how fast this machine hashes on one thread.
"""
# ruff: noqa: INP001, S311, T201 - a script, not a package

from __future__ import annotations

import argparse
import hashlib
import os
import random
import tempfile
import time
from pathlib import Path

from tests.bundles import AT, Bundle

from gonogo.engine.gate import judge_folder
from gonogo.engine.integrity import attest, verify
from gonogo.model import Side
from gonogo.store import RunFolder

ROUNDS = 5


def build(reports: Path, megabytes: int, files: int) -> RunFolder:
    """A sealed, judged and attested run folder: half its bytes in 8 large files, the rest spread evenly."""
    bundle = Bundle()
    pick = random.Random(1)
    large, small = megabytes * 2**20 // 16, megabytes * 2**19 // files
    raw = {f"large-{n}.bin": pick.randbytes(large) for n in range(8)}
    raw |= {f"part-{n % 50}/small-{n}.json": pick.randbytes(small) for n in range(files)}
    bundle.files["uat", Side.BASELINE] = raw
    folder = bundle.write(reports)
    verdict, dossier = judge_folder(folder, generated_at=AT)
    attest(folder, dossier.upgrade, dossier.comparison, verdict, AT)
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--files", type=int, default=4000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["GONOGO_KEYS"] = str(Path(place) / "keys")
        folder = build(Path(place) / "reports", given.megabytes, given.files)
        block = bytes(2**26)
        started = time.perf_counter()
        hashlib.sha256(block).digest()
        print(f"one thread hashes {64 / (time.perf_counter() - started):.0f} MB/s")
        for number in range(ROUNDS + 1):
            started = time.perf_counter()
            problems = verify(folder)
            took = time.perf_counter() - started
            print(f"{'first' if number == 0 else 'again'}: {took:.2f} s, {len(problems)} problems")


if __name__ == "__main__":
    main()
