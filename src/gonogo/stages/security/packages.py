"""Known faults of the packages that the team's own code needs, looked up by pip-audit when that is wanted."""

from __future__ import annotations

import shutil
from pathlib import Path

from gonogo.model import CheckStatus, ToolUsed
from gonogo.processes import Stop, clean_environment, run
from gonogo.readers.pip_audit import PackageScan, packages_check, read_pip_audit

TIMEOUT_S = 180.0
PATTERN = "requirements*.txt"


def needed_by(root: Path, folder: str) -> list[Path]:
    """The files that say which packages the code of one side needs."""
    place = root / folder
    return sorted(place.rglob(PATTERN)) if folder and place.is_dir() else []


def look_up_packages(files: list[Path], *, raw: Path, stop: Stop) -> tuple[PackageScan, ToolUsed | None]:
    """Look up every package that the files pin.

    Args:
        files: requirement files; each version must be exact (`name==1.2`).
        raw: where pip-audit's report and log go.
        stop: ends it.

    Returns:
        The scan, whose check is BROKEN or EMPTY when nothing was looked up, and the tool that ran.

    Raises:
        EvidenceError: the report cannot be read.
        Interrupted: the run is to stop.
    """
    if not files:
        message = f"The code of this side has no {PATTERN}, so no package was looked up."
        return PackageScan(check=packages_check(CheckStatus.EMPTY, message)), None
    program = shutil.which("pip-audit")
    if program is None:
        message = "pip-audit is not on the search path, so no package was looked up; install it, for example with pipx."
        return PackageScan(check=packages_check(CheckStatus.BROKEN, message)), None
    raw.mkdir(parents=True, exist_ok=True)
    report = raw / "pip-audit.json"
    command = [program, "--format", "json", "--output", str(report), "--progress-spinner", "off"]
    command += ["--no-deps", "--disable-pip"]
    for file in files:
        command += ["--requirement", str(file)]
    completed = run(
        command,
        cwd=raw,
        environment=clean_environment({}),
        log=raw / "pip-audit.log",
        timeout_s=TIMEOUT_S,
        stop=stop,
    )
    tool = ToolUsed(name="pip-audit", version="")
    if completed.is_timed_out or not report.is_file():
        lines = [line for line in completed.tail.splitlines() if line.strip()]
        said = lines[-1].strip()[:300] if lines else "it said nothing"
        message = f"pip-audit ended with code {completed.return_code} and no report: {said}"
        return PackageScan(check=packages_check(CheckStatus.BROKEN, message)), tool
    return read_pip_audit(report.read_bytes()), tool
