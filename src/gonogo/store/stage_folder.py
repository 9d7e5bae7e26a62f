"""One stage's folder of one side: sealed once, and read back with all that is wrong with it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from gonogo.model import (
    Artefact,
    Observation,
    Problem,
    ReasonCode,
    Side,
    Snapshot,
    StageHeader,
    StageRun,
    from_json,
    to_json,
    to_line,
)
from gonogo.model.errors import EvidenceError, StorageError
from gonogo.privacy.formats import redacted
from gonogo.privacy.redacting import Redactor
from gonogo.privacy.sealing import clear_folder
from gonogo.scrubbing import scrub_bytes, scrub_folder
from gonogo.store.disk import read_bytes, storing

HEADER = "stage.json"
OBSERVATIONS = "observations.jsonl"

_observation = msgspec.json.Decoder(Observation)


def folder_name(stage: str, side: Side, repeat: int = 0) -> str:
    """What a stage's folder is called: `uat.baseline`, or `uat.baseline.repeat-2` for its second repeat."""
    return f"{stage}.{side.value}" + (f".repeat-{repeat}" if repeat else "")


def seal_stage(
    header: StageHeader,
    observations: tuple[Observation, ...],
    *,
    folder: Path,
    sealed_at: Path,
    secret_forms: tuple[bytes, ...],
    redactor: Redactor | None = None,
) -> StageRun:
    """Scrub, redact, digest and close a stage's folder. Nothing in it may change afterwards.

    Args:
        header: as the engine filled it in; counts, digests and artefacts are set here.
        observations: what the stage saw on this side.
        folder: where the stage wrote.
        sealed_at: where the folder goes when it is closed; may be the same.
        secret_forms: byte forms of the run's secrets (`scrubbing.variants`).
        redactor: takes personal data out; None keeps it.

    Raises:
        StorageError: it cannot be written, or the folder was sealed before.
    """
    if (sealed_at / HEADER).exists() or (folder != sealed_at and sealed_at.exists()):
        raise StorageError(f"{sealed_at.name} was sealed before; evidence is written once.")
    with storing(f"The evidence in {folder.name}"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / OBSERVATIONS).write_bytes(b"".join(to_line(each) for each in observations))
        _make_names_legible(folder)
        notes = (*header.notes, *_clean(folder, secret_forms, redactor))
        lines = _settled(folder)
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
    return StageRun(
        header=sealed,
        observations=observations,
        observations_sha256=sealed.observations_sha256,
        header_json=_laid_out(data),
    )


def _clean(folder: Path, secret_forms: tuple[bytes, ...], redactor: Redactor | None) -> Iterator[str]:
    """Take secrets and personal data out of every file; yields what a reader of the report should know of it."""
    scrubbed = scrub_folder(folder, secret_forms)
    if scrubbed:
        yield f"Secrets were taken out of {len(scrubbed)} of its files before they were kept."
    if redactor is not None:
        yield from clear_folder(folder, redactor).notes()


def read_stage(folder: Path, known: Mapping[str, Artefact] | None = None) -> StageRun | None:
    """One sealed stage folder; None when it was never sealed or its header is unreadable.

    Observations after the first damaged line are not counted; missing or altered files become problems.
    `known` is as in `RunFolder.read_runs`.
    """
    try:
        data = read_bytes(folder / HEADER)
        header = from_json(data, StageHeader, source=f"{folder.name}/{HEADER}")
    except EvidenceError:
        return None
    if folder.name != folder_name(header.stage, header.side, header.repeat):
        problem = _damaged(header, f"the folder {folder.name} holds the evidence of another stage or side")
        return StageRun(header=header, problems=(problem,))
    observations, digest, problems = _observations(folder, header)
    for artefact in header.artefacts:
        now = known.get(f"runs/{folder.name}/{artefact.path}") if known is not None else None
        trouble = _known_trouble(artefact, now) if known is not None else _artefact_trouble(folder, artefact)
        if trouble:
            problems.append(_damaged(header, trouble))
    return StageRun(
        header=header,
        observations=tuple(observations),
        problems=tuple(problems),
        observations_sha256=digest,
        header_json=_laid_out(data),
    )


def _observations(folder: Path, header: StageHeader) -> tuple[list[Observation], str, list[Problem]]:
    """The observations up to the first that cannot be read, the digest of the file, and why reading stopped."""
    observations: list[Observation] = []
    try:
        data = read_bytes(folder / OBSERVATIONS)
    except EvidenceError as error:
        return [], "", [_damaged(header, error.message)]
    digest = hashlib.sha256(data).hexdigest()
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            observations.append(_observation.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            is_foreign = digest == header.observations_sha256 and isinstance(error, msgspec.ValidationError)
            tell = _foreign if is_foreign else _damaged
            return observations, digest, [tell(header, f"{OBSERVATIONS}, line {number} ({error})")]
    return observations, digest, []


def _laid_out(header: bytes) -> bytes:
    """A header in the layout of `to_json`, field by field as it is: also one that redacting wrote on one line."""
    return msgspec.json.format(header, indent=2) + b"\n"


def _make_names_legible(folder: Path) -> None:
    r"""File names that are not UTF-8 become `\xNN`: no record could hold them. Deepest first."""
    for path in sorted(folder.rglob("*"), key=lambda each: len(each.parts), reverse=True):
        name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        if name != path.name:
            path.rename(path.with_name(name))


def _settled(folder: Path) -> bytes:
    """The observations as lines, with the digest of each capture as it is kept now; what was withheld is gone.

    Lines that were withheld with their file do not come back: no line, no evidence.
    """
    path = folder / OBSERVATIONS
    if not path.exists():
        return b""
    lines = []
    for line in path.read_bytes().splitlines(keepends=True):
        seen = _observation.decode(line)
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


def _foreign(header: StageHeader, where: str) -> Problem:
    """Whole, as the digest shows, and not to be understood: what is not understood is not passed over."""
    return Problem(
        code=ReasonCode.EVIDENCE_DAMAGED,
        stage=header.stage,
        side=header.side,
        message=(
            f"Evidence of the {header.stage} stage on the {header.side.value} was written by a later version of "
            f"gonogo than this one: {where}. Judge and verify it with that version or one after it."
        ),
    )


def _artefacts(folder: Path) -> Iterator[Artefact]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name in (HEADER, OBSERVATIONS):
            continue
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield Artefact(path=name, sha256=digest, size_bytes=path.stat().st_size)
