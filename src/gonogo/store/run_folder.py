"""One run's folder: what is in it, written and read."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path

from gonogo.model import (
    Artefact,
    Comparison,
    Judging,
    Observation,
    Plan,
    Record,
    Side,
    StageHeader,
    StageRun,
    Upgrade,
    Verdict,
    from_json,
    to_json,
)
from gonogo.model.errors import EvidenceError, ProjectError
from gonogo.privacy.redacting import Redactor
from gonogo.store.disk import read_bytes, storing
from gonogo.store.stage_folder import HEADER, folder_name, read_stage, seal_stage

LATEST = "latest"


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path, workplace: Path | None = None) -> None:
        """`workplace` is where stages write until they are sealed; the run folder itself when None."""
        self.path = path
        self.workplace = workplace
        self._listed: dict[Path, tuple[tuple[int, int, int], dict[str, Artefact]]] = {}

    @classmethod
    def create(cls, reports: Path, run_id: str) -> RunFolder:
        """Make a new, empty run folder.

        Raises:
            StorageError: it exists already or cannot be made.
        """
        path = reports / run_id
        with storing(f"The run folder {path}"):
            (path / "runs").mkdir(parents=True, exist_ok=False)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """An existing run folder; `latest` pointers are followed.

        Raises:
            ProjectError: it is not a run folder.
        """
        pointer = path.with_name(path.name + ".txt")
        if not path.is_dir() and pointer.is_file():
            path = path.parent / pointer.read_text(encoding="utf-8").strip()
        if not path.is_dir() or not (path / "runs").is_dir():
            raise ProjectError(
                f"{path} is not a run folder.", remedy="Name a folder below reports/, or `reports/latest`."
            )
        return cls(path.resolve())

    @property
    def published(self) -> Path:
        """Where publishers write."""
        return self.path / "published"

    def stage_folder(self, stage: str, side: Side, repeat: int = 0) -> Path:
        """Where a stage's evidence of one side goes; each repeat has a folder of its own."""
        return self.path / "runs" / folder_name(stage, side, repeat)

    def working_folder(self, stage: str, side: Side, repeat: int = 0) -> Path:
        """Where a stage writes until its folder is sealed."""
        return (self.workplace or self.path / "runs") / folder_name(stage, side, repeat)

    def write(self, name: str, record: Record) -> str:
        """Write a top-level record, replacing it whole; returns the sha256 of its bytes.

        Raises:
            StorageError: it cannot be written.
        """
        return self.write_bytes(name, to_json(record))

    def write_bytes(self, name: str, data: bytes) -> str:
        """Write a top-level file, replacing it whole; returns its sha256. Raises StorageError."""
        target = self.path / name
        with storing(f"{name}"):
            aside = target.with_name(f".{name}.new")
            aside.write_bytes(data)
            aside.replace(target)
        return hashlib.sha256(data).hexdigest()

    def seal(
        self,
        header: StageHeader,
        observations: tuple[Observation, ...],
        secret_forms: tuple[bytes, ...],
        redactor: Redactor | None = None,
    ) -> StageRun:
        """Scrub, redact, digest and close a stage's folder. Nothing in it may change afterwards.

        Args:
            header: as the engine filled it in; counts, digests and artefacts are set here.
            observations: what the stage saw on this side.
            secret_forms: byte forms of the run's secrets (`scrubbing.variants`).
            redactor: takes personal data out; None keeps it.

        Raises:
            StorageError: it cannot be written, or the folder was sealed before.
        """
        folder = self.working_folder(header.stage, header.side, header.repeat)
        sealed_at = self.stage_folder(header.stage, header.side, header.repeat)
        return seal_stage(
            header,
            observations,
            folder=folder,
            sealed_at=sealed_at,
            secret_forms=secret_forms,
            redactor=redactor,
        )

    def point_latest(self) -> None:
        """Make `reports/latest` mean this run: a link, or a text file where links are not allowed."""
        pointer = self.path.parent / LATEST
        with storing("reports/latest"):
            aside = pointer.with_name(f".{LATEST}.{self.path.name}.new")  # several runs may start at once
            aside.unlink(missing_ok=True)
            try:
                aside.symlink_to(self.path.name, target_is_directory=True)
                aside.replace(pointer)
            except OSError:
                pointer.with_name(f"{LATEST}.txt").write_text(self.path.name + "\n", encoding="utf-8")

    def read_upgrade(self) -> Upgrade:
        """The definition. Raises EvidenceError when it is missing or damaged."""
        return from_json(self._bytes("upgrade.json"), Upgrade, source="upgrade.json")

    def read_plan(self) -> tuple[Plan, str]:
        """The plan and the sha256 of its bytes. Raises EvidenceError when it is missing or damaged."""
        data = self._bytes("plan.json")
        return from_json(data, Plan, source="plan.json"), hashlib.sha256(data).hexdigest()

    def read_judging(self) -> Judging:
        """What the verdict was last computed with. Raises EvidenceError when it is missing or damaged."""
        return from_json(self._bytes("judging.json"), Judging, source="judging.json")

    def was_judged(self) -> bool:
        """Whether it is recorded what a verdict was computed with."""
        return (self.path / "judging.json").is_file()

    def read_comparison(self) -> Comparison:
        """The comparison as last computed. Raises EvidenceError when it is missing or damaged."""
        return from_json(self._bytes("comparison.json"), Comparison, source="comparison.json")

    def read_verdict(self) -> Verdict:
        """The verdict as last computed. Raises EvidenceError when it is missing or damaged."""
        return from_json(self._bytes("verdict.json"), Verdict, source="verdict.json")

    def read_runs(self, known: Mapping[str, Artefact] | None = None) -> tuple[StageRun, ...]:
        """Every sealed stage run, repeats too, ordered by folder name; what is wrong with one is in its problems.

        A folder whose header cannot be read gives no run (and so a missing stage).

        Args:
            known: digests of the run folder's files as they are now, by path below it, for who has just
                computed them; without, every file is read.
        """
        folders = [folder for folder in sorted((self.path / "runs").iterdir()) if folder.is_dir()]
        runs = (read_stage(folder, known) for folder in folders)
        return tuple(run for run in runs if run is not None)

    def started_on(self) -> str:
        """The day the first stage started, ISO date; empty when no sealed stage says. Reads headers only."""
        moments = []
        for path in sorted((self.path / "runs").glob(f"*/{HEADER}")):
            with contextlib.suppress(EvidenceError):  # an unreadable header is told when it is judged
                header = from_json(read_bytes(path), StageHeader, source=path.parent.name)
                moments.append(header.started_at)
        return min((moment for moment in moments if moment), default="")[:10]

    def read_artefact(self, stage: str, side: Side, path: str, repeat: int = 0) -> bytes:
        """The bytes of one artefact of a first pass or of a repeat, checked against its digest.

        Raises:
            EvidenceError: it is not listed, missing, or not what was sealed.
        """
        folder = self.stage_folder(stage, side, repeat)
        listed = self._sealed(folder).get(path)
        if listed is None:
            raise EvidenceError(f"{path} was not sealed with {folder.name}.")
        data = read_bytes(folder / path)
        if hashlib.sha256(data).hexdigest() != listed.sha256:
            raise EvidenceError(f"{folder.name}/{path} was changed after it was sealed.")
        return data

    def _sealed(self, folder: Path) -> dict[str, Artefact]:
        """The artefacts a stage's header lists, by path; read once for as long as the header is the same."""
        try:
            state = (folder / HEADER).stat()
        except OSError as error:
            raise EvidenceError(f"{HEADER} cannot be read: {error.strerror or error}.") from error
        version = (state.st_mtime_ns, state.st_size, state.st_ino)
        known = self._listed.get(folder)
        if known is None or known[0] != version:
            header = from_json(read_bytes(folder / HEADER), StageHeader, source=f"{folder.name}/{HEADER}")
            known = (version, {artefact.path: artefact for artefact in header.artefacts})
            self._listed[folder] = known
        return known[1]

    def _bytes(self, name: str) -> bytes:
        return read_bytes(self.path / name)
