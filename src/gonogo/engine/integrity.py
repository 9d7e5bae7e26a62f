"""Binds a run folder to its verdict by digests and signatures, and says later what no longer fits."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from gonogo import __version__
from gonogo.comparing.compare import compare
from gonogo.engine.gate import digests
from gonogo.judging.judge import judge
from gonogo.model import Comparison, ReasonCode, Upgrade, Verdict, from_json, to_json, to_line
from gonogo.model.errors import EvidenceError, GonogoError, StorageError
from gonogo.publishing.manifest import FILE_NAME as MANIFEST
from gonogo.publishing.manifest import Manifest, manifest_of, write_manifest
from gonogo.signing.dsse import payload_of, read_envelope, seal, signers
from gonogo.signing.keys import open_key, trusted_keys
from gonogo.signing.signoff import RoleStatus, read_log, standing
from gonogo.signing.statements import VERIFICATION, statements
from gonogo.store import RunFolder

SIGNATURES = "verdict.dsse"
RUN_KEY = "gonogo"


def attest(folder: RunFolder, upgrade: Upgrade, comparison: Comparison, verdict: Verdict, at: str) -> None:
    """Write `manifest.json` over the whole folder and the signed statements about it, `verdict.dsse`.

    Raises:
        StorageError: a file cannot be read or written.
        UsageError: the key in the user's key folder is not a key.
    """
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


def verify(folder: RunFolder) -> tuple[str, ...]:
    """Everything about a run folder that does not fit, a plain sentence each; empty when all does.

    Needs no network: recomputes every digest, the comparison and the verdict, and checks the signatures
    against the public keys in the user's key folder.
    """
    problems = [*_files(folder.path), *_signatures(folder.path), *_recomputed(folder)]
    _, log_problems = read_log(folder.path, trusted_keys())
    return tuple(dict.fromkeys([*problems, *log_problems]))


def sign_off_standing(folder: RunFolder) -> tuple[RoleStatus, ...]:
    """Where each required role stands. Raises EvidenceError when the folder cannot be read."""
    entries, _ = read_log(folder.path, trusted_keys())
    return standing(folder.read_upgrade(), folder.read_verdict(), entries)


def _files(folder: Path) -> list[str]:
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest = from_json(data, Manifest, source=MANIFEST)
        now = manifest_of(folder)
    except OSError as error:
        return [f"{MANIFEST} cannot be read: {error.strerror or error}."]
    except GonogoError as error:
        return [error.message]
    if to_json(manifest) != data:
        return [f"{MANIFEST} was changed after it was written."]
    listed = {a.path: a for a in (*manifest.files, *manifest.links)}
    found = {a.path: a for a in (*now.files, *now.links)}
    problems = [f"{path} is missing." for path in sorted(set(listed) - set(found))]
    problems += [f"{path} was added afterwards." for path in sorted(set(found) - set(listed))]
    problems += [
        f"{path} was changed afterwards."
        for path in sorted(set(listed) & set(found))
        if listed[path] != found[path]
    ]
    return problems


def _signatures(folder: Path) -> list[str]:
    try:
        lines = (folder / SIGNATURES).read_bytes().split(b"\n")
        manifest_sha256 = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        return [f"{SIGNATURES} cannot be checked: {error.strerror or error}."]
    if lines[-1] != b"" or len(lines) < 2:
        return [f"{SIGNATURES} is cut short."]
    problems: list[str] = []
    kinds: list[str] = []
    for number, line in enumerate(lines[:-1], start=1):
        source = f"{SIGNATURES}, statement {number}"
        try:
            kinds.append(_statement(line, source, manifest_sha256, problems))
        except EvidenceError as error:
            problems.append(error.message)
    if VERIFICATION not in kinds and not problems:
        problems.append(f"{SIGNATURES} holds no statement about the decision.")
    return problems


def _statement(line: bytes, source: str, manifest_sha256: str, problems: list[str]) -> str:
    """Check one statement; returns its predicate type. Raises EvidenceError when it cannot be read."""
    envelope = read_envelope(line, source=source)
    names, troubles = signers(envelope, trusted_keys(), source=source)
    problems.extend(f"{source}: {trouble}." for trouble in troubles)
    if not names and not troubles:
        problems.append(f"{source}: no signature holds.")
    try:
        statement = msgspec.json.decode(payload_of(envelope, source=source))
        digest = statement["subject"][0]["digest"]["sha256"]
        kind = str(statement["predicateType"])
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, IndexError, TypeError) as error:
        raise EvidenceError(f"{source} is not a statement.") from error
    if digest != manifest_sha256:
        problems.append(f"{source}: it is about another {MANIFEST} than the one here.")
    return kind


def _recomputed(folder: RunFolder) -> list[str]:
    try:
        upgrade = folder.read_upgrade()
        plan, plan_sha256 = folder.read_plan()
        runs = folder.read_runs()
        comparison = compare(upgrade, plan, plan_sha256, runs, folder.read_artefact)
        verdict = judge(upgrade, plan, comparison, digests(upgrade, plan_sha256, runs))
        problems = [
            problem.message for problem in comparison.problems if problem.code is ReasonCode.EVIDENCE_DAMAGED
        ]
        for name, record in (("comparison.json", comparison), ("verdict.json", verdict)):
            if (folder.path / name).read_bytes() != to_json(record):
                problems.append(f"{name} is not what the evidence gives.")
    except OSError as error:
        return [f"The verdict cannot be checked: {error.strerror or error}."]
    except GonogoError as error:
        return [f"The verdict cannot be computed again: {error.message}"]
    return problems
