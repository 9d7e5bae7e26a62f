"""`gonogo verify` and `gonogo sign`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from gonogo.cli.console import answer, next_step, plain, say
from gonogo.cli.session import publish_settings
from gonogo.clock import SystemClock, iso
from gonogo.engine.integrity import sign_off_standing, verify
from gonogo.engine.signed_document import write_signed_document
from gonogo.model import ExitCode
from gonogo.model.errors import UsageError, VerificationError
from gonogo.signing.binding import DOCUMENT
from gonogo.signing.keys import open_key
from gonogo.signing.signoff import START, Condition, Entry, RoleStatus, SignOffDecision, append
from gonogo.store import RunFolder

RunArgument = Annotated[Path, typer.Argument(help="The run folder, such as reports/latest.")]
_CONDITION = re.compile(r"^(?P<text>.+);\s*(?P<owner>[^;]+);\s*(?P<due>\d{4}-\d\d-\d\d)$")
_MARKS = {"signed": "signed", "declined": "DECLINED", "void": "VOID", "missing": "missing"}


def verify_command(run_folder: RunArgument) -> int:
    """Check every digest, the verdict and the signatures of a run folder. Needs no network. Exits 0 or 40."""
    folder = RunFolder.open(run_folder)
    problems = verify(folder)
    for problem in problems:
        answer.print(plain(problem), markup=False)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        say(f"{count}: this is not the evidence the verdict was made from.")
        return int(ExitCode.VERIFICATION_FAILED)
    answer.print("Verified: every file, the verdict and the signatures fit.", markup=False)
    show_standing(sign_off_standing(folder))
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
    if (decision is SignOffDecision.ACCEPT_WITH_CONDITIONS) != bool(conditions):
        raise UsageError(
            "Conditions go with --decision accept-with-conditions, and it needs at least one.",
            remedy='Such as: --condition "Finance reconciles each Monday; A. Shah; 2027-04-30"',
        )
    upgrade = folder.read_upgrade()
    roles = [r.role for r in upgrade.signoff_roles]
    if role not in roles:
        raise UsageError(
            f"{role!r} is not a role that signs here.", remedy=f"Roles: {', '.join(roles) or 'none'}."
        )
    problems = verify(folder)
    if problems:
        raise VerificationError(
            f"This run folder does not verify, so nothing can be signed: {problems[0]}",
            remedy="Run `gonogo verify` to see every problem.",
        )
    verdict = folder.read_verdict()
    entry = Entry(
        previous=START,
        role=role,
        name=name,
        decision=decision,
        conditions=conditions,
        note=note,
        recorded_by=recorded_by,
        at=iso(SystemClock().now()),
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
    show_standing(sign_off_standing(folder))
    next_step(f"gonogo verify {run_folder}")
    return int(ExitCode.GO)


def show_standing(standing: tuple[RoleStatus, ...]) -> None:
    """Who has signed, one line a role, and whether the upgrade counts as signed off."""
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
    if standing:
        done = all(status.status == "signed" for status in standing)
        answer.print("Signed off." if done else "Not signed off.", markup=False)


def _condition(text: str) -> Condition:
    match = _CONDITION.match(text)
    if match is None:
        raise UsageError(
            f"The condition {text!r} needs what, owner and date.",
            remedy='Such as: "Finance reconciles each Monday; A. Shah; 2027-04-30"',
        )
    return Condition(text=match["text"].strip(), owner=match["owner"].strip(), due=match["due"])


def _key_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "signer"
