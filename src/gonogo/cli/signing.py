"""`gonogo verify` and `gonogo sign`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.session import publish_settings
from gonogo.clock import SystemClock, iso
from gonogo.engine.integrity import deleted_when_due, sign_off_standing, verify
from gonogo.engine.signed_document import write_signed_document
from gonogo.judging.waiving import same_person
from gonogo.model import Decision, ExitCode
from gonogo.model.errors import UsageError, VerificationError
from gonogo.signing.binding import DOCUMENT
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import START, Condition, Entry, SignOffDecision, append, why_not_signed_off
from gonogo.store import RunFolder

RunArgument = Annotated[Path, typer.Argument(help="The run folder, such as reports/latest.")]
_CONDITION = re.compile(r"^(?P<text>.+);\s*(?P<owner>[^;]+);\s*(?P<due>\d{4}-\d\d-\d\d)$")
_PATHS_SHOWN = 20
_MARKS = {"signed": "signed", "declined": "DECLINED", "void": "VOID", "missing": "missing"}


def verify_command(run_folder: RunArgument) -> int:
    """Check every digest, the verdict and the signatures of a run folder. Needs no network. Exits 0 or 40."""
    folder = RunFolder.open(run_folder)
    problems = verify(folder, now=iso(SystemClock().now()))
    for problem in problems:
        answer.print(plain(problem), markup=False)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        say(f"{count}: the verdict cannot be relied on as it stands here.")
        return int(ExitCode.VERIFICATION_FAILED)
    _show_deleted(deleted_when_due(folder))
    show_standing(folder)
    return int(ExitCode.GO)


def sign_command(
    run_folder: RunArgument,
    role: Annotated[str, typer.Option("--as", help="The role you sign for, as in [sign_off].")],
    decision: Annotated[SignOffDecision, typer.Option(help="What you decide.")],
    name: Annotated[str, typer.Option(help="Your name.")],
    *,
    condition: Annotated[
        list[str] | None, typer.Option(help='"what must be done; owner; YYYY-MM-DD"; may be repeated.')
    ] = None,
    recorded_by: Annotated[str, typer.Option(help="Who records this on the signer's behalf.")] = "",
    note: Annotated[str, typer.Option(help="Anything to add.")] = "",
) -> int:
    """Sign off a run: binds your decision to this evidence, policy and candidate version."""
    folder = RunFolder.open(run_folder)
    conditions = tuple(_condition(text) for text in condition or [])
    _check_request(decision, conditions, name, recorded_by)
    now = iso(SystemClock().now())
    _check_run(folder, role, now)
    verdict = folder.read_verdict()
    _refuse_accepting(verdict.decision, decision)
    entry = Entry(
        previous=START,
        role=role,
        name=name,
        decision=decision,
        conditions=conditions,
        note=note,
        recorded_by=recorded_by,
        at=now,
        candidate=verdict.upgrade.to_version,
        covers=verdict.digests,
    )
    key = open_key(_key_name(recorded_by or name))
    append(folder.path, entry, key)
    settings = publish_settings(folder.path.parent.parent)
    missing = write_signed_document(folder, settings, SystemClock(), key)
    say(
        f"There is no signed document: {missing}" if missing else f"Signed document: {folder.path / DOCUMENT}"
    )
    show_standing(folder)
    next_step(f"gonogo verify {run_folder}")
    return int(ExitCode.GO)


def _check_request(
    decision: SignOffDecision, conditions: tuple[Condition, ...], name: str, recorded_by: str
) -> None:
    """What can be told without the run. Raises UsageError."""
    if (decision is SignOffDecision.ACCEPT_WITH_CONDITIONS) != bool(conditions):
        raise UsageError(
            "Conditions go with --decision accept-with-conditions, and it needs at least one.",
            remedy='Such as: --condition "Finance reconciles each Monday; A. Shah; 2027-04-30"',
        )
    if not name.strip():
        raise UsageError("A signature needs a name.", remedy='Such as: --name "A. Shah"')
    if recorded_by and same_person(name, recorded_by):
        raise UsageError(
            f"{recorded_by} cannot record on their own behalf.",
            remedy="Leave --recorded-by out when the signer signs personally.",
        )


def _check_run(folder: RunFolder, role: str, now: str) -> None:
    """Whether this role signs this run, and the run is whole. Raises UsageError or VerificationError."""
    roles = [each.role for each in folder.read_judging().upgrade.signoff_roles]
    if role not in roles:
        raise UsageError(
            f"{role!r} is not a role that signs here.", remedy=f"Roles: {', '.join(roles) or 'none'}."
        )
    problems = verify(folder, now=now)
    if problems:
        raise VerificationError(
            f"This run folder does not verify, so nothing can be signed: {problems[0]}",
            remedy="Run `gonogo verify` to see every problem.",
        )


def _show_deleted(deleted: dict[str, str]) -> None:
    """What verification came to, and which evidence was lawfully deleted, by day."""
    if not deleted:
        answer.print("Verified: every file, the verdict and the signatures fit.", markup=False)
        return
    kept = "computed again" if not any(path.startswith("runs/") for path in deleted) else "as it was signed"
    answer.print(
        f"Verified: every file that is kept fits, and so do the signatures. The verdict is {kept}.",
        markup=False,
    )
    for when in sorted(set(deleted.values())):
        paths = sorted(path for path, day in deleted.items() if day == when)
        answer.print(f"Deleted on {when}, when due: {len(paths)} files.", markup=False)
        for path in paths[:_PATHS_SHOWN]:
            answer.print(plain(f"  {path}"), markup=False)
        if len(paths) > _PATHS_SHOWN:
            answer.print(f"  and {len(paths) - _PATHS_SHOWN} more; purge.jsonl lists them.", markup=False)


def _refuse_accepting(found: Decision, decision: SignOffDecision) -> None:
    """Nobody accepts what may not go live. Raises UsageError."""
    if found in (Decision.NO_GO, Decision.INCONCLUSIVE) and decision is not SignOffDecision.DECLINE:
        raise UsageError(
            f"The verdict is {found.value}, so there is nothing to accept.",
            remedy="Decline, or have what is not met waived by name (`gonogo waive`) and judged again.",
        )


def show_standing(folder: RunFolder) -> None:
    """Who has signed, one line a role with its conditions, and whether the upgrade counts as signed off."""
    standing = sign_off_standing(folder)
    for status in standing:
        entry = status.entry
        who = f"{entry.name}, {entry.decision.value}, {entry.at}" if entry else ""
        behalf = (
            f", recorded by {entry.recorded_by} on behalf of {entry.name}"
            if entry and entry.recorded_by
            else ""
        )
        answer.print(
            plain(f"{_MARKS[status.status]:<9} {status.role}  {who}{behalf}  {status.reason}"), markup=False
        )
        for condition in entry.conditions if entry else ():
            answer.print(
                plain(f"{'':9} condition: {condition.text} ({condition.owner}, by {condition.due})"),
                markup=False,
            )
    why = why_not_signed_off(folder.read_judging().upgrade, folder.read_verdict(), standing)
    answer.print(plain(f"Not signed off: {why}." if why else "Signed off."), markup=False)


def _condition(text: str) -> Condition:
    match = _CONDITION.match(text)
    if match is None:
        raise UsageError(
            f"The condition {text!r} needs what, owner and date.",
            remedy='Such as: "Finance reconciles each Monday; A. Shah; 2027-04-30"',
        )
    try:
        due = date.fromisoformat(match["due"])
    except ValueError as error:
        raise UsageError(f"The condition {text!r} is due on a day that does not exist.") from error
    if due < SystemClock().now().date():
        raise UsageError(f"The condition {text!r} is due in the past.", remedy="Agree a day that lies ahead.")
    return Condition(text=match["text"].strip(), owner=match["owner"].strip(), due=match["due"])


def _key_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "signer"
