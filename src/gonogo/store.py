"""The run folder: the only place evidence is written to and read from.

    reports/<run-id>/
      upgrade.json  plan.json                 what was declared and planned
      runs/<stage>.<side>/raw/…               the tools' own output
      runs/<stage>.<side>/observations.jsonl  what was read from it
      runs/<stage>.<side>/stage.json          written last: seals the folder with digests
      runs/<stage>.<side>.repeat-<n>/         the same, for the n-th time doubtful checks were tried again
      judging.json                            the moment and the definition it was judged by
      comparison.json  verdict.json  published/   derived; can be made again

A stage's raw output is gathered elsewhere (`workplace`) and comes into the run folder when it is sealed, without
secrets and personal data. A stage folder is written once. Derived files are replaced whole (written aside, then
renamed).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from gonogo.model import (
    Artefact,
    Comparison,
    Judging,
    Observation,
    Plan,
    Problem,
    ReasonCode,
    Record,
    Side,
    Snapshot,
    StageHeader,
    StageRun,
    Upgrade,
    Verdict,
    from_json,
    to_json,
    to_line,
)
from gonogo.model.errors import EvidenceError, ProjectError, StorageError
from gonogo.privacy.formats import redacted
from gonogo.privacy.redacting import Redactor
from gonogo.privacy.sealing import clear_folder
from gonogo.scrubbing import scrub_bytes, scrub_folder

HEADER = "stage.json"
OBSERVATIONS = "observations.jsonl"
LATEST = "latest"

_decoder = msgspec.json.Decoder(Observation)


def folder_name(stage: str, side: Side, repeat: int = 0) -> str:
    """What a stage's folder is called: `uat.baseline`, or `uat.baseline.repeat-2` for its second repeat."""
    return f"{stage}.{side.value}" + (f".repeat-{repeat}" if repeat else "")


@contextlib.contextmanager
def storing(what: str) -> Iterator[None]:
    """Turns operating system errors while writing into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "Free some space and run again." if full else "Check the folder's permissions."
        reason = "the disk is full" if full else (error.strerror or str(error))
        raise StorageError(f"{what} could not be written: {reason}.", remedy=remedy) from error


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
        if (sealed_at / HEADER).exists() or (folder != sealed_at and sealed_at.exists()):
            raise StorageError(f"{sealed_at.name} was sealed before; evidence is written once.")
        with storing(f"The evidence in {folder.name}"):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / OBSERVATIONS).write_bytes(b"".join(to_line(each) for each in observations))
            _make_names_legible(folder)
            scrubbed = scrub_folder(folder, secret_forms)
            notes = header.notes
            if scrubbed:
                notes = (
                    *notes,
                    f"Secrets were taken out of {len(scrubbed)} of its files before they were kept.",
                )
            if redactor is not None:
                notes = (*notes, *clear_folder(folder, redactor).notes())
            lines = settled(folder)
            (folder / OBSERVATIONS).write_bytes(lines)
            sealed = msgspec.structs.replace(
                header,
                observation_count=lines.count(b"\n"),
                observations_sha256=hashlib.sha256(lines).hexdigest(),
                artefacts=tuple(_artefacts(folder)),
                notes=notes,
            )
            data = scrub_bytes(to_json(sealed), secret_forms)
            if redactor is not None:
                data = redacted(HEADER, data, redactor)
            (folder / HEADER).write_bytes(data)
            if folder != sealed_at:
                shutil.move(folder, sealed_at)
        return StageRun(header=sealed, observations=observations)

    def point_latest(self) -> None:
        """Make `reports/latest` mean this run: a link, or a text file where links are not allowed."""
        pointer = self.path.parent / LATEST
        with storing("reports/latest"):
            aside = pointer.with_name(f".{LATEST}.new")
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
                header = from_json(_read(path), StageHeader, source=path.parent.name)
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
        data = _read(folder / path)
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
            header = from_json(_read(folder / HEADER), StageHeader, source=f"{folder.name}/{HEADER}")
            known = (version, {artefact.path: artefact for artefact in header.artefacts})
            self._listed[folder] = known
        return known[1]

    def _bytes(self, name: str) -> bytes:
        return _read(self.path / name)


def read_stage(folder: Path, known: Mapping[str, Artefact] | None = None) -> StageRun | None:
    """One sealed stage folder; None when it was never sealed or its header is unreadable.

    Observations after the first damaged line are not counted; missing or altered files become problems.
    `known` is as in `RunFolder.read_runs`.
    """
    try:
        header = from_json(_read(folder / HEADER), StageHeader, source=f"{folder.name}/{HEADER}")
    except EvidenceError:
        return None
    if folder.name != folder_name(header.stage, header.side, header.repeat):
        problem = _damaged(header, f"the folder {folder.name} holds the evidence of another stage or side")
        return StageRun(header=header, problems=(problem,))
    observations, problems = _observations(folder, header)
    for artefact in header.artefacts:
        now = known.get(f"runs/{folder.name}/{artefact.path}") if known is not None else None
        trouble = _known_trouble(artefact, now) if known is not None else _artefact_trouble(folder, artefact)
        if trouble:
            problems.append(_damaged(header, trouble))
    return StageRun(header=header, observations=tuple(observations), problems=tuple(problems))


def _observations(folder: Path, header: StageHeader) -> tuple[list[Observation], list[Problem]]:
    observations: list[Observation] = []
    try:
        data = _read(folder / OBSERVATIONS)
    except EvidenceError as error:
        return [], [_damaged(header, error.message)]
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            observations.append(_decoder.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return observations, [_damaged(header, f"{OBSERVATIONS} is damaged at line {number} ({error})")]
    return observations, []


def _make_names_legible(folder: Path) -> None:
    r"""File names that are not UTF-8 become `\xNN`: no record could hold them. Deepest first."""
    for path in sorted(folder.rglob("*"), key=lambda each: len(each.parts), reverse=True):
        name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        if name != path.name:
            path.rename(path.with_name(name))


def settled(folder: Path) -> bytes:
    """The observations as lines, with the digest of each capture as it is kept now; what was withheld is gone.

    Lines that were withheld with their file do not come back: no line, no evidence.
    """
    path = folder / OBSERVATIONS
    if not path.exists():
        return b""
    lines = []
    for line in path.read_bytes().splitlines(keepends=True):
        seen = _decoder.decode(line)
        if isinstance(seen, Snapshot):
            with contextlib.suppress(OSError):
                content = (folder / seen.artefact).read_bytes()
                seen = msgspec.structs.replace(seen, sha256=hashlib.sha256(content).hexdigest())
        lines.append(to_line(seen))
    return b"".join(lines)


def _known_trouble(sealed: Artefact, now: Artefact | None) -> str:
    if now is None:
        return f"{sealed.path} is missing"
    if now.size_bytes != sealed.size_bytes:
        return f"{sealed.path} has another size than when it was sealed"
    return "" if now.sha256 == sealed.sha256 else f"{sealed.path} was changed after it was sealed"


def _artefact_trouble(folder: Path, artefact: Artefact) -> str:
    path = folder / artefact.path
    try:
        if path.stat().st_size != artefact.size_bytes:
            return f"{artefact.path} has another size than when it was sealed"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != artefact.sha256:
                return f"{artefact.path} was changed after it was sealed"
    except OSError:
        return f"{artefact.path} is missing"
    return ""


def _damaged(header: StageHeader, what: str) -> Problem:
    return Problem(
        code=ReasonCode.EVIDENCE_DAMAGED,
        stage=header.stage,
        side=header.side,
        message=f"Evidence of the {header.stage} stage on the {header.side.value} is damaged: {what}.",
    )


def _artefacts(folder: Path) -> Iterator[Artefact]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name in (HEADER, OBSERVATIONS):
            continue
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield Artefact(path=name, sha256=digest, size_bytes=path.stat().st_size)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror or error}.") from error
