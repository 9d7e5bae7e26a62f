"""The faults that our own attacks find, in words, and how they become findings."""

from __future__ import annotations

from gonogo.model import Finding, Severity
from gonogo.readers.fingerprints import SHORT, web_fingerprints

MOST_FORMS = 40
"""More forms than this are not tried one by one."""

_TITLES = {
    "zap:40013": (
        "A session keeps its key when somebody signs in, so that a planted key opens it",
        Severity.MEDIUM,
    ),
    "gonogo:sign-out": ("After signing out, the old session still opens pages", Severity.MEDIUM),
    "zap:20012": ("A form is accepted with a token that is not its own", Severity.MEDIUM),
    "zap:20019": ("Signing in can be made to lead on to another site", Severity.MEDIUM),
    "gonogo:signed-out": ("Sending a form signs its sender out", Severity.MEDIUM),
    "gonogo:no-lockout": ("Wrong passwords can be tried without end", Severity.MEDIUM),
}
_REMEDIES = {
    "zap:40013": "Give every session a new key when somebody signs in.",
    "gonogo:sign-out": "End the session on the server when somebody signs out.",
    "zap:20012": "Compare the form's token with the session's on the server, and refuse any other.",
    "zap:20019": "Lead on to pages of the system itself only.",
    "gonogo:signed-out": "Keep the session when a form was taken.",
    "gonogo:no-lockout": "Close an account, or slow its answers down, after a few wrong passwords.",
}


def probe_finding(rule: str, method: str, route: str, who: str, check: str) -> Finding:
    """The finding of a fault of this kind at one place."""
    title, severity = _TITLES[rule]
    prints = web_fingerprints(rule=rule, method=method, route=route, who=who)
    return Finding(
        key=f"security:probe:{prints['L2'][:SHORT]}",
        rule=rule,
        severity=severity,
        title=title,
        where=f"{method} {route}" + (f", {who}" if who else ""),
        detail=f"As ZAP rule {rule.removeprefix('zap:')}." if rule.startswith("zap:") else "",
        remedy=_REMEDIES[rule],
        fingerprints=prints,
        check=check,
    )
