"""Attacks of our own that need no scanner: on the session, on forms, and on the way on after signing in.

Each is tried with a session made for it, so that the scan's own session is not at risk, and each compares
two answers of the same system: nothing is taken from what another system would say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from gonogo.model import CheckResult, CheckStatus, Finding, SignIn
from gonogo.readers.answers import Answer
from gonogo.readers.site_map import Place, button_form, form_fields
from gonogo.stages.security import proofs
from gonogo.stages.security.holding import same_form, try_filled_forms
from gonogo.stages.security.probed import MOST_FORMS, probe_finding
from gonogo.stages.security.session import Account, Session, redirect_target, sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsTried:
    """What trying the forms came to; `routes` are those that were really tried."""

    check: CheckResult
    findings: tuple[Finding, ...] = ()
    routes: frozenset[str] = frozenset()


ELSEWHERE = "gonogo.invalid"
"""A host that can never exist (RFC 2606), to see whether the system would send people there."""


def try_session(session: Session, how: SignIn, account: Account) -> tuple[CheckResult, list[Finding]]:
    """Whether signing in renews the session's key and signing out ends it.

    Raises:
        TargetError: the target stopped answering.
        ToolError: the sign-in form is gone.
    """
    fresh = session.stranger()
    try:
        reason = sign_in(fresh, how, account)
        session.secrets.update(fresh.secrets)
        if reason:
            message = f"A second session could not be begun: {reason}"
            return proofs.result(proofs.SESSION, CheckStatus.BROKEN, message), []
        findings = []
        kept = {name: value for name, value in fresh.planted.items() if fresh.cookies.get(name) == value}
        if kept and _opens(session, kept):
            who = ", ".join(sorted(kept))
            findings.append(probe_finding("zap:40013", "POST", how.path, who, proofs.SESSION))
        held = dict(fresh.cookies)
        is_tried = _sign_out(fresh, how)
        if is_tried and _opens(session, held):
            findings.append(probe_finding("gonogo:sign-out", "POST", how.check_path, "", proofs.SESSION))
    finally:
        fresh.close()
    tried = "Signing in and signing out" if is_tried else "Signing in (no way to sign out is declared)"
    detail = f"{tried} were tried with a session of their own."
    return proofs.result(proofs.SESSION, CheckStatus.PASSED, detail=detail), findings


def try_forms(
    session: Session,
    how: SignIn,
    account: Account,
    forms: Iterable[Place],
    templates: tuple[str, ...],
    tick: Callable[[], None],
) -> FormsTried:
    """Send every form empty, with a foreign token and filled in, and sign in with a foreign way on.

    Args:
        session: the scan's session; it is not used, only copied.
        how: how to sign in.
        account: who signs in.
        forms: the forms that post.
        templates: routes to prefer over guessing.
        tick: called before every form; may raise to stop.

    Raises:
        TargetError: the target stopped answering.
        ToolError: the sign-in form is gone.
    """
    other = session.stranger()
    findings = []
    tried: list[str] = []
    chosen = sorted(forms, key=lambda form: form.pattern)[:MOST_FORMS]
    try:
        reason = sign_in(other, how, account)
        session.secrets.update(other.secrets)
        if reason:
            message = f"A session to try forms with could not be begun: {reason}"
            return FormsTried(check=proofs.result(proofs.PROBES, CheckStatus.BROKEN, message))
        for place in chosen:
            tick()
            is_unprotected = _accepts_foreign_token(other, place, templates)
            if is_unprotected is not None:
                tried.append(place.check_route)
            if is_unprotected:
                findings.append(probe_finding("zap:20012", "POST", place.route, "", proofs.PROBES))
        who = _leads_elsewhere(session, how, account)
        if who:
            findings.append(probe_finding("zap:20019", "POST", how.path, who, proofs.PROBES))
    finally:
        other.close()
    filled, taken, lost = try_filled_forms(session, how, account, chosen, templates, tick)
    detail = (
        f"{len(tried)} forms were sent with a foreign token, {taken} were filled in and taken, and signing in "
        "was tried with a foreign address to go to."
    )
    return FormsTried(
        check=proofs.result(proofs.PROBES, CheckStatus.PASSED, detail=detail),
        findings=(*findings, *lost),
        routes=filled.union(tried),
    )


def _accepts_foreign_token(session: Session, place: Place, templates: tuple[str, ...]) -> bool | None:
    """Whether a form is taken with a token of nobody's. None when that cannot be told.

    The fields are left empty, so that a sound form refuses both requests, but each in its own words.
    """
    own = same_form(session, place, templates)
    fields, tokens = form_fields(own.form) if own else ({}, ())
    if own is None or not tokens:
        return None  # a form without any token is a finding of the passive rules
    control = session.post(own.target, fields)
    if control.status >= 400 and control.status != 422:
        return None
    forged = {**fields, **{name: "0" * len(fields[name]) for name in tokens}}
    answer = session.post(own.target, forged)
    if not session.holds():
        return False  # it ended the session over it: protected, and how
    return answer.status == control.status and _alike(answer, control, fields, forged)


def _alike(one: Answer, two: Answer, *fields: Mapping[str, str]) -> bool:
    values = sorted(
        {value for sent in fields for value in sent.values() if len(value) >= 8}, key=len, reverse=True
    )

    def plain(answer: Answer) -> str:
        text = (answer.header("location") or "") + answer.body
        for value in values:
            text = text.replace(value, "")
        return re.sub(r"\d+", "", text)

    return plain(one) == plain(two)


def _leads_elsewhere(session: Session, how: SignIn, account: Account) -> str:
    """The parameter by which signing in can be made to lead to another site; empty when there is none."""
    asked = session.stranger()
    try:
        onward = redirect_target(session.origin, how.check_path, asked.get(how.check_path))
    finally:
        asked.close()
    parts = urlsplit(onward or "")
    for name, value in parse_qsl(parts.query):
        if not value.startswith(("/", session.origin)):
            continue
        for payload in (f"https://{ELSEWHERE}/", f"//{ELSEWHERE}/"):
            changed = [(n, payload if n == name else v) for n, v in parse_qsl(parts.query)]
            if _goes_to_elsewhere(session, how, account, f"{parts.path}?{urlencode(changed)}"):
                return name
    return ""


def _goes_to_elsewhere(session: Session, how: SignIn, account: Account, path: str) -> bool:
    fresh = session.stranger()
    try:
        answer = fresh.send_sign_in(how, account, path)
        session.secrets.update(fresh.secrets)
    finally:
        fresh.close()
    host = urlsplit(answer.header("location") or "").hostname or ""
    return answer.status in (301, 302, 303, 307, 308) and host == ELSEWHERE


def _sign_out(session: Session, how: SignIn) -> bool:
    """Sign out as declared. Whether there was a way to."""
    if how.sign_out_path:
        session.get(how.sign_out_path)
        return True
    if not how.sign_out_button:
        return False
    page = session.get(how.check_path)
    form = button_form(page.body, how.check_path, session.origin, how.sign_out_button)
    if form is None:
        return False
    fields, _ = form_fields(form.form)
    session.post(form.target, fields)
    return True


def _opens(session: Session, cookies: Mapping[str, str]) -> bool:
    """Whether these cookies alone make a signed-in user."""
    bearer = session.stranger()
    bearer.cookies.update(cookies)
    try:
        return bearer.holds()
    finally:
        bearer.close()
