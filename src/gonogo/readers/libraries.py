"""JavaScript libraries with publicly known faults: which one a script is, and what is known of its version.

The table is pinned: it changes with gonogo and with nothing else, so that two scans of one system say the same
whenever they are made. It holds the libraries that vendors' systems are most often found with, and of each the
faults that have a CVE number; a library that is not listed is not said to be sound.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gonogo.model import Severity

TABLE_OF = "2026-11"
"""When the table was last gone through."""

MOST_BANNER = 2000
"""Characters at the head of a script in which its name and version stand."""


class _Fault(NamedTuple):
    """Versions from `since` (inclusive) to `mended` (exclusive)."""

    mended: str
    cve: str
    severity: Severity
    since: str = "0"


class _Library(NamedTuple):
    title: str
    banner: re.Pattern[str]
    faults: tuple[_Fault, ...]


class Known(NamedTuple):
    """What is known of one script.

    Attributes:
        library: its name as in addresses (`jquery`), without version.
        severity: of its worst fault.
        detail: name, version, CVE numbers, and the version all of them are mended in.
    """

    library: str
    severity: Severity
    detail: str


_HIGH, _MEDIUM, _LOW, _CRITICAL = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.CRITICAL


def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + r"\s*(?:JavaScript Library\s*)?[v@-]?\s*(\d+(?:\.\d+)+)", re.IGNORECASE)


_LIBRARIES: dict[str, _Library] = {
    "jquery": _Library(
        "jQuery",
        _said(r"\bjQuery"),
        (
            _Fault("1.9.0", "CVE-2012-6708", _MEDIUM),
            _Fault("3.0.0", "CVE-2015-9251", _MEDIUM),
            _Fault("3.4.0", "CVE-2019-11358", _MEDIUM),
            _Fault("3.5.0", "CVE-2020-11022", _MEDIUM, "1.2"),
            _Fault("3.5.0", "CVE-2020-11023", _MEDIUM, "1.0.3"),
        ),
    ),
    "jquery-ui": _Library(
        "jQuery UI",
        _said(r"\bjQuery UI(?: -)?"),
        (
            _Fault("1.12.0", "CVE-2016-7103", _MEDIUM),
            _Fault("1.13.0", "CVE-2021-41182", _MEDIUM),
            _Fault("1.13.0", "CVE-2021-41183", _MEDIUM),
            _Fault("1.13.0", "CVE-2021-41184", _MEDIUM),
            _Fault("1.13.2", "CVE-2022-31160", _MEDIUM),
        ),
    ),
    "bootstrap": _Library(
        "Bootstrap",
        _said(r"\bBootstrap"),
        (
            _Fault("3.4.0", "CVE-2018-14042", _MEDIUM),
            _Fault("3.4.1", "CVE-2019-8331", _MEDIUM),
            _Fault("4.3.1", "CVE-2019-8331", _MEDIUM, "4.0.0"),
        ),
    ),
    "lodash": _Library(
        "Lodash",
        _said(r"\blodash"),
        (_Fault("4.17.12", "CVE-2019-10744", _CRITICAL), _Fault("4.17.21", "CVE-2021-23337", _HIGH)),
    ),
    "underscore": _Library(
        "Underscore.js", _said(r"\bUnderscore\.js"), (_Fault("1.12.1", "CVE-2021-23358", _HIGH, "1.3.2"),)
    ),
    "moment": _Library(
        "Moment.js",
        _said(r"\bmoment\.js\s*(?://!)?\s*(?:version :)?"),
        (_Fault("2.29.2", "CVE-2022-24785", _HIGH), _Fault("2.29.4", "CVE-2022-31129", _HIGH, "2.18.0")),
    ),
    "handlebars": _Library(
        "Handlebars", _said(r"\bhandlebars"), (_Fault("4.7.7", "CVE-2021-23369", _CRITICAL),)
    ),
    "angular": _Library("AngularJS", _said(r"\bAngularJS"), (_Fault("1.8.0", "CVE-2020-7676", _MEDIUM),)),
    "knockout": _Library(
        "Knockout", _said(r"\bKnockout JavaScript library"), (_Fault("3.5.0", "CVE-2019-14862", _MEDIUM),)
    ),
    "mustache": _Library(
        "mustache.js", _said(r"\bmustache\.js"), (_Fault("2.2.1", "CVE-2015-8862", _MEDIUM),)
    ),
    "axios": _Library(
        "Axios",
        _said(r"\baxios"),
        (_Fault("0.21.1", "CVE-2020-28168", _MEDIUM), _Fault("1.6.0", "CVE-2023-45857", _MEDIUM, "0.8.1")),
    ),
    "select2": _Library("Select2", _said(r"\bSelect2"), (_Fault("4.0.6", "CVE-2016-10744", _MEDIUM),)),
    "chart.js": _Library("Chart.js", _said(r"\bChart\.js"), (_Fault("2.9.4", "CVE-2020-7746", _HIGH),)),
    "highlight.js": _Library(
        "highlight.js",
        _said(r"\bhighlight\.js"),
        (_Fault("9.18.2", "CVE-2020-26237", _LOW), _Fault("10.1.2", "CVE-2020-26237", _LOW, "10.0.0")),
    ),
    "marked": _Library("marked", _said(r"\bmarked -"), (_Fault("4.0.10", "CVE-2022-21680", _HIGH),)),
}
_IN_ADDRESS = {
    # jquery-3.4.1.min.js · jquery@3.4.1/dist/jquery.min.js · jquery/3.4.1/jquery.min.js
    name: re.compile(rf"(?:^|/){re.escape(name)}[-.@/](\d+(?:\.\d+)+)(?=[./-]|$)", re.IGNORECASE)
    for name in _LIBRARIES
}


def known_faults(address: str, text: str = "") -> tuple[Known, ...]:
    """What is known of a script, by its address or by the words at its head.

    Args:
        address: its path or whole address, without query.
        text: its source, when it was read.

    Returns:
        One entry for each library recognised in a version with known faults.
    """
    found = []
    for name, library in _LIBRARIES.items():
        match = _IN_ADDRESS[name].search(address) or library.banner.search(text[:MOST_BANNER])
        known = _known(name, library, match[1]) if match else None
        if known is not None:
            found.append(known)
    return tuple(found)


def _known(name: str, library: _Library, version: str) -> Known | None:
    faults = [
        fault
        for fault in library.faults
        if _numbers(fault.since) <= _numbers(version) < _numbers(fault.mended)
    ]
    if not faults:
        return None
    worst = min((fault.severity for fault in faults), key=lambda severity: severity.rank)
    mended = max((fault.mended for fault in faults), key=_numbers)
    numbers = ", ".join(dict.fromkeys(fault.cve for fault in faults))
    return Known(name, worst, f"{library.title} {version} has known faults ({numbers}); mended in {mended}.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
