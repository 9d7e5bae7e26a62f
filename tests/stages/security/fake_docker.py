"""A container client that passes for docker: it shows its container one folder, and the container outlives it.

Started as a program. `FAKE_DOCKER` is the folder where it keeps, for each container, the process that is it and
the words it was started with.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

WITH_VALUE = ("--network", "--volume", "--user", "--name")


def main() -> int:
    """`run OPTIONS IMAGE zap.sh ARGUMENTS`, or `rm --force NAME`."""
    kept, (verb, *words) = Path(os.environ["FAKE_DOCKER"]), sys.argv[1:]
    if verb == "rm":
        with (kept / "removed").open("a", encoding="utf-8") as removed:
            removed.write(f"{words[-1]}\n")
        running = kept / f"{words[-1]}.pid"
        if not running.exists():
            return 1
        os.kill(int(running.read_text(encoding="utf-8")), signal.SIGKILL)
        return 0
    options = {name: words[words.index(name) + 1] for name in WITH_VALUE}
    (kept / f"{options['--name']}.json").write_text(json.dumps(words), encoding="utf-8")
    inside, _, outside = options["--volume"].partition(":")
    assert inside == outside
    container = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("fake_zap.py")), *words[words.index("zap.sh") + 1 :]],
        env={**os.environ, "FAKE_ZAP_SEES": inside},
        start_new_session=True,  # ending the client does not end it
    )
    running = kept / f"{options['--name']}.pid"
    running.write_text(str(container.pid), encoding="utf-8")
    code = container.wait()
    running.unlink()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
