"""The change record for a change advisory board: a page to read, and the same as CSV and JSON for a tool."""

from __future__ import annotations

import csv
import io

from gonogo.model import (
    ChangeRecord,
    Decision,
    Digests,
    Record,
    Upgrade,
    Verdict,
    WaiverStanding,
)
from gonogo.publishing.base import Dossier
from gonogo.publishing.cleaning import TEXT_LIMIT, one_line
from gonogo.publishing.page import render_document
from gonogo.publishing.sections.change import NOT_YET, change_rows
from gonogo.publishing.sections.conditions import accepted_lines, before_go_live
from gonogo.publishing.sections.recommendation import recommendation
from gonogo.publishing.wording import DECISIONS, day, day_and_time
from gonogo.signing.signoff import Condition, RoleStatus

_STANDINGS = {"signed": "Signed", "declined": "Declined", "void": "Void", "missing": "Not signed"}


class SignOffStanding(Record, frozen=True, kw_only=True):
    """Where one required role stands."""

    role: str
    status: str
    name: str = ""
    decision: str = ""
    at: str = ""
    recorded_by: str = ""
    conditions: tuple[Condition, ...] = ()
    reason: str = ""


class ChangePack(Record, frozen=True, kw_only=True, tag_field="schema", tag="gonogo.change-pack/1"):
    """What a tool for IT service management takes from a run.

    Attributes:
        decision: the verdict, and `recommendation` the sentence that says it.
        open_points: what the change record leaves open, to be done before go-live.
        signed_off: whether every condition for that holds; `not_signed_off_because` says which does not.
        manifest_sha256: digest of the run's `manifest.json`, which holds the digest of every file.
    """

    run: str
    judged_at: str
    system: str
    from_version: str
    to_version: str
    decision: Decision
    recommendation: str
    change: ChangeRecord
    open_points: tuple[str, ...]
    waivers: tuple[WaiverStanding, ...]
    sign_off: tuple[SignOffStanding, ...]
    signed_off: bool
    not_signed_off_because: str
    digests: Digests
    manifest_sha256: str


def change_pack(
    dossier: Dossier, roles: tuple[RoleStatus, ...], *, not_signed_off_because: str, manifest_sha256: str
) -> ChangePack:
    """The change as data."""
    about, upgrade = dossier.verdict.upgrade, dossier.upgrade
    return ChangePack(
        run=dossier.run_id,
        judged_at=dossier.judged_at,
        system=about.system,
        from_version=about.from_version,
        to_version=about.to_version,
        decision=dossier.verdict.decision,
        recommendation=recommendation(dossier).sentence,
        change=upgrade.change or ChangeRecord(id=upgrade.change_ref),
        open_points=before_go_live(dossier),
        waivers=dossier.verdict.waivers,
        sign_off=tuple(_standing(role) for role in roles),
        signed_off=not not_signed_off_because,
        not_signed_off_because=not_signed_off_because,
        digests=dossier.verdict.digests,
        manifest_sha256=manifest_sha256,
    )


def change_csv(pack: ChangePack) -> bytes:
    """One heading row and one row, UTF-8 with a byte order mark; moments as `2026-12-05 18:00:00`, in UTC."""
    change = pack.change
    row = {
        "number": change.id,
        "type": change.type.value if change.type else "",
        "short_description": f"{pack.system} {pack.from_version} to {pack.to_version}",
        "change_authority": change.authority,
        "start_date": _stamp(change.window_start),
        "end_date": _stamp(change.window_end),
        "backout_plan": change.remediation_plan,
        "backup_taken": _stamp(change.backup_taken),
        "restore_rehearsed": change.restore_rehearsed,
        "point_of_no_return": change.point_of_no_return,
        "test_result": pack.decision.value,
        "test_summary": pack.recommendation,
        "open_points": " | ".join(pack.open_points),
        "waivers": ", ".join(f"{w.id} ({w.standing.value})" for w in pack.waivers),
        "signed_off": "yes" if pack.signed_off else f"no: {pack.not_signed_off_because}",
        "run": pack.run,
        "manifest_sha256": pack.manifest_sha256,
    }
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, fieldnames=list(row), lineterminator="\r\n")
    writer.writeheader()
    writer.writerow({name: _harmless(value) for name, value in row.items()})
    return written.getvalue().encode("utf-8-sig")


def change_html(dossier: Dossier, pack: ChangePack, files: tuple[tuple[str, str], ...]) -> str:
    """The change as a page, without script.

    Args:
        files: name and digest of the files that go with it.
    """
    rows = change_rows(pack.change)
    return render_document(
        "change_record.html.j2",
        {
            "title": one_line(
                f"Change {pack.change.id or NOT_YET.lower()}: {pack.system} {pack.to_version}", 200
            ),
            "pack": pack,
            "decision": DECISIONS[pack.decision],
            "is_kept": dossier.upgrade.change is not None,
            "rows": rows,
            "accepted": accepted_lines(dossier),
            "roles": tuple(_role_row(role) for role in pack.sign_off),
            "judged": day_and_time(pack.judged_at),
            "files": files,
        },
    )


def _role_row(role: SignOffStanding) -> tuple[str, str, str, str]:
    who = one_line(role.name, TEXT_LIMIT)
    if role.recorded_by:
        who += f" (recorded by {one_line(role.recorded_by, TEXT_LIMIT)} on behalf of {who})"
    conditions = [f"{each.text} ({each.owner}, by {day(each.due)})" for each in role.conditions]
    said = "; ".join([role.decision.replace("-", " "), *conditions]) if role.decision else ""
    when = day_and_time(role.at) if role.at else ""
    standing = _STANDINGS[role.status] + (f": {role.reason}" if role.status == "void" else "")
    return (
        one_line(role.role, TEXT_LIMIT),
        one_line(standing, TEXT_LIMIT),
        one_line(f"{who}, {when}" if who else "–", TEXT_LIMIT),
        one_line(said or "–", TEXT_LIMIT),
    )


def _standing(status: RoleStatus) -> SignOffStanding:
    entry = status.entry
    if entry is None:
        return SignOffStanding(role=status.role, status=status.status, reason=status.reason)
    return SignOffStanding(
        role=status.role,
        status=status.status,
        name=entry.name,
        decision=entry.decision.value,
        at=entry.at,
        recorded_by=entry.recorded_by,
        conditions=entry.conditions,
        reason=status.reason,
    )


def _stamp(moment: str) -> str:
    return moment.replace("T", " ").removesuffix("Z")


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    text = one_line(value, TEXT_LIMIT)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def is_about(upgrade: Upgrade, verdict: Verdict) -> str:
    """What the pack's folder is called: the change's reference, else system and version."""
    return upgrade.change_ref or f"{verdict.upgrade.system}-{verdict.upgrade.to_version}"
