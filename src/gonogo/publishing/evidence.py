"""Finds observations, stage headers and files of a run by key and side, and links to them safely."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gonogo.model import (
    CheckResult,
    Finding,
    Measurement,
    PlannedCheck,
    Side,
    Snapshot,
    StageHeader,
)
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import safe_path

# A raw page kept as evidence may hold whatever the system under test sent, scripts included:
# it is named in reports, but never linked to.
_NEVER_LINKED = (
    *(".html", ".htm", ".xhtml", ".svg", ".xml", ".js", ".mjs"),
    *(".url", ".hta", ".bat", ".cmd", ".exe", ".lnk"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Every observation of a run by side and key, and every stage header by stage and side.

    Attributes:
        planned: planned checks by key.
        relative_root: path from the published folder to the run folder, `..` as a rule.
    """

    folder: Path
    relative_root: str
    planned: Mapping[str, PlannedCheck]
    headers: Mapping[tuple[str, Side], StageHeader]
    checks: Mapping[tuple[Side, str], CheckResult]
    measurements: Mapping[tuple[Side, str], Measurement]
    findings: Mapping[tuple[Side, str], Finding]
    snapshots: Mapping[tuple[Side, str], Snapshot]
    folders: Mapping[tuple[Side, str], str]

    def artefact(self, side: Side, stage: str, path: str) -> Path | None:
        """The file behind an observation's artefact path, if it is one inside the run folder."""
        inside = safe_path(path)
        if not inside:
            return None
        return self.file(f"runs/{stage}.{side}/{inside}")

    def file(self, path: str) -> Path | None:
        """A regular file of the run folder by its path relative to it; None when it is not one."""
        inside = safe_path(path)
        if not inside:
            return None
        found = self.folder / inside
        # A link could lead out of the run folder to a file that is no evidence.
        if found.is_symlink() or not found.is_file():
            return None
        return found if found.resolve().is_relative_to(self.folder.resolve()) else None

    def link(self, path: str) -> str:
        """A relative address for a file of the run folder; empty when it must not or cannot be linked to."""
        if path.lower().endswith(_NEVER_LINKED) or self.file(path) is None:
            return ""
        return quote(f"{self.relative_root}/{safe_path(path)}", safe="/.-_~")


def index_of(dossier: Dossier) -> Index:
    """Index a dossier's runs. When one side has a key twice, the first observation counts."""
    headers: dict[tuple[str, Side], StageHeader] = {}
    checks: dict[tuple[Side, str], CheckResult] = {}
    measurements: dict[tuple[Side, str], Measurement] = {}
    findings: dict[tuple[Side, str], Finding] = {}
    snapshots: dict[tuple[Side, str], Snapshot] = {}
    folders: dict[tuple[Side, str], str] = {}
    for run in dossier.runs:
        side = run.header.side
        headers[(run.header.stage, side)] = run.header
        for seen in run.observations:
            folders.setdefault((side, seen.key), run.header.stage)
            match seen:
                case CheckResult():
                    checks.setdefault((side, seen.key), seen)
                case Measurement():
                    measurements.setdefault((side, seen.key), seen)
                case Finding():
                    findings.setdefault((side, seen.key), seen)
                case Snapshot():
                    snapshots.setdefault((side, seen.key), seen)
    return Index(
        folder=dossier.folder,
        relative_root=Path(os.path.relpath(dossier.folder, dossier.published)).as_posix(),
        planned={check.key: check for check in dossier.plan.checks},
        headers=headers,
        checks=checks,
        measurements=measurements,
        findings=findings,
        snapshots=snapshots,
        folders=folders,
    )
