"""What a scanner's finding means for people, and what it means for the work when quality gets worse."""

from __future__ import annotations

import re

from gonogo.model import Difference, Discipline

# Looked for in the rule and title, in this order; the first that is found explains the finding.
_RUNS_COMMANDS = "Somebody could make the server run commands of their own."
_SECURITY: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("xss", "cross-site script", "cross site script", "foreign script", "template does not escape"),
        "Somebody could make a colleague's browser act in their name, by sending them a link.",
    ),
    (
        ("csrf", "cross-site request", "cross site request"),
        "Another site could send orders to the system in a colleague's name.",
    ),
    (("sql", "sqli"), "Somebody could read or change records that they have no right to."),
    (("command", "shell", "subprocess", "exec", "eval"), _RUNS_COMMANDS),
    (("foreign code", "code injection", "pickle", "unpickle", "deseriali", "yaml"), _RUNS_COMMANDS),
    (
        ("traversal", "file inclusion", "local file", "backup file", "dangerous file"),
        "Somebody could read files on the server.",
    ),
    (("xxe", "external entit", "xml"), "A prepared file could make the server give away other files."),
    (
        ("csp", "content-security-policy", "content security", "script from another site"),
        "Browsers lose a safety net against injected code.",
    ),
    (
        ("clickjack", "x-frame", "inside another site"),
        "Another site could trick staff into clicking what they do not see.",
    ),
    (("samesite", "httponly", "cookie"), "A colleague's sign-in could be taken over more easily."),
    (
        ("session", "signing out", "sign out", "sign-out"),
        "A sign-in could go on to work when it should have ended.",
    ),
    (
        ("password", "secret", "hardcoded", "hard-coded", "credential"),
        "A password could be read by others.",
    ),
    (("redirect",), "A link to our system could lead staff to a site that only looks like it."),
    (
        ("hsts", "https", "strict-transport", "tls", "ssl", "certificate", "unencrypted", "encryption"),
        "What is sent could be read on its way.",
    ),
    (("md5", "sha1", "sha-1", "hash", "cipher", "crypto"), "Protected information could be worked out."),
    (("random",), "Something meant to be secret could be guessed."),
    (
        ("disclosure", "banner", "states", "debug", "stack trace", "server error", "internal server"),
        "Strangers learn how the system is built, or where it is weak.",
    ),
    (
        ("mime", "content-type", "nosniff", "type of what"),
        "A file could be taken for something else by a browser.",
    ),
    (("addresses of pages", "referrer"), "Other sites learn which pages our staff had open."),
    (("device features", "permissions-policy"), "Browsers lose a safety net against injected code."),
    (("upload", "archive"), "A harmful file could be placed in the system."),
    (("temporary file", "permissions that let"), "Others with access to the server could change a file."),
    (("other programs", "url open", "audit url"), "The code relies on what is outside it."),
    (("error is swallowed",), "A fault could go unnoticed."),
    (("known faults", "vulnerable", "outdated"), "Anybody can read up how to attack it."),
    (("network interface",), "More computers can reach a service than need to."),
    (
        ("timeout", "time limit", "denial", "resource", "slow to answer"),
        "The system could be brought to a halt.",
    ),
    (
        ("permission", "access control", "unauthor", "may not", "must not"),
        "Somebody could see or do what they have no right to.",
    ),
)
_SECURITY_DEFAULT = "A scanner reports a known kind of weakness."

_ACCESSIBILITY: tuple[tuple[tuple[str, ...], str], ...] = (
    (("contrast",), "People with weak sight cannot read part of the page."),
    (
        ("label", "name", "aria-input"),
        "People who use a screen reader are not told what a field or button is for.",
    ),
    (("alt", "image"), "People who use a screen reader are not told what a picture shows."),
    (("heading",), "People who use a screen reader cannot find their way by the headings."),
    (
        ("keyboard", "focus", "tabindex", "scrollable"),
        "People who use only the keyboard cannot reach part of the page.",
    ),
    (("lang",), "A screen reader may read the page in the wrong language."),
    (("landmark", "region", "bypass"), "People who use a screen reader cannot jump to the part they need."),
    (("table", "td-", "th-"), "People who use a screen reader cannot tell what a table's figures belong to."),
    (("target-size",), "People with unsteady hands may miss a button."),
    (("viewport", "zoom", "reflow"), "People who enlarge the page cannot use it."),
)
_ACCESSIBILITY_DEFAULT = "Some people will find part of the page hard to use."

CONSEQUENCES: dict[Discipline, str] = {
    Discipline.FUNCTIONAL: "Staff will not be able to do some of the tasks they do today.",
    Discipline.VISUAL: "Staff will see pages that look wrong or are hard to read.",
    Discipline.ACCESSIBILITY: "Some disabled people will find it harder to use, which the law forbids.",
    Discipline.DATA: "Records may be missing or changed after the upgrade.",
    Discipline.MONEY: "Amounts shown to staff and residents may be wrong.",
    Discipline.INTERFACE: "Other systems that exchange information with this one may stop working.",
    Discipline.BATCH: "Work that is done overnight may be left undone without anyone being told.",
    Discipline.REPORT: "Reports, and spreadsheets that rely on them, may be wrong or stop working.",
    Discipline.ACCESS: "Some staff could see or do things that they have no right to.",
    Discipline.PERFORMANCE: "Staff will wait longer for answers.",
    Discipline.SECURITY: "The system will be easier to attack.",
    Discipline.MISSING_PAGE: "Some pages that people rely on are gone.",
    Discipline.LANGUAGE: "Letters or pages may carry wrong or unfinished wording.",
    Discipline.TIME: "Dates or times may be shown or stored wrongly.",
    Discipline.SESSION: "A sign-in may go on to work when it should have ended.",
    Discipline.IDENTITY: "We cannot be sure which version was tested.",
}
"""What it means for people when the upgrade makes a kind of quality worse."""


def meaning_of_finding(difference: Difference) -> str:
    """What a finding means for people, as one sentence; general when its kind is not known."""
    text = f"{difference.key[:300]} {difference.title[:300]}".lower()
    is_accessibility = difference.discipline is Discipline.ACCESSIBILITY
    table = _ACCESSIBILITY if is_accessibility else _SECURITY
    for words, meaning in table:
        if any(_occurs(word, text) for word in words):
            return meaning
    return _ACCESSIBILITY_DEFAULT if is_accessibility else _SECURITY_DEFAULT


def _occurs(word: str, text: str) -> bool:
    """Whether a word begins in the text; a short one must also end there: "exec" is not "executive"."""
    end = r"(?![a-z])" if len(word) <= _SHORT and word.isalnum() else ""
    return re.search(rf"(?<![a-z]){re.escape(word)}{end}", text) is not None


_SHORT = 4
