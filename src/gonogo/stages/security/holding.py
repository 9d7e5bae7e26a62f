"""Does a session hold where people work, and end where somebody guesses? Two attacks of our own.

A form that is filled in and taken must not sign its sender out. An account whose password is guessed at
must close, or guessing goes on until it succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gonogo.model import CheckResult, CheckStatus, Finding, SignIn
from gonogo.readers.form_filling import filled_fields
from gonogo.readers.site_map import Place, places_on
from gonogo.stages.security import proofs
from gonogo.stages.security.probed import MOST_FORMS, probe_finding
from gonogo.stages.security.session import Account, Session, sign_in

WRONG_TRIES = 10
"""Wrong passwords after which an account should be closed or slowed down; guidance says 3 to 10."""


def try_filled_forms(
    session: Session,
    how: SignIn,
    account: Account,
    forms: Iterable[Place],
    templates: tuple[str, ...],
    tick: Callable[[], None],
) -> tuple[frozenset[str], int, list[Finding]]:
    """Fill in every form, send it, and see whether its sender is still signed in.

    What is seen once is tried again with a session of its own before it is believed.

    Args:
        session: the scan's session; it is not used, only its like.
        how: how to sign in.
        account: who signs in.
        forms: the forms that post.
        templates: routes to prefer over guessing.
        tick: called before every form; may raise to stop.

    Returns:
        `METHOD /route` of the forms that were sent, how many were taken, and what was found.

    Raises:
        TargetError: the target stopped answering.
        ToolError: the sign-in form is gone.
    """
    findings: list[Finding] = []
    taken, sent = 0, set()
    sender = _signed_in(session, how, account)
    try:
        for place in sorted(forms, key=lambda form: form.pattern)[:MOST_FORMS]:
            tick()
            if sender is None:
                break
            status = _send_filled(sender, place, templates)
            if status is None:
                continue
            sent.add(place.check_route)
            taken += status < 400
            if sender.holds():
                continue
            sender.close()
            again = _signed_in(session, how, account)
            if again is not None and _send_filled(again, place, templates) is not None and not again.holds():
                findings.append(probe_finding("gonogo:signed-out", "POST", place.route, "", proofs.PROBES))
            if again is not None:
                again.close()
            sender = _signed_in(session, how, account)
    finally:
        if sender is not None:
            sender.close()
    return frozenset(sent), taken, findings


def try_wrong_passwords(session: Session, how: SignIn, account: Account) -> tuple[CheckResult, list[Finding]]:
    """Try wrong passwords on an account that is there for it, and see whether the right one still opens it.

    The account may be locked afterwards; nothing of ours unlocks it.

    Args:
        session: the scan's session; it is not used, only its like.
        how: how to sign in.
        account: the account set aside for this.

    Raises:
        TargetError: the target stopped answering.
        ToolError: the sign-in form is gone.
    """
    reason = _try_once(session, how, account)
    if reason:
        message = f"The account set aside for wrong passwords was closed before the first one: {reason}"
        return proofs.result(proofs.LOCKOUT, CheckStatus.BROKEN, message), []
    findings = left_open(session, how, account)
    detail = f"{WRONG_TRIES} wrong passwords were tried on {account.username}, and then the right one."
    return proofs.result(proofs.LOCKOUT, CheckStatus.PASSED, detail=detail), findings


def left_open(session: Session, how: SignIn, account: Account) -> list[Finding]:
    """The finding that an account is still open after many wrong passwords. Raises as the function above."""
    wrong = Account(role=account.role, username=account.username, password=f"{account.password}-not")
    for _ in range(WRONG_TRIES):
        _try_once(session, how, wrong)
    if _try_once(session, how, account):
        return []
    return [probe_finding("gonogo:no-lockout", "POST", how.path, "", proofs.LOCKOUT)]


def _try_once(session: Session, how: SignIn, account: Account) -> str:
    """Why the account could not sign in; empty when it could."""
    fresh = session.stranger()
    try:
        return sign_in(fresh, how, account)
    finally:
        session.secrets.update(fresh.secrets)
        fresh.close()


def _signed_in(session: Session, how: SignIn, account: Account) -> Session | None:
    fresh = session.stranger()
    reason = sign_in(fresh, how, account)
    session.secrets.update(fresh.secrets)
    if reason:
        fresh.close()
        return None
    return fresh


def _send_filled(session: Session, place: Place, templates: tuple[str, ...]) -> int | None:
    """The status a filled form was answered with; None when the form is not there."""
    own = same_form(session, place, templates)
    return session.post(own.target, filled_fields(own.form)).status if own else None


def same_form(session: Session, place: Place, templates: tuple[str, ...]) -> Place | None:
    """The form as this session is shown it, with this session's tokens; None when it is not there."""
    page = session.get(place.found_on or "/")
    found = places_on(page.body, place.found_on or "/", session.origin, templates)
    return next((other for other in found if other.pattern == place.pattern), None)
