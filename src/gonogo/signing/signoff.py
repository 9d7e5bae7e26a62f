"""The sign-off log: who decided what about which evidence. Append-only, each entry chained to the one before.

An entry covers the candidate's version and the digests of policy, evidence, waivers and change record. When any
of those changes afterwards, exactly the entries that cover it are void.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from gonogo.judging.change_record import needs_authority
from gonogo.model import Decision, Digests, Record, Upgrade, Verdict, to_line
from gonogo.model.errors import EvidenceError
from gonogo.signing.chained_log import START, ChainedLog
from gonogo.signing.head import head_problems, write_head
from gonogo.signing.keys import Keys, SigningKey, trusted_keys

__all__ = [
    "LOG",
    "START",
    "Condition",
    "Entry",
    "RoleStatus",
    "SignOffDecision",
    "append",
    "log_end_problems",
    "read_log",
    "standing",
    "why_not_signed_off",
]

LOG = "signoff.jsonl"


class SignOffDecision(StrEnum):
    """What a signer decided."""

    ACCEPT = "accept"
    ACCEPT_WITH_CONDITIONS = "accept-with-conditions"
    DECLINE = "decline"


class Condition(Record, frozen=True, kw_only=True):
    """What must be done, by whom, by when (ISO date)."""

    text: str
    owner: str
    due: str


class Entry(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.signoff/1"):
    """One signature.

    Attributes:
        previous: sha256 of the line before, or zeros for the first.
        recorded_by: who recorded it on the signer's behalf; empty when the signer did it personally.
        candidate: the version it is about.
        covers: what it was signed upon.
        key_id, signature: Ed25519 over the entry with an empty signature (base64).
    """

    previous: str
    role: str
    name: str
    decision: SignOffDecision
    conditions: tuple[Condition, ...] = ()
    note: str = ""
    recorded_by: str = ""
    at: str
    candidate: str
    covers: Digests
    key_id: str = ""
    signature: str = ""


class RoleStatus(Record, frozen=True, kw_only=True):
    """Where one required role stands: `signed`, `declined`, `void` or `missing`, and why."""

    role: str
    status: str
    entry: Entry | None = None
    reason: str = ""


_log = ChainedLog(LOG, Entry, subject=lambda entry: entry.role)


def append(folder: Path, entry: Entry, key: SigningKey) -> Entry:
    """Chain, sign and append an entry; returns it as written.

    Raises:
        EvidenceError: the log is damaged or was cut; nothing is added to such a log.
        StorageError: it cannot be written.
    """
    lines, problems = _log.lines(folder)
    problems = problems or head_problems(folder, entry.covers.evidence, lines, trusted_keys())
    if problems:
        raise EvidenceError(problems[0], remedy="Run `gonogo verify` and restore the log from a copy.")
    written = _log.append(folder, entry, key)
    write_head(folder, entry.covers.evidence, [*lines, to_line(written).rstrip(b"\n")], key)
    return written


def log_end_problems(folder: Path, run: str, keys: Keys) -> list[str]:
    """Whether the end of the log is the one that was signed last, here or beside it.

    Args:
        run: the evidence digest of the run.
    """
    return head_problems(folder, run, _log.lines(folder)[0], keys)


def read_log(folder: Path, keys: Keys) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries that hold, in order, and every problem met."""
    return _log.read(folder, keys)


def standing(upgrade: Upgrade, verdict: Verdict, entries: tuple[Entry, ...]) -> tuple[RoleStatus, ...]:
    """Where each required role stands; its newest entry counts."""
    newest = {entry.role: entry for entry in entries}
    return tuple(_status(role.role, newest.get(role.role), verdict) for role in upgrade.signoff_roles)


def why_not_signed_off(upgrade: Upgrade, verdict: Verdict, roles: tuple[RoleStatus, ...]) -> str:
    """Why the upgrade does not count as signed off, as the end of a sentence; empty when it does.

    Every required role has signed, the verdict permits going live, and a change that needs a change
    authority names one.
    """
    match verdict.decision:
        case Decision.NO_GO:
            return "the verdict is No-go"
        case Decision.INCONCLUSIVE:
            return "the verdict is that there is not enough evidence"
        case Decision.GO | Decision.GO_WITH_CONDITIONS:
            pass
    waiting = [status.role for status in roles if status.status != "signed"]
    if waiting:
        return f"waiting for {', '.join(waiting)}"
    if needs_authority(upgrade.change):
        return "the change record names no change authority"
    return "" if roles else "no role is required to sign ([sign_off] in gonogo.toml)"


_COVERED = (
    ("policy", "policy"),
    ("plan", "plan"),
    ("evidence", "evidence"),
    ("waivers", "waivers"),
    ("change record", "change"),
)
"""What a signature covers, in words, and its digest."""


def _status(role: str, entry: Entry | None, verdict: Verdict) -> RoleStatus:
    if entry is None:
        return RoleStatus(role=role, status="missing", reason="has not signed")
    changed = [
        name for name, field in _COVERED if getattr(entry.covers, field) != getattr(verdict.digests, field)
    ]
    if entry.candidate != verdict.upgrade.to_version:
        changed.insert(0, "candidate version")
    if changed:
        reason = f"signed, but since then these changed: {', '.join(changed)}"
        return RoleStatus(role=role, status="void", entry=entry, reason=reason)
    status = "declined" if entry.decision is SignOffDecision.DECLINE else "signed"
    return RoleStatus(role=role, status=status, entry=entry)
