"""The code scan: bandit as a child process over the team's own code of one side."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gonogo.model import CheckStatus, ReasonCode, StageStatus, ToolUsed
from gonogo.model.errors import ToolError
from gonogo.processes import Stop, clean_environment, run
from gonogo.readers.bandit import CodeScan, code_check, read_bandit

TIMEOUT_S = 300.0
LEFT_OUT = frozenset({".git", ".svn", "CVS", "__pycache__", ".tox", ".eggs", ".venv", "node_modules", ".bzr"})
"""Folders bandit leaves out by itself, and those that hold nothing of the team's."""


def scan_code(
    root: Path, folder: str, config: str, *, python: str, raw: Path, stop: Stop
) -> tuple[CodeScan, ToolUsed | None]:
    """Scan one folder.

    Args:
        root: the project.
        folder: the code's folder, relative to it.
        config: bandit's settings file, relative to the project; may be empty.
        python: the interpreter that has bandit.
        raw: where bandit's report and log go.
        stop: ends the scan.

    Returns:
        The scan, whose check is BROKEN or EMPTY when the folder is missing or holds nothing bandit could
        read, and the tool that ran (None when none did).

    Raises:
        ToolError: bandit is missing, crashed or overran.
        EvidenceError: bandit's report cannot be read.
        Interrupted: the run is to stop.
    """
    place = root / folder
    if not folder or not place.is_dir():
        what = (
            f"There is no folder {folder!r} in the project" if folder else "No folder is named for this side"
        )
        return CodeScan(check=code_check(CheckStatus.BROKEN, f"{what}, so no code was scanned.")), None
    sources = _sources(place)
    raw.mkdir(parents=True, exist_ok=True)
    report = raw / "bandit.json"
    command = [python, "-m", "bandit", "--quiet", "--format", "json", "--output", str(report)]
    command += ["--ignore-nosec", "--recursive", "."]
    if config:
        command += ["--configfile", str(root / config)]
    completed = run(
        command,
        cwd=place,
        environment=clean_environment({}),
        log=raw / "bandit.log",
        timeout_s=TIMEOUT_S,
        stop=stop,
    )
    # bandit ends with 1 when it found something; everything else above 0 is a failure of its own.
    if completed.is_timed_out or completed.return_code not in (0, 1) or not report.is_file():
        raise ToolError(
            f"bandit ended with code {completed.return_code}: {_last_line(completed.tail)}",
            remedy="See bandit.log among the raw files of the security stage.",
        )
    scan = read_bandit(report.read_bytes(), sources, may_leave_out=bool(config))
    return scan, ToolUsed(name="bandit", version=_version(python, stop))


def status_of(scan: CodeScan) -> tuple[StageStatus, ReasonCode, str] | None:
    """What a code scan without evidence makes of the stage; None when it has some."""
    if scan.check.status.is_evidence:
        return None
    return StageStatus.ERRORED, ReasonCode.EVIDENCE_MISSING, scan.check.message


def _sources(place: Path) -> dict[str, str]:
    found = {}
    for path in sorted(place.rglob("*.py")):
        relative = path.relative_to(place)
        if not LEFT_OUT.intersection(relative.parts):
            found[relative.as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    return found


def _version(python: str, stop: Stop) -> str:
    with tempfile.TemporaryDirectory(prefix="gonogo-bandit-") as name:
        folder = Path(name)
        code = "from importlib.metadata import version; print(version('bandit'))"
        completed = run(
            [python, "-c", code],
            cwd=folder,
            environment=clean_environment({}),
            log=folder / "version",
            timeout_s=60.0,
            stop=stop,
        )
    return completed.tail.strip() or "unknown"


def _last_line(tail: str) -> str:
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
