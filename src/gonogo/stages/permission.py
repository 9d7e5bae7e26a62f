"""Whether a target may be loaded or actively scanned. Deny by default; there is no override."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from gonogo.clock import is_past
from gonogo.model import Activity, Target, TargetClass

_WORD = {Activity.LOAD: "Load testing", Activity.ACTIVE_SCAN: "Active scanning"}


def refusal(target: Target, url: str, activity: Activity, today: date) -> str | None:
    """Why an activity may not start on a target, or None when it may.

    The rules, in order: the target's class must be declared and not `live`; the owner must allow the
    activity; somebody must have authorised it, for this host, and the authorisation must not have
    run out; the address must be plain http(s) without credentials.

    Args:
        url: the address the activity would go to.
        today: the day of the run.
    """
    what = _WORD[activity]
    name = f"the {target.side.value} target"
    match target.target_class:
        case None:
            return f'{what} refused: {name} declares no class. Declare class = "test" (or lab, staging).'
        case TargetClass.LIVE:
            return f'{what} refused: {name} is class "live". This is never allowed on a live system.'
        case TargetClass.LAB | TargetClass.TEST | TargetClass.STAGING:
            pass
    if activity not in target.allows:
        return f'{what} refused: {name} does not allow it. Its owner must add "{activity.value}" to `allows`.'
    return _address_refusal(url, what, name) or _authorisation_refusal(target, url, what, name, today)


def _address_refusal(url: str, what: str, name: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{what} refused: the address of {name} is not an http or https address."
    if parts.username or parts.password:
        return f"{what} refused: the address of {name} holds a user name or password; remove them."
    return None


def _authorisation_refusal(target: Target, url: str, what: str, name: str, today: date) -> str | None:
    authorisation = target.authorisation
    if authorisation is None or not authorisation.by.strip():
        return f"{what} refused: nobody authorised it. Fill in [{target.side.value}.authorisation]."
    try:
        is_expired = is_past(authorisation.until, today)
    except ValueError:
        return f"{what} refused: `until` of the authorisation is not a date (YYYY-MM-DD)."
    if is_expired:
        return f"{what} refused: the authorisation of {name} ran out on {authorisation.until}."
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    covered = {entry.lower() for entry in authorisation.hosts}
    if host not in covered and f"{host}:{parts.port}" not in covered:
        listed = ", ".join(sorted(covered)) or "none"
        return f"{what} refused: {host} is not among the authorised hosts ({listed})."
    return None
