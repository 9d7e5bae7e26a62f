"""The rules on answers: number, severity, words. What breaks them is in `passive_checks`.

They bear the numbers that OWASP ZAP gives them, so that findings of both unite under one name; severities follow
ZAP's, with two exceptions, stated where they stand.
"""

from __future__ import annotations

from typing import NamedTuple

from gonogo.model import Severity


class Rule(NamedTuple):
    """What one rule means; `is_site_wide` when it speaks of the site as a whole, not of one page."""

    severity: Severity
    title: str
    remedy: str
    is_site_wide: bool = True


RULES: dict[str, Rule] = {
    "10038": Rule(
        Severity.MEDIUM,
        "Pages are sent without a Content-Security-Policy",
        "Send a Content-Security-Policy header: it is what keeps injected scripts from running.",
    ),
    "10055": Rule(
        Severity.MEDIUM,
        "The Content-Security-Policy allows scripts it should stop",
        "Take 'unsafe-inline', 'unsafe-eval' and * out of script-src and default-src.",
    ),
    "10020": Rule(
        Severity.MEDIUM,
        "Pages can be shown inside another site's page (clickjacking)",
        "Send X-Frame-Options: DENY, or frame-ancestors in the Content-Security-Policy.",
    ),
    "10021": Rule(
        Severity.LOW,
        "Browsers may guess the type of what they are sent",
        "Send X-Content-Type-Options: nosniff.",
    ),
    "10035": Rule(
        Severity.LOW,
        "Browsers are not told to use https only",
        "Send Strict-Transport-Security on https answers.",
    ),
    "10063": Rule(
        Severity.LOW,
        "Pages do not say which device features they may use",
        "Send a Permissions-Policy header.",
    ),
    "referrer-policy": Rule(
        Severity.LOW,
        "Addresses of pages are passed on to other sites",
        "Send a Referrer-Policy header.",
    ),
    # ZAP calls banners low. A version shown is a hint to an attacker, not a hole, and it rightly changes
    # with every upgrade; as information it is listed and holds nothing up.
    "10036": Rule(
        Severity.INFO, "The Server header states a version", "Leave the version out of the Server header."
    ),
    "10037": Rule(
        Severity.INFO, "An X-Powered-By header states what the system is made with", "Leave the header out."
    ),
    "10010": Rule(Severity.LOW, "Scripts can read a cookie", "Set HttpOnly on the cookie."),
    "10011": Rule(
        Severity.LOW, "A cookie of an https site may be sent unencrypted", "Set Secure on the cookie."
    ),
    "10054": Rule(
        Severity.LOW,
        "Other sites' pages can send a cookie along",
        "Set SameSite=Lax or Strict on the cookie.",
    ),
    "10040": Rule(
        Severity.MEDIUM,
        "An https page loads parts unencrypted (mixed content)",
        "Load every part over https.",
        is_site_wide=False,
    ),
    "10017": Rule(
        Severity.LOW,
        "A page runs a script from another site",
        "Serve the script from the system itself.",
        is_site_wide=False,
    ),
    "90003": Rule(
        Severity.MEDIUM,
        "A script from another site is not checked for changes",
        "Add an integrity attribute to the script.",
        is_site_wide=False,
    ),
    "10003": Rule(
        Severity.MEDIUM,
        "A script library with publicly known faults is in use",
        "Bring the library up to the version named, or ask the vendor when it will be.",
    ),
    "10098": Rule(
        Severity.MEDIUM,
        "Any other site may read the answers (CORS)",
        "Name the allowed origins in Access-Control-Allow-Origin instead of *.",
    ),
    "10202": Rule(
        Severity.MEDIUM,
        "A form is sent without a token against forgery (CSRF)",
        "Give the form a hidden field with a random value of the session.",
        is_site_wide=False,
    ),
    # ZAP splits this by what leaks (10023, 90022); one name is enough for a page that shows its insides.
    "90022": Rule(
        Severity.MEDIUM,
        "A page shows an error with the system's insides",
        "Show a plain error page; write the rest to the log.",
        is_site_wide=False,
    ),
    "10033": Rule(
        Severity.MEDIUM,
        "A folder's list of files is open",
        "Switch directory listings off.",
        is_site_wide=False,
    ),
}

RULE_IDS = tuple(RULES)
"""Every rule that is applied, to be recorded with the evidence."""


def is_site_wide(rule: str) -> bool:
    """Whether a rule (`zap:10038`) speaks of the site as a whole, not of one page."""
    known = RULES.get(rule.removeprefix("zap:"))
    return known is not None and known.is_site_wide
