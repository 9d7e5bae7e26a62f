"""Binds a run folder to its verdict by digests and signatures, and says later what no longer fits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from gonogo import __version__
from gonogo.comparing.compare import compare
from gonogo.engine.gate import digests
from gonogo.engine.purging import lawfully_deleted
from gonogo.engine.redefining import is_about_the_same_test
from gonogo.judging.judge import judge
from gonogo.judging.waiving import lapsed
from gonogo.model import (
    Artefact,
    Comparison,
    ReasonCode,
    Record,
    Upgrade,
    Verdict,
    from_json,
    to_json,
    to_line,
)
from gonogo.model.errors import EvidenceError, GonogoError, StorageError
from gonogo.publishing.manifest import FILE_NAME as MANIFEST
from gonogo.publishing.manifest import NOT_LISTED, Manifest, manifest_of, write_manifest
from gonogo.publishing.retention import write_retention
from gonogo.signing.binding import DOCUMENT, binding_problems
from gonogo.signing.document import signature_problems
from gonogo.signing.dsse import payload_of, read_envelope, seal, signers
from gonogo.signing.keys import Keys, open_key, trusted_keys
from gonogo.signing.signoff import RoleStatus, log_end_problems, read_log, standing
from gonogo.signing.statements import VERIFICATION, statements
from gonogo.store import RunFolder

SIGNATURES = "verdict.dsse"
RUN_KEY = "gonogo"


def attest(folder: RunFolder, upgrade: Upgrade, comparison: Comparison, verdict: Verdict, at: str) -> None:
    """Write `retention.json`, `manifest.json` over the whole folder, and the signed statements about it.

    Raises:
        StorageError: a file cannot be read or written.
        UsageError: the key in the user's key folder is not a key.
    """
    write_retention(folder.path, upgrade.retention, folder.started_on() or at[:10])
    write_manifest(folder.path)
    manifest_sha256 = hashlib.sha256((folder.path / MANIFEST).read_bytes()).hexdigest()
    key = open_key(RUN_KEY)
    made = statements(
        upgrade, comparison, verdict, manifest_sha256=manifest_sha256, verified_at=at, version=__version__
    )
    lines = b"".join(to_line(seal(statement, key)) for statement in made)
    try:
        (folder.path / SIGNATURES).write_bytes(lines)
    except OSError as error:
        raise StorageError(f"{SIGNATURES} could not be written: {error.strerror or error}.") from error


def verify(folder: RunFolder, *, now: str = "") -> tuple[str, ...]:
    """Everything about a run folder that does not fit, a plain sentence each; empty when all does.

    Needs no network: recomputes every digest, the comparison and the verdict, and checks the signatures
    against the public keys in the user's key folder.

    Evidence that was deleted when it was due is no problem, but then the verdict cannot be computed again: it
    stands by its digest and signature.

    Args:
        now: the present moment; a verdict that rests on a waiver that has run out since holds no longer.
    """
    digested, problems = _digested(folder.path)
    keys = trusted_keys()
    deleted, purge_problems = lawfully_deleted(folder.path, keys)
    problems += _files(folder.path, digested, deleted)
    problems += _signatures(folder.path, keys)
    problems += purge_problems
    if not any(path.startswith("runs/") for path in deleted):
        problems += _recomputed(folder, digested)
    problems += _lapsed(folder, now)
    problems += read_log(folder.path, keys)[1]
    problems += _log_end(folder, keys)
    problems += binding_problems(folder.path, keys) or _document(folder.path)
    return tuple(dict.fromkeys(problems))


def sign_off_standing(folder: RunFolder) -> tuple[RoleStatus, ...]:
    """Where each required role stands. Raises EvidenceError when the folder cannot be read."""
    entries, _ = read_log(folder.path, trusted_keys())
    return standing(folder.read_judging().upgrade, folder.read_verdict(), entries)


def deleted_when_due(folder: RunFolder) -> dict[str, str]:
    """Path → ISO day of every file that was lawfully deleted."""
    return lawfully_deleted(folder.path, trusted_keys())[0]


def _document(folder: Path) -> tuple[str, ...]:
    """What is wrong with the signature of the signed document, whose bytes are those its binding names."""
    try:
        return signature_problems((folder / DOCUMENT).read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (f"{DOCUMENT} cannot be read: {error.strerror or error}.",)


def _digested(folder: Path) -> tuple[dict[str, Artefact], list[str]]:
    """Every file and link as it is now, by path; and why they could not all be read."""
    try:
        now = manifest_of(folder)
    except GonogoError as error:
        return {}, [error.message]
    return {each.path: each for each in (*now.files, *now.links)}, []


def _files(folder: Path, found: Mapping[str, Artefact], deleted: Mapping[str, str]) -> list[str]:
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = from_json(data, Manifest, source=MANIFEST)
    except OSError as error:
        return [f"{MANIFEST} cannot be read: {error.strerror or error}."]
    except GonogoError as error:
        return [error.message]
    linked = [
        f"{name} was replaced by a link." for name in sorted(NOT_LISTED) if (folder / name).is_symlink()
    ]
    if to_json(manifest) != data:
        return [f"{MANIFEST} was changed after it was written."]
    listed = {a.path: a for a in (*manifest.files, *manifest.links)}
    missing = sorted(set(listed) - set(found) - set(deleted))
    problems = linked + [f"{path} is missing." for path in missing]
    problems += [f"{path} was added afterwards." for path in sorted(set(found) - set(listed))]
    problems += [
        f"{path} was changed afterwards."
        for path in sorted(set(listed) & set(found))
        if listed[path] != found[path]
    ]
    return problems


def _signatures(folder: Path, keys: Keys) -> list[str]:
    try:
        lines = (folder / SIGNATURES).read_bytes().split(b"\n")
        manifest_sha256 = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        return [f"{SIGNATURES} cannot be checked: {error.strerror or error}."]
    if lines[-1] != b"" or len(lines) < 2:
        return [f"{SIGNATURES} is cut short."]
    problems: list[str] = []
    subjects: list[str] = []
    for number, line in enumerate(lines[:-1], start=1):
        source = f"{SIGNATURES}, statement {number}"
        try:
            subjects.append(_statement(line, source, manifest_sha256, keys, problems))
        except EvidenceError as error:
            problems.append(error.message)
    try:
        stages = [f"stage:{settings.stage}" for settings in RunFolder(folder).read_upgrade().stages]
    except EvidenceError:
        stages = []  # named where the verdict is computed again
    if subjects != [*stages, VERIFICATION] and not problems:
        problems.append(f"{SIGNATURES} does not hold one statement for each stage and one for the decision.")
    return problems


def _statement(line: bytes, source: str, manifest_sha256: str, keys: Keys, problems: list[str]) -> str:
    """Check one statement; returns what it is about. Raises EvidenceError when it cannot be read."""
    envelope = read_envelope(line, source=source)
    names, troubles = signers(envelope, keys, source=source)
    problems.extend(f"{source}: {trouble}." for trouble in troubles)
    if not names and not troubles:
        problems.append(f"{source}: no signature holds.")
    try:
        statement = msgspec.json.decode(payload_of(envelope, source=source))
        digest = statement["subject"][0]["digest"]["sha256"]
        about = str(statement["predicate"].get("url") or statement["predicateType"])
    except (
        msgspec.MsgspecError,
        UnicodeDecodeError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
    ) as error:
        raise EvidenceError(f"{source} is not a statement.") from error
    if digest != manifest_sha256:
        problems.append(f"{source}: it is about another {MANIFEST} than the one here.")
    return about


def _log_end(folder: RunFolder, keys: Keys) -> list[str]:
    try:
        run = folder.read_verdict().digests.evidence
    except GonogoError:
        return []  # that the verdict cannot be read is told by its digest
    return log_end_problems(folder.path, run, keys)


def _lapsed(folder: RunFolder, now: str) -> list[str]:
    try:
        waivers = lapsed(folder.read_verdict(), now)
    except GonogoError:
        return []  # that the verdict cannot be read is told by its digest
    return [
        f"The verdict rests on waiver {waiver.id}, which expired on {waiver.expires}. "
        "Judge the run again with the project's waivers: `gonogo judge RUN -C PROJECT`."
        for waiver in waivers
    ]


def _recomputed(folder: RunFolder, now: Mapping[str, Artefact]) -> list[str]:
    try:
        judging = folder.read_judging()
        upgrade, at = judging.upgrade, judging.at
        if not is_about_the_same_test(folder.read_upgrade(), upgrade):
            return ["judging.json is about another test than upgrade.json."]
        plan, plan_sha256 = folder.read_plan()
        runs = folder.read_runs(now)
        comparison = compare(upgrade, plan, plan_sha256, runs, folder.read_artefact)
        verdict = judge(upgrade, plan, comparison, digests(upgrade, plan_sha256, runs, at), at=at)
        problems = [
            problem.message for problem in comparison.problems if problem.code is ReasonCode.EVIDENCE_DAMAGED
        ]
        for name, record in (("comparison.json", comparison), ("verdict.json", verdict)):
            if not _says((folder.path / name).read_bytes(), record):
                problems.append(f"{name} is not what the evidence gives.")
    except OSError as error:
        return [f"The verdict cannot be checked: {error.strerror or error}."]
    except GonogoError as error:
        return [f"The verdict cannot be computed again: {error.message}"]
    return problems


def _says(data: bytes, record: Record) -> bool:
    """Whether a file says exactly what a record says.

    The same bytes, or those of an earlier version of gonogo, whose record had fewer fields: none of those it
    lacks says anything. That no byte changed since is the manifest's to show.
    """
    try:
        return data == to_json(record) or from_json(data, type(record), source="") == record
    except EvidenceError:
        return False
