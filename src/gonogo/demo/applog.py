"""Log files of jobs: `logs/upgrade.log`, `logs/batch.log`, `logs/payments.log` in the home folder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def log_line(home: Path, name: str, message: str) -> None:
    """Adds one line with the machine's time in UTC; line breaks in the message become blanks."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with (folder / f"{name}.log").open("a", encoding="utf-8") as log:
        log.write(f"{stamp} {' '.join(message.split())}\n")
