"""`gonogo waive`: writes down who accepts what is not met, and until when."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.cli.console import answer, next_step, plain
from gonogo.cli.session import load_project
from gonogo.clock import SystemClock
from gonogo.config.waivers import FILE, append_waiver, next_id
from gonogo.judging.waiving import COUNTED, MEASURED
from gonogo.model import Criterion, ExitCode, Judgement, Priority, Ruling, Severity, Upgrade, Waiver
from gonogo.model.errors import UsageError
from gonogo.store import RunFolder


def waive_command(
    run_folder: Annotated[
        Path | None, typer.Argument(help="The run whose result is accepted, such as reports/latest.")
    ] = None,
    criterion: Annotated[str, typer.Option(help="The criterion that is not met.")] = "",
    finding: Annotated[str, typer.Option(help="Or one difference or finding, by its key.")] = "",
    owner: Annotated[str, typer.Option(help="Who lives with it and sees it through.")] = "",
    approver: Annotated[str, typer.Option(help="Who agreed to it; somebody else.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is accepted.")] = "",
    expires: Annotated[str, typer.Option(help="Last day (2026-12-31), or moment with offset.")] = "",
    up_to: Annotated[
        float | None, typer.Option(help="For a measured criterion: the limit accepted instead.")
    ] = None,
    covers: Annotated[
        list[str] | None, typer.Option(help="A key it covers; taken from RUN if not given; may be repeated.")
    ] = None,
    candidate: Annotated[
        str, typer.Option(help="The candidate version; taken from RUN or gonogo.toml if not given.")
    ] = "",
    waiver_id: Annotated[str, typer.Option("--id", help="Its id; W-001 and so on if not given.")] = "",
    root: Annotated[Path, typer.Option("-C", help="The project folder (holds gonogo.toml).")] = Path(),
) -> int:
    """Accept what is not met, by name and until a day: adds a waiver to waivers.toml."""
    upgrade = load_project(root).upgrade
    folder = RunFolder.open(run_folder) if run_folder else None
    if bool(criterion) == bool(finding):
        raise UsageError("Name one --criterion or one --finding to accept.", remedy=_choices(folder))
    _need(owner=owner, approver=approver, reason=reason, expires=expires)
    known = _criterion(upgrade, criterion) if criterion else None
    if known is not None and known.kind in MEASURED and up_to is None:
        raise UsageError(
            f"{known.id} measures; say which limit is accepted instead of {known.limit:g} with --up-to."
        )
    found = _from_run(folder, criterion or finding) if folder else {}
    entry: dict[str, Any] = {
        "id": waiver_id or next_id(upgrade.waivers),
        "criterion": criterion,
        "finding": finding,
        "covers": (covers or list(found.get("covers", ()))) if criterion else None,
        "severity": found.get("severity"),
        "up_to": up_to,
        "candidate_version": candidate or found.get("candidate") or upgrade.candidate.version,
        "owner": owner.strip(),
        "approver": approver.strip(),
        "reason": reason.strip(),
        "starts": SystemClock().now().astimezone(UTC).replace(microsecond=0),
        "expires": _when(expires),
    }
    answer.print(plain(_told(append_waiver(root, entry, upgrade.longest_waiver_days))), markup=False)
    next_step(f"gonogo judge {run_folder or 'RUN'} -C {root}, then gonogo publish {run_folder or 'RUN'}")
    return int(ExitCode.GO)


def _need(**options: str) -> None:
    for name, value in options.items():
        if not value.strip():
            raise UsageError(f"A waiver needs --{name}.", remedy="See docs/how-to/waive.md.")


def _told(waiver: Waiver) -> str:
    count = f"{len(waiver.covers)} {'key' if len(waiver.covers) == 1 else 'keys'}"
    return (
        f"{waiver.id} added to {FILE}: {waiver.scope} ({count}) on version {waiver.candidate_version}, "
        f"owner {waiver.owner}, approved by {waiver.approver}, until {waiver.expires}."
    )


def _criterion(upgrade: Upgrade, name: str) -> Criterion:
    """The criterion to waive. Raises UsageError when there is none, or waiving it would mean nothing."""
    known = {criterion.id: criterion for criterion in upgrade.criteria}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"There is no criterion called {name!r}.",
            remedy=f"Did you mean {near[0]}?" if near else f"Criteria: {', '.join(sorted(known))}.",
        )
    criterion = known[name]
    if criterion.kind not in COUNTED | MEASURED:
        raise UsageError(
            f"{name} is about whether there is evidence, and that cannot be waived.",
            remedy="Run what did not run.",
        )
    if criterion.priority is Priority.COULD:
        raise UsageError(f"{name} is a could-have; it holds nothing up and needs no waiver.")
    return criterion


def _from_run(folder: RunFolder, scope: str) -> dict[str, Any]:
    """What the run says about the scope: candidate version, keys, worst severity.

    Raises:
        UsageError: the run has nothing there that could be waived.
    """
    verdict = folder.read_verdict()
    concerned = [j for j in verdict.judgements if j.criterion == scope or scope in j.evidence]
    if not concerned:
        raise UsageError(f"{scope!r} is nothing that this run found.", remedy=_choices(folder))
    waivable = [j for j in concerned if j.ruling in (Ruling.NOT_MET, Ruling.WAIVED)]
    if not waivable:
        judged = concerned[0]
        if judged.ruling is Ruling.INCONCLUSIVE:
            raise UsageError(
                f"{judged.criterion} was not shown, and what was not shown cannot be waived: {judged.reason}",
                remedy="Run what did not run.",
            )
        raise UsageError(f"{judged.criterion} is met; there is nothing to waive.")
    keys = waivable[0].evidence if waivable[0].criterion == scope else (scope,)
    severities = [
        Severity(d.severity) for d in verdict.differences if d.key in keys and d.severity in set(Severity)
    ]
    worst = min(severities, key=lambda severity: severity.rank, default=None)
    return {
        "candidate": verdict.upgrade.to_version,
        "covers": keys,
        "severity": worst.value if worst else None,
    }


def _choices(folder: RunFolder | None) -> str:
    if folder is None:
        return "Such as: gonogo waive reports/latest --criterion uat.should_regressed_max"
    open_now = [j for j in folder.read_verdict().judgements if _can_be_waived(j)]
    if not open_now:
        return "Nothing in this run can be waived."
    return "Not met in this run: " + ", ".join(j.criterion for j in open_now) + "."


def _can_be_waived(judgement: Judgement) -> bool:
    return judgement.ruling is Ruling.NOT_MET and judgement.priority is not Priority.COULD


def _when(text: str) -> date | datetime:
    """A day, or a moment with its offset. Raises UsageError when it is neither."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is neither a day nor a moment.", remedy="Such as: --expires 2026-12-31"
        ) from None
