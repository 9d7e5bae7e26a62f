"""Looking for known findings once more, at their own places: in answers, by our own attacks, by the scanner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gonogo.model import Finding, SignIn
from gonogo.model.errors import ToolError
from gonogo.readers.answers import Answer
from gonogo.readers.fingerprints import route_of
from gonogo.readers.passive import read_passive
from gonogo.readers.site_map import Place
from gonogo.stages.security import probing, proofs
from gonogo.stages.security.attacking import Attack, carry_out
from gonogo.stages.security.engine import Engine
from gonogo.stages.security.holding import left_open
from gonogo.stages.security.session import Account, Session, sign_in

LOOK_S = 180.0
"""Seconds a scanner may take to look again for a handful of findings."""

_STORED = frozenset({"zap:40014", "zap:40016", "zap:40017"})
"""ZAP's rules on what is stored on one page and shown on another."""

_OUR_OWN = (proofs.PASSIVE, proofs.SESSION, proofs.PROBES, proofs.LOCKOUT)


def is_scanners(finding: Finding) -> bool:
    """Whether the scanner found it, not a rule or an attack of our own."""
    return finding.check not in _OUR_OWN and not finding.key.startswith(
        ("security:bandit:", "security:package:")
    )


def answers_again(
    session: Session,
    suspects: Sequence[Finding],
    how: SignIn | None,
    account: Account | None,
    templates: tuple[str, ...],
) -> list[Finding]:
    """Ask again for the pages that showed a fault, sign in again, and apply the passive rules.

    Raises:
        TargetError: the target does not answer.
        ToolError: the sign-in form is gone.
    """
    wanted = [finding for finding in suspects if finding.check == proofs.PASSIVE]
    if not wanted:
        return []
    routes = {finding.where.partition(" and ")[0] for finding in wanted}
    paths = sorted(
        {
            answer.path
            for answer in session.answers
            if answer.method == "GET" and route_of(answer.path, templates) in routes
        }
    )
    first = {route_of(path, templates): path for path in reversed(paths)}
    answers: list[Answer] = [session.get(path) for path in sorted(first.values())]
    if how is not None and account is not None:
        fresh = session.stranger()
        try:
            sign_in(fresh, how, account)
        finally:
            session.secrets.update(fresh.secrets)
            fresh.close()
        answers += fresh.answers
    return list(read_passive(answers, templates))


def probes_again(
    session: Session,
    suspects: Sequence[Finding],
    accounts: tuple[SignIn, Account, Account | None] | None,
    forms: Iterable[Place],
    templates: tuple[str, ...],
    tick: Callable[[], None],
) -> list[Finding]:
    """Carry out those of our own attacks that found something, on those forms alone.

    Args:
        accounts: how to sign in, who does, and the account set aside for wrong passwords.

    Raises:
        TargetError: the target does not answer.
        ToolError: it could not be tried.
    """
    checks = {finding.check for finding in suspects} & {proofs.SESSION, proofs.PROBES, proofs.LOCKOUT}
    if not checks:
        return []
    if accounts is None:
        raise ToolError("There is nobody to sign in as.")
    how, account, spare = accounts
    found: list[Finding] = []
    if proofs.SESSION in checks:
        check, findings = probing.try_session(session, how, account)
        _refuse_when("" if check.status.is_evidence else check.message)
        found += findings
    if proofs.PROBES in checks:
        places = {finding.where.partition(",")[0] for finding in suspects if finding.check == proofs.PROBES}
        tried = probing.try_forms(
            session, how, account, [form for form in forms if form.check_route in places], templates, tick
        )
        _refuse_when("" if tried.check.status.is_evidence else tried.check.message)
        found += tried.findings
    if proofs.LOCKOUT in checks and spare is not None:
        # Where the first look closed the account it is closed still: the right password tells.
        found += left_open(session, how, spare)
    return found


def scanner_again(
    attack: Attack,
    places: Mapping[str, Place],
    suspects: Sequence[Finding],
    engine: Engine | None,
    number: int,
) -> list[Finding]:
    """Send the scanner to the places of its findings once more.

    Args:
        attack: as the first scan was, with every place.
        places: every place of this side.
        suspects: what to look for.
        engine: the scanner.
        number: which look it is; raw files go into a folder of that number.

    Returns:
        What it found; nothing when this side has no such place.

    Raises:
        ToolError: the scan proves nothing.
        Interrupted: the run is to stop.
    """
    wanted = [finding for finding in suspects if is_scanners(finding)]
    if not wanted:
        return []
    if engine is None:
        raise ToolError("There is no scanner any more.")
    routes = {finding.where.partition(",")[0] for finding in wanted}
    # What is stored on one page shows on another, so all of them are needed to see it.
    is_stored = any("stored" in finding.rule or finding.rule in _STORED for finding in wanted)
    chosen = {pattern: place for pattern, place in places.items() if is_stored or _is_at(place, routes)}
    if not any(_is_at(place, routes) for place in chosen.values()):
        return []
    raw = attack.raw / f"again-{number}"
    raw.mkdir(parents=True, exist_ok=True)
    evidence, scan = carry_out(_narrowed(attack, chosen, wanted, raw), engine)
    problems = [*scan.problems, evidence.watch_problem, evidence.end_problem]
    if evidence.passage.requests == 0:
        problems.append("the scanner sent not a single request")
    _refuse_when("; ".join(filter(None, problems)))
    return list(scan.findings)


def _narrowed(attack: Attack, places: Mapping[str, Place], wanted: Sequence[Finding], raw: Path) -> Attack:
    return replace(
        attack,
        places=places,
        plan="",
        rules=tuple(sorted({finding.rule for finding in wanted})),
        raw=raw,
        time_limit_s=min(attack.time_limit_s, LOOK_S),
    )


def _is_at(place: Place, routes: set[str]) -> bool:
    # A form that is sent by GET is at the place of its page; the scanner names it by method and path.
    return place.check_route in routes or f"{place.method} {place.path}" in routes


def _refuse_when(reason: str) -> None:
    """Raise ToolError with the reason why a look was none; an empty one lets it pass."""
    if reason:
        raise ToolError(f"{reason.rstrip('.')}.")
