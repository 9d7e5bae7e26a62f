"""Faults that show in what a site answers anyway: headers, cookies, banners, mixed content, form tokens.

No attack is needed and nothing is guessed: the same answers give the same findings. Rules bear the numbers
that OWASP ZAP gives them, so that findings of both unite under one name; severities follow ZAP's, with two
exceptions, stated where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from gonogo.model import Finding, Record, Severity
from gonogo.readers.fingerprints import SHORT, route_of, web_fingerprints
from gonogo.readers.libraries import known_faults
from gonogo.readers.site_map import TOKEN_NAME

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CHECK = "security:passive"
ERRORS_SHOWN = "zap:90022"
"""The rule that looks at error pages; every other one can only judge a page that was shown."""


class Seen(NamedTuple):
    """One rule broken by one answer; `who` is the header, cookie or element at fault."""

    rule: str
    who: str
    detail: str = ""
    severity: Severity | None = None


class Answer(Record, frozen=True, kw_only=True):
    """One recorded answer.

    Attributes:
        path: of the request, without query.
        headers: names in lower case, in the order received; a name may come twice.
        is_secure: whether it came over https.
        netloc: the target's own host and port; what is loaded from there comes from no other site.
        body: its text; empty for what is no text.
        faults: what the rules on bodies found while there was a body; None when it is still at hand.
    """

    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    is_secure: bool
    netloc: str = ""
    body: str = ""
    faults: tuple[Seen, ...] | None = None

    def header(self, name: str) -> str | None:
        """The values of a header, joined with commas; None when it is not there."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML page that was found."""
        return self.status < 300 and (self.header("content-type") or "").startswith("text/html")


class Sighting(NamedTuple):
    """An answer of one kind: what was asked for, by method and route, and its status."""

    method: str
    route: str
    status: int


class _Rule(NamedTuple):
    severity: Severity
    title: str
    remedy: str
    is_site_wide: bool = True


_RULES: dict[str, _Rule] = {
    "10038": _Rule(
        Severity.MEDIUM,
        "Pages are sent without a Content-Security-Policy",
        "Send a Content-Security-Policy header: it is what keeps injected scripts from running.",
    ),
    "10055": _Rule(
        Severity.MEDIUM,
        "The Content-Security-Policy allows scripts it should stop",
        "Take 'unsafe-inline', 'unsafe-eval' and * out of script-src and default-src.",
    ),
    "10020": _Rule(
        Severity.MEDIUM,
        "Pages can be shown inside another site's page (clickjacking)",
        "Send X-Frame-Options: DENY, or frame-ancestors in the Content-Security-Policy.",
    ),
    "10021": _Rule(
        Severity.LOW,
        "Browsers may guess the type of what they are sent",
        "Send X-Content-Type-Options: nosniff.",
    ),
    "10035": _Rule(
        Severity.LOW,
        "Browsers are not told to use https only",
        "Send Strict-Transport-Security on https answers.",
    ),
    "10063": _Rule(
        Severity.LOW,
        "Pages do not say which device features they may use",
        "Send a Permissions-Policy header.",
    ),
    "referrer-policy": _Rule(
        Severity.LOW,
        "Addresses of pages are passed on to other sites",
        "Send a Referrer-Policy header.",
    ),
    # ZAP calls banners low. A version shown is a hint to an attacker, not a hole, and it rightly changes
    # with every upgrade; as information it is listed and holds nothing up.
    "10036": _Rule(
        Severity.INFO, "The Server header states a version", "Leave the version out of the Server header."
    ),
    "10037": _Rule(
        Severity.INFO, "An X-Powered-By header states what the system is made with", "Leave the header out."
    ),
    "10010": _Rule(Severity.LOW, "Scripts can read a cookie", "Set HttpOnly on the cookie."),
    "10011": _Rule(
        Severity.LOW, "A cookie of an https site may be sent unencrypted", "Set Secure on the cookie."
    ),
    "10054": _Rule(
        Severity.LOW,
        "Other sites' pages can send a cookie along",
        "Set SameSite=Lax or Strict on the cookie.",
    ),
    "10040": _Rule(
        Severity.MEDIUM,
        "An https page loads parts unencrypted (mixed content)",
        "Load every part over https.",
        is_site_wide=False,
    ),
    "10017": _Rule(
        Severity.LOW,
        "A page runs a script from another site",
        "Serve the script from the system itself.",
        is_site_wide=False,
    ),
    "90003": _Rule(
        Severity.MEDIUM,
        "A script from another site is not checked for changes",
        "Add an integrity attribute to the script.",
        is_site_wide=False,
    ),
    "10003": _Rule(
        Severity.MEDIUM,
        "A script library with publicly known faults is in use",
        "Bring the library up to the version named, or ask the vendor when it will be.",
    ),
    "10098": _Rule(
        Severity.MEDIUM,
        "Any other site may read the answers (CORS)",
        "Name the allowed origins in Access-Control-Allow-Origin instead of *.",
    ),
    "10202": _Rule(
        Severity.MEDIUM,
        "A form is sent without a token against forgery (CSRF)",
        "Give the form a hidden field with a random value of the session.",
        is_site_wide=False,
    ),
    # ZAP splits this by what leaks (10023, 90022); one name is enough for a page that shows its insides.
    "90022": _Rule(
        Severity.MEDIUM,
        "A page shows an error with the system's insides",
        "Show a plain error page; write the rest to the log.",
        is_site_wide=False,
    ),
    "10033": _Rule(
        Severity.MEDIUM,
        "A folder's list of files is open",
        "Switch directory listings off.",
        is_site_wide=False,
    ),
}


def is_site_wide(rule: str) -> bool:
    """Whether a rule (`zap:10038`) speaks of the site as a whole, not of one page."""
    known = _RULES.get(rule.removeprefix("zap:"))
    return known is not None and known.is_site_wide


RULE_IDS = tuple(_RULES)
"""Every rule that is applied, to be recorded with the evidence."""

_ERROR_SHOWN = re.compile(
    r"Traceback \(most recent call last\)|ORA-\d{5}:|java\.lang\.\w+Exception|at [\w.$]+\([\w.]+\.java:\d+\)"
    r"|Microsoft OLE DB Provider|SQLSTATE\[|sqlite3\.\w+Error|System\.\w+Exception:|Werkzeug Debugger"
)
_VERSION = re.compile(r"\d+\.\d+")


def read_passive(answers: Iterable[Answer], templates: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Apply every rule to every answer.

    Args:
        answers: what one side answered, in any order.
        templates: routes to prefer over guessing.

    Returns:
        One finding for each rule and culprit (site-wide rules), or each rule, culprit and route (the
        others), sorted by key. `count` is the number of routes; it follows the number of pages looked
        at, so a higher one does not mean that the fault spread.
    """
    routes = tuple(templates)
    found: dict[str, tuple[Seen, Answer, set[str]]] = {}
    for answer, route, seen in _faults(answers, routes):
        entry = found.setdefault(_identity(seen, answer, route), (seen, answer, set()))
        entry[2].add(route)
    return tuple(
        _finding(key, seen, answer, places, routes) for key, (seen, answer, places) in sorted(found.items())
    )


def sightings(answers: Iterable[Answer], templates: Iterable[str] = ()) -> dict[str, frozenset[Sighting]]:
    """Where each finding that `read_passive` gives of these answers was seen, by the finding's key."""
    found: dict[str, set[Sighting]] = {}
    for answer, route, seen in _faults(answers, tuple(templates)):
        places = found.setdefault(_key(_identity(seen, answer, route)), set())
        places.add(Sighting(answer.method, route, answer.status))
    return {key: frozenset(places) for key, places in found.items()}


def body_faults(answer: Answer) -> tuple[Seen, ...]:
    """What the rules that need the body find in it, so that the body need not be kept."""
    return tuple(seen for check in _BODY_CHECKS for seen in check(answer))


def _faults(answers: Iterable[Answer], templates: tuple[str, ...]) -> Iterator[tuple[Answer, str, Seen]]:
    for answer in sorted(answers, key=lambda a: (a.path, a.method, a.status)):
        route = route_of(answer.path, templates)
        for check in _HEADER_CHECKS:
            for seen in check(answer):
                yield answer, route, seen
        for seen in body_faults(answer) if answer.faults is None else answer.faults:
            if seen.rule in _RULES:
                yield answer, route, seen


def _identity(seen: Seen, answer: Answer, route: str) -> str:
    return _fingerprints(seen, answer, route)["L3" if _RULES[seen.rule].is_site_wide else "L2"]


def _key(print_: str) -> str:
    return f"security:passive:{print_[:SHORT]}"


def _fingerprints(seen: Seen, answer: Answer, route: str) -> dict[str, str]:
    return web_fingerprints(rule=f"zap:{seen.rule}", method=answer.method, route=route, who=seen.who)


def _finding(
    print_: str, seen: Seen, answer: Answer, places: set[str], templates: tuple[str, ...]
) -> Finding:
    rule = _RULES[seen.rule]
    first = min(places)
    where = first if len(places) == 1 else f"{first} and {len(places) - 1} more"
    return Finding(
        key=_key(print_),
        rule=f"zap:{seen.rule}",
        severity=seen.severity or rule.severity,
        title=rule.title,
        where=where,
        detail=f"{seen.detail} (as ZAP rule {seen.rule})" if seen.detail else f"As ZAP rule {seen.rule}.",
        remedy=rule.remedy,
        count=len(places),
        fingerprints=_fingerprints(seen, answer, route_of(answer.path, templates)),
        check=CHECK,
    )


def _policy(answer: Answer) -> Iterator[Seen]:
    if not answer.is_page:
        return
    policy = answer.header("content-security-policy")
    if policy is None:
        yield Seen("10038", "content-security-policy", "The header is missing.")
    else:
        yield from _weak_policy(policy)
    if answer.header("x-frame-options") is None and "frame-ancestors" not in (policy or ""):
        yield Seen(
            "10020", "x-frame-options", "X-Frame-Options is missing, and no frame-ancestors stands for it."
        )
    if answer.header("permissions-policy") is None:
        yield Seen("10063", "permissions-policy", "The header is missing.")


def _referrer(answer: Answer) -> Iterator[Seen]:
    is_said = answer.header("referrer-policy") is not None or _has_meta_referrer(answer.body)
    if answer.is_page and not is_said:
        yield Seen("referrer-policy", "referrer-policy", "The header is missing.")


def _weak_policy(policy: str) -> Iterator[Seen]:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), [word.lower() for word in words[1:]])
    scripts = directives.get("script-src", directives.get("default-src"))
    if scripts is None:
        yield Seen("10055", "script-src", "Neither script-src nor default-src is given.")
        return
    is_strict = any(word.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for word in scripts)
    for word in ("*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "data:"):
        if word in scripts and not (word == "'unsafe-inline'" and is_strict):
            yield Seen("10055", f"script-src {word}", f"script-src allows {word}.")


def _types(answer: Answer) -> Iterator[Seen]:
    has_body = answer.status < 300 and answer.header("content-type") is not None
    if has_body and (answer.header("x-content-type-options") or "").strip().lower() != "nosniff":
        yield Seen("10021", "x-content-type-options", "X-Content-Type-Options: nosniff is missing.")
    if answer.is_secure and answer.header("strict-transport-security") is None:
        yield Seen("10035", "strict-transport-security", "The header is missing.")
    if (answer.header("access-control-allow-origin") or "").strip() == "*":
        yield Seen("10098", "access-control-allow-origin", "Access-Control-Allow-Origin is *.")


def _banners(answer: Answer) -> Iterator[Seen]:
    if _VERSION.search(answer.header("server") or ""):
        yield Seen("10036", "server", "The Server header holds a version number.")
    if answer.header("x-powered-by") is not None:
        yield Seen("10037", "x-powered-by", "The header is there.")


def _cookies(answer: Answer) -> Iterator[Seen]:
    for line in (value for name, value in answer.headers if name == "set-cookie"):
        try:
            jar = SimpleCookie(line)
        except CookieError:
            continue
        for name, cookie in jar.items():
            if not cookie.value or cookie["max-age"] == "0":
                continue  # a cookie that is being taken away
            if not cookie["httponly"]:
                yield Seen("10010", name, f"The cookie {name} has no HttpOnly.")
            if answer.is_secure and not cookie["secure"]:
                yield Seen("10011", name, f"The cookie {name} has no Secure.")
            if cookie["samesite"].lower() not in ("lax", "strict"):
                yield Seen("10054", name, f"The cookie {name} has no SameSite=Lax or Strict.")


def _contents(answer: Answer) -> Iterator[Seen]:
    document = _document(answer)
    if document is None:
        return
    for source in document.xpath("//script/@src"):
        parts = urlsplit(str(source))
        if answer.is_secure and parts.scheme == "http":
            yield Seen("10040", "script", f"A script is loaded from http://{parts.netloc}.")
        if parts.netloc not in ("", answer.netloc):
            # A host is data here, not the target's: naming it is what makes the finding useful.
            yield Seen("10017", parts.netloc, f"A script is loaded from {parts.netloc}.")
        for known in known_faults(parts.path):
            yield Seen("10003", known.library, known.detail, known.severity)
    for script in document.xpath("//script[@src][not(@integrity)]"):
        netloc = urlsplit(str(script.get("src"))).netloc
        if netloc not in ("", answer.netloc):
            yield Seen("90003", netloc, f"A script from {netloc} has no integrity attribute.")
    parts_loaded = document.xpath(
        "//img/@src | //link[@rel='stylesheet']/@href | //iframe/@src | //form/@action"
    )
    if answer.is_secure and any(str(address).startswith("http://") for address in parts_loaded):
        yield Seen("10040", "part", "A picture, style sheet, frame or form uses http.", Severity.LOW)


def _scripts(answer: Answer) -> Iterator[Seen]:
    kind = answer.header("content-type") or ""
    if answer.status == 200 and ("javascript" in kind or answer.path.endswith((".js", ".mjs"))):
        for known in known_faults(answer.path, answer.body):
            yield Seen("10003", known.library, known.detail, known.severity)


def _forms(answer: Answer) -> Iterator[Seen]:
    document = _document(answer)
    if document is None:
        return
    for form in document.xpath("//form"):
        fields = [str(name) for name in form.xpath(".//input[@type='hidden']/@name")]
        if (form.get("method") or "get").lower() == "post" and not any(map(TOKEN_NAME.search, fields)):
            action = route_of(urlsplit(form.get("action") or answer.path).path or answer.path)
            yield Seen("10202", action, f"The form that posts to {action} has no hidden token.")


def _insides(answer: Answer) -> Iterator[Seen]:
    shown = _ERROR_SHOWN.search(answer.body)
    if shown:
        yield Seen("90022", "", f"The page holds {shown[0][:40]!r}.")
    if answer.is_page and re.search(r"<title>(Index of /|Directory listing for )", answer.body):
        yield Seen("10033", "", "The page is a list of files.")


_HEADER_CHECKS: tuple[Callable[[Answer], Iterator[Seen]], ...] = (_policy, _types, _banners, _cookies)
_BODY_CHECKS: tuple[Callable[[Answer], Iterator[Seen]], ...] = (
    _referrer, _contents, _scripts, _forms, _insides,
)  # fmt: skip
"""Rules that look at the page itself; `body_faults` applies them where the body is at hand."""


def _document(answer: Answer) -> HtmlElement | None:
    if not answer.is_page or not answer.body.strip():
        return None
    try:
        return lxml_html.document_fromstring(answer.body)
    except (etree.ParserError, ValueError):
        return None


def _has_meta_referrer(body: str) -> bool:
    return bool(re.search(r"<meta[^>]+name=[\"']?referrer[\"'> ]", body, re.IGNORECASE))
