"""`gonogo export change`: what a change advisory board needs, as one folder and one zip file."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from pathlib import Path

from gonogo.engine.integrity import sign_off_standing, verify
from gonogo.model import to_json
from gonogo.model.errors import EvidenceError, UsageError, VerificationError
from gonogo.publishing.base import Dossier
from gonogo.publishing.change_document import change_csv, change_html, change_pack, is_about
from gonogo.publishing.manifest import FILE_NAME as MANIFEST
from gonogo.signing.head import FILE_NAME as SIGNOFF_HEAD
from gonogo.signing.signoff import LOG as SIGNOFF_LOG
from gonogo.signing.signoff import why_not_signed_off
from gonogo.store import RunFolder, storing

SUMS = "SHA256SUMS"
MARK = "change-record.json"
_NEEDED = ("published/report.html", "published/summary.md", "verdict.json", MANIFEST, "verdict.dsse")
_TAKEN_IF_THERE = ("published/signoff.pdf", SIGNOFF_LOG, SIGNOFF_HEAD)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def export_change(folder: RunFolder, out: Path, *, now: str) -> tuple[Path, Path]:
    """Write the pack of a run below `out`; a pack of the same name is replaced.

    The same run folder gives the same bytes, zip included: nothing in it depends on when it is made.

    Args:
        now: the present moment, for waivers that have run out.

    Returns:
        The pack's folder, and the zip beside it.

    Raises:
        VerificationError: the run folder does not verify.
        EvidenceError: reports are missing.
        UsageError: `out` lies in the run folder, or something else stands where the pack goes.
        StorageError: it cannot be written.
    """
    problems = verify(folder, now=now)
    if problems:
        raise VerificationError(
            f"This run folder does not verify, so nothing is exported: {problems[0]}",
            remedy="Run `gonogo verify` to see every problem.",
        )
    if out.resolve().is_relative_to(folder.path):
        raise UsageError("The pack cannot be written into the run folder.", remedy="Name another --out.")
    contents = _contents(folder)
    target = out / f"change-{_name(is_about(folder.read_judging().upgrade, folder.read_verdict()))}"
    _make_way(target)
    archive = target.with_name(f"{target.name}.zip")
    with storing(f"The pack {target.name}"):
        target.mkdir(parents=True)
        for name, data in contents.items():
            (target / name).write_bytes(data)
        _zip(archive, target.name, contents)
    return target, archive


def _contents(folder: RunFolder) -> dict[str, bytes]:
    """Every file of the pack by its name, in order of name."""
    contents = {Path(path).name: _read(folder.path / path) for path in _NEEDED}
    for path in _TAKEN_IF_THERE:
        if (folder.path / path).is_file():
            contents[Path(path).name] = _read(folder.path / path)
    dossier = _dossier(folder)
    roles = sign_off_standing(folder)
    pack = change_pack(
        dossier,
        roles,
        not_signed_off_because=why_not_signed_off(dossier.upgrade, dossier.verdict, roles),
        manifest_sha256=hashlib.sha256(contents[MANIFEST]).hexdigest(),
    )
    files = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in sorted(contents.items()))
    contents["change-record.html"] = change_html(dossier, pack, files).encode("utf-8")
    contents["change-record.csv"] = change_csv(pack)
    contents[MARK] = to_json(pack)
    ordered = dict(sorted(contents.items()))
    ordered[SUMS] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in ordered.items()
    ).encode()
    return ordered


def _dossier(folder: RunFolder) -> Dossier:
    """What was published, from the records alone: evidence that was lawfully deleted is not needed."""
    judging = folder.read_judging()
    return Dossier(
        folder=folder.path,
        published=folder.published,
        upgrade=judging.upgrade,
        plan=folder.read_plan()[0],
        runs=(),
        comparison=folder.read_comparison(),
        verdict=folder.read_verdict(),
        generated_at=judging.at,
        judged_at=judging.at,
        run_id=folder.path.name,
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"{path.name} cannot be read: {error.strerror or error}.", remedy="Run `gonogo publish` first."
        ) from error


def _make_way(target: Path) -> None:
    if not target.exists():
        return
    if not (target / MARK).is_file():
        raise UsageError(
            f"{target} is there already and is no pack of gonogo's.",
            remedy="Move it away, or name another --out.",
        )
    with storing(f"The pack {target.name}"):
        shutil.rmtree(target)


def _zip(archive: Path, top: str, contents: dict[str, bytes]) -> None:
    """Stored, not compressed: compressed bytes depend on the machine's library."""
    aside = archive.with_name(f".{archive.name}.new")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as written:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(f"{top}/{name}", date_time=_EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            written.writestr(entry, data)
    aside.replace(archive)


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-") or "run"
