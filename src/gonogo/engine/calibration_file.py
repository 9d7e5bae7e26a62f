"""Where the latest calibration is kept, and the copy of it that each run quotes."""

from __future__ import annotations

from pathlib import Path

from gonogo.model import Calibration, from_json, to_json
from gonogo.model.errors import EvidenceError
from gonogo.store import RunFolder, storing

FILE = "calibration.json"


def keep(calibration: Calibration, reports: Path) -> Path:
    """Keep a calibration beside the run folders, in place of the one before. Raises StorageError."""
    path = reports / FILE
    with storing(FILE):
        reports.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{FILE}.new")
        aside.write_bytes(to_json(calibration))
        aside.replace(path)
    return path


def latest(reports: Path, system: str) -> Calibration | None:
    """The calibration kept beside the run folders; None when there is none of this system.

    Raises:
        EvidenceError: the file cannot be read.
    """
    path = reports / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvidenceError(f"{FILE} cannot be read: {error.strerror or error}.") from error
    found = from_json(data, Calibration, source=FILE)
    return found if found.system == system else None


def quote(folder: RunFolder, system: str) -> None:
    """Copy the latest calibration into a run folder, so that its reports say how far the gate can be trusted.

    Raises:
        EvidenceError: the calibration cannot be read.
        StorageError: the copy cannot be written.
    """
    calibration = latest(folder.path.parent, system)
    if calibration is not None:
        folder.write(FILE, calibration)


def quoted(folder: RunFolder, system: str) -> Calibration | None:
    """The calibration that a run quotes. One that cannot be read is none; `gonogo verify` names the file."""
    try:
        return latest(folder.path, system)
    except EvidenceError:
        return None
