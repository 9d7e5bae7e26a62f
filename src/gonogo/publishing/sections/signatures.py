"""The page of signatures in the signed document: who decided what, on which evidence, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass

from gonogo.model import Digests
from gonogo.publishing.cleaning import TEXT_LIMIT, TITLE_LIMIT, one_line
from gonogo.publishing.wording import day, day_and_time
from gonogo.signing.signoff import Entry, RoleStatus, SignOffDecision

DECISIONS = {
    SignOffDecision.ACCEPT: "Accept",
    SignOffDecision.ACCEPT_WITH_CONDITIONS: "Accept with conditions",
    SignOffDecision.DECLINE: "Decline",
}
STATES = {"signed": "Signed", "declined": "Declined", "void": "Void", "missing": "Not signed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """One signature, or a role that has none yet."""

    role: str
    state: str
    name: str = ""
    decision: str = ""
    conditions: tuple[str, ...] = ()
    note: str = ""
    date: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPage:
    """What the page shows.

    Attributes:
        why_not: why the upgrade does not count as signed off, as the end of a sentence; empty when it does.
        roles: where each required role stands.
        entries: every entry of the log, oldest first.
        digests: what was signed, by name.
        made: when the document was made.
    """

    why_not: str
    roles: tuple[SignatureRow, ...]
    entries: tuple[SignatureRow, ...]
    digests: tuple[tuple[str, str], ...]
    made: str


def signed_page(
    standing: tuple[RoleStatus, ...],
    entries: tuple[Entry, ...],
    *,
    why_not: str,
    covers: Digests,
    log_sha256: str,
    at: str,
) -> SignedPage:
    """The page from where the roles stand and from the log.

    Args:
        standing: of each required role.
        entries: of the log, those that hold.
        why_not: as `why_not_signed_off` says it.
        covers: digests of what is signed now.
        log_sha256: of the log's bytes.
        at: now, ISO 8601 UTC.
    """
    return SignedPage(
        why_not=one_line(why_not, TEXT_LIMIT),
        roles=tuple(_role(each) for each in standing),
        entries=tuple(_row(entry.role, DECISIONS[entry.decision], entry) for entry in entries),
        digests=(
            ("Rules for the decision (policy)", one_line(covers.policy, 100)),
            ("Plan", one_line(covers.plan, 100)),
            ("Evidence", one_line(covers.evidence, 100)),
            ("Waivers", one_line(covers.waivers, 100)),
            ("Change record", one_line(covers.change, 100)),
            ("Sign-off log", f"sha256:{log_sha256}"),
        ),
        made=day_and_time(at),
    )


def _role(status: RoleStatus) -> SignatureRow:
    state = STATES[status.status]
    if status.status == "void":
        state = one_line(f"{state}: {status.reason}", TEXT_LIMIT)
    if status.entry is None:
        return SignatureRow(role=one_line(status.role, TITLE_LIMIT), state=state)
    return _row(status.role, state, status.entry)


def _row(role: str, state: str, entry: Entry) -> SignatureRow:
    name = one_line(entry.name, TITLE_LIMIT)
    if entry.recorded_by:
        name += f" (recorded by {one_line(entry.recorded_by, TITLE_LIMIT)} on their behalf)"
    return SignatureRow(
        role=one_line(role, TITLE_LIMIT),
        state=state,
        name=name,
        decision=DECISIONS[entry.decision],
        conditions=tuple(
            one_line(f"{each.text.rstrip('.')}. Owner: {each.owner}. Due: {day(each.due)}.", TEXT_LIMIT)
            for each in entry.conditions
        ),
        note=one_line(entry.note, TEXT_LIMIT),
        date=day_and_time(entry.at),
        key=entry.key_id[:16],
    )
