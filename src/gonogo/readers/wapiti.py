"""wapiti's JSON report and log → findings, and what they prove about the scan.

wapiti exits 0 and writes a clean report when the target was never there, when it died half-way, and
when a module was cut short. Of that the report says nothing; the log does, in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from gonogo.model import Finding, Record, Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.fingerprints import SHORT, query_names, route_of, web_fingerprints

WEB_SCAN = "security:web-scan"
MOST_DETAIL = 1200


class _Category(NamedTuple):
    severity: Severity
    title: str


# wapiti's own levels are left aside: it rates reflected XSS and CSRF alike, and a crash above both.
_CATEGORIES: dict[str, _Category] = {
    "Command execution": _Category(Severity.CRITICAL, "Commands of the server can be run from outside"),
    "SQL Injection": _Category(Severity.CRITICAL, "The database can be queried and changed from outside"),
    "Blind SQL Injection": _Category(
        Severity.CRITICAL, "The database can be queried and changed from outside"
    ),
    "Log4Shell": _Category(Severity.CRITICAL, "Foreign code can be run through the log (Log4Shell)"),
    "Spring4Shell": _Category(Severity.CRITICAL, "Foreign code can be run through Spring (Spring4Shell)"),
    "Unrestricted File Upload": _Category(Severity.CRITICAL, "Files that the server runs can be uploaded"),
    "Path Traversal": _Category(Severity.HIGH, "Files of the server can be read from outside"),
    "XML External Entity": _Category(Severity.HIGH, "Files of the server can be read through XML"),
    "LDAP Injection": _Category(Severity.HIGH, "The directory can be queried from outside"),
    "XPATH Injection": _Category(Severity.HIGH, "XML data can be queried from outside"),
    "Server Side Request Forgery": _Category(Severity.HIGH, "The server can be made to ask other systems"),
    "Reflected Cross Site Scripting": _Category(
        Severity.HIGH, "A page repeats what it is sent as HTML, so that foreign scripts run in it"
    ),
    "Stored Cross Site Scripting": _Category(
        Severity.HIGH, "A page shows stored text as HTML, so that foreign scripts run for others"
    ),
    "HTML Injection": _Category(Severity.MEDIUM, "A page repeats what it is sent as HTML"),
    "Stored HTML Injection": _Category(Severity.MEDIUM, "A page shows stored text as HTML"),
    "CRLF Injection": _Category(Severity.MEDIUM, "Headers of an answer can be written from outside"),
    "Open Redirect": _Category(Severity.MEDIUM, "A link to the system can be made to lead to another site"),
    "Cross Site Request Forgery": _Category(
        Severity.MEDIUM, "A form is accepted without proof that it comes from the system"
    ),
    "Weak credentials": _Category(Severity.HIGH, "A well-known password opens the system"),
    "Backup file": _Category(Severity.MEDIUM, "A backup copy of a page can be read"),
    "Htaccess Bypass": _Category(Severity.MEDIUM, "A protected page opens to an odd request"),
    "Potentially dangerous file": _Category(Severity.MEDIUM, "A dangerous file can be read"),
    "Vulnerable software": _Category(Severity.MEDIUM, "A part with known faults is in use"),
    "Content Security Policy Configuration": _Category(
        Severity.MEDIUM, "The Content-Security-Policy is missing or weak"
    ),
    "Clickjacking Protection": _Category(Severity.MEDIUM, "Pages can be shown inside another site's page"),
    "MIME Type Confusion": _Category(Severity.LOW, "Browsers may guess the type of what they are sent"),
    "HTTP Strict Transport Security (HSTS)": _Category(
        Severity.LOW, "Browsers are not told to use https only"
    ),
    "HttpOnly Flag cookie": _Category(Severity.LOW, "Scripts can read a cookie"),
    "Secure Flag cookie": _Category(Severity.LOW, "A cookie may be sent unencrypted"),
    "Unencrypted Channels": _Category(Severity.LOW, "The system answers without encryption"),
    "TLS/SSL misconfigurations": _Category(Severity.MEDIUM, "The encryption is set up weakly"),
    # A page that fails on odd input is a fault of robustness: shown, and a condition, not a hole.
    "Internal Server Error": _Category(Severity.LOW, "A page fails with a server error on odd input"),
    # Whether a page is slow depends on the machine and the moment: never the same twice.
    "Resource consumption": _Category(Severity.INFO, "A page was slow to answer odd input"),
}
# What makes a page fail that puts SQL together from text is a quotation mark, and that is what these
# modules send first.
_FAILS_ON_QUOTES = _Category(
    Severity.MEDIUM,
    "A page fails with a server error on a quotation mark, as where SQL is put together from text",
)
_QUOTING = frozenset({"sql", "timesql", "ldap"})

_SITE_WIDE = frozenset(
    {
        "Content Security Policy Configuration", "Clickjacking Protection", "MIME Type Confusion",
        "HTTP Strict Transport Security (HSTS)", "HttpOnly Flag cookie", "Secure Flag cookie",
        "Unencrypted Channels", "TLS/SSL misconfigurations",
    }
)  # fmt: skip


class _Row(msgspec.Struct, frozen=True):
    method: str
    path: str
    info: str
    level: int
    parameter: str
    module: str
    http_request: str = ""


class _Report(msgspec.Struct, frozen=True):
    vulnerabilities: dict[str, list[_Row]]
    anomalies: dict[str, list[_Row]]
    additionals: dict[str, list[_Row]]
    infos: dict[str, Any]
    classifications: dict[str, dict[str, Any]]


class WapitiReport(Record, frozen=True, kw_only=True):
    """A report.

    Attributes:
        version: as wapiti states it (`3.2.3`).
        pages: how many pages and forms it visited before attacking.
        findings: sorted by key.
    """

    version: str
    pages: int
    findings: tuple[Finding, ...]


class WapitiLog(Record, frozen=True, kw_only=True):
    """What the log says about how the scan went.

    Attributes:
        modules: modules that were started, in order.
        cut: modules that ran out of time; `crawl` when the crawl did.
        broken: modules that could not be loaded or found.
        network_errors: requests that got no answer.
        exceptions: attacks that ended in an error of wapiti's own.
        is_finished: whether the report was written.
    """

    modules: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    network_errors: int = 0
    exceptions: int = 0
    is_finished: bool = False


def read_wapiti(
    report: bytes, *, templates: tuple[str, ...] = (), routes: frozenset[str] = frozenset()
) -> WapitiReport:
    """Read a report.

    Args:
        report: wapiti's JSON.
        templates: routes to prefer over guessing.
        routes: `METHOD /route` of which there is a check `security:route:…`; findings elsewhere hang on
            the whole scan.

    Raises:
        EvidenceError: not a report of wapiti's.
    """
    try:
        found = msgspec.json.decode(report, type=_Report)
    except msgspec.MsgspecError as error:
        raise EvidenceError(
            f"wapiti's report cannot be read: {error}.", remedy="Run the stage again."
        ) from error
    merged: dict[str, Finding] = {}
    places: dict[str, set[str]] = {}
    for category, row in _rows(found):
        finding = _finding(category, row, found.classifications, templates, routes)
        known = merged.setdefault(finding.key, finding)
        if finding.severity.rank < known.severity.rank:
            merged[finding.key] = finding
        places.setdefault(finding.key, set()).add(f"{row.method} {row.path}")
    return WapitiReport(
        version=str(found.infos.get("version", "")).removeprefix("Wapiti").strip(),
        pages=int(found.infos.get("crawled_pages_nbr") or 0),
        findings=tuple(
            msgspec.structs.replace(finding, count=len(places[key]))
            for key, finding in sorted(merged.items())
        ),
    )


def read_wapiti_log(text: str) -> WapitiLog:
    """Read what wapiti printed. Any text is a log; one that says nothing proves nothing."""
    skipped = re.findall(r"^(\d+) requests were skipped due to network issues", text, re.MULTILINE)
    cut = re.findall(r"Max attack time was reached for module (\w+)", text)
    if "Max scan time was reached" in text:
        cut = ["crawl", *cut]
    broken = re.findall(r"Unable to (?:import module|find a module named) (\w+)", text)
    broken += re.findall(r"Module (\w+) seems broken", text)
    broken += re.findall(r"Missing dependencies for module (\w+)", text)
    return WapitiLog(
        modules=tuple(re.findall(r"Launching module (\w+)", text)),
        cut=tuple(cut),
        broken=tuple(broken),
        network_errors=sum(map(int, skipped)),
        exceptions=len(re.findall(r"^Traceback \(most recent call last\)", text, re.MULTILINE)),
        is_finished="A report has been generated" in text,
    )


def _rows(report: _Report) -> Iterator[tuple[str, _Row]]:
    for group in (report.vulnerabilities, report.anomalies, report.additionals):
        for category, rows in sorted(group.items()):
            for row in rows:
                yield category, row


def _finding(
    category: str,
    row: _Row,
    classifications: Mapping[str, Mapping[str, Any]],
    templates: tuple[str, ...],
    routes: frozenset[str],
) -> Finding:
    # An unknown category is one of a newer wapiti: it counts, and as serious as it may be.
    known = _CATEGORIES.get(category, _Category(Severity.HIGH, category))
    if category == "Internal Server Error" and row.module in _QUOTING:
        known = _FAILS_ON_QUOTES
    route = route_of(row.path, templates)
    rule = "wapiti:" + re.sub(r"[^a-z0-9]+", "-", category.lower()).strip("-")
    who = row.parameter or _cookie_named(category, row.info)
    asked = row.http_request.split("\n", 1)[0].split(" ")
    names = query_names(urlsplit(asked[1]).query) if len(asked) > 1 else ()
    prints = web_fingerprints(rule=rule, method=row.method, route=route, who=who, names=names)
    place = f"{row.method} {route}"
    level = "L3" if category in _SITE_WIDE else "L2"
    return Finding(
        key=f"security:wapiti:{prints[level][:SHORT]}",
        rule=rule,
        severity=known.severity,
        title=known.title,
        where=place + (f", {row.parameter}" if row.parameter else ""),
        detail=f"{category}: {row.info}\n{_first_lines(row.http_request)}"[:MOST_DETAIL].strip(),
        remedy=str(classifications.get(category, {}).get("sol", "")),
        fingerprints=prints,
        check=f"security:route:{place}" if place in routes and level == "L2" else WEB_SCAN,
    )


def _cookie_named(category: str, info: str) -> str:
    return info.rpartition(":")[2].strip() if category.endswith("cookie") else ""


def _first_lines(request: str) -> str:
    """Request line and body: headers say nothing about the fault and hold the host."""
    head, _, body = request.partition("\n\n")
    return f"{head.splitlines()[0] if head else ''}\n{body}".strip()
