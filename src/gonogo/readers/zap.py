"""ZAP's API answers → whether a scan was whole, and findings; `zap_rules` tells what rules it has.

Everything the API says is text inside JSON, and its errors come as answers too: the Python client hands
back the word `does_not_exist` where a list was asked for. So every answer's shape is checked here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gonogo.model import Finding, Record, Severity
from gonogo.model.errors import EvidenceError
from gonogo.readers.fingerprints import SHORT, query_names, route_of, web_fingerprints
from gonogo.readers.zap_rules import rows_of, unlike

WEB_SCAN = "security:web-scan"
MOST_DETAIL = 1200

_RISKS = {
    "High": Severity.HIGH,
    "Medium": Severity.MEDIUM,
    "Low": Severity.LOW,
    "Informational": Severity.INFO,
}
_CONFIDENCES = {
    "Confirmed": Severity.HIGH,
    "High": Severity.HIGH,
    "Medium": Severity.MEDIUM,
    "Low": Severity.LOW,
    "False Positive": Severity.INFO,
}

# Rules that speak of the site, not of a page: headers, cookies, banners. ZAP tags them SYSTEMIC since
# 2.17 and then stops after the first five pages, so which pages it names is a matter of luck.
_SITE_WIDE = frozenset(
    {
        "10010", "10011", "10015", "10020", "10021", "10035", "10036", "10037", "10038", "10049", "10054",
        "10055", "10056", "10061", "10063", "10096", "10098", "90004", "90011", "90033",
    }
)  # fmt: skip

# What is as bad as it gets, whatever ZAP's highest word is.
_CRITICAL = frozenset({"40018", "40019", "40020", "40021", "40022", "40024", "40027", "90020", "90037", "6"})


class ZapProgress(Record, frozen=True, kw_only=True):
    """How far an active scan came. `unfinished` are rules that neither completed nor had nothing to do."""

    completed: int
    requests: int
    unfinished: tuple[str, ...]


def read_progress(answer: Any) -> ZapProgress:
    """Rule by rule, how far an active scan came.

    Args:
        answer: the answer of `ascan/view/scanProgress`: a host and its rules in turn.

    Raises:
        EvidenceError: not such an answer.
    """
    if not isinstance(answer, list):
        raise unlike("the scan's progress", answer)
    completed = requests = 0
    unfinished = []
    for entry in answer:
        for plugin in entry.get("HostProcess", ()) if isinstance(entry, dict) else ():
            fields = plugin.get("Plugin") if isinstance(plugin, dict) else None
            if not isinstance(fields, list) or len(fields) < 6:
                raise unlike("a rule's progress", plugin)
            name, status = str(fields[0]), str(fields[3])
            requests += _number(fields[5])
            if status == "Complete":
                completed += 1
            elif not _is_skipped_on_purpose(status):
                unfinished.append(f"{name} ({status})")
    return ZapProgress(completed=completed, requests=requests, unfinished=tuple(unfinished))


def scan_state(answer: Any, scan_id: str) -> str:
    """The state of a spider's or an active scan (`RUNNING`, `FINISHED` …), from the list of scans.

    Raises:
        EvidenceError: not a list of scans, or the scan is not in it.
    """
    for row in rows_of(answer, "scans"):
        if str(row.get("id")) == scan_id:
            return str(row.get("state", ""))
    raise EvidenceError(f"ZAP no longer knows its scan {scan_id}.", remedy="Run the stage again.")


def read_alerts(alerts: Any, *, origin: str, templates: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Findings from ZAP's alerts.

    Args:
        alerts: the answer of `alert/view/alerts`, all pages joined.
        origin: scheme, host and port of the target; alerts about anything else are left out.
        templates: routes to prefer over guessing.

    Returns:
        One finding for each rule, place and culprit, sorted by key; site-wide rules one for each rule
        and culprit. What a person marked as a false positive in ZAP is left out.

    Raises:
        EvidenceError: not a list of alerts.
    """
    merged: dict[str, Finding] = {}
    places: dict[str, set[str]] = {}
    for alert in rows_of(alerts, "alerts"):
        url = str(alert.get("url", ""))
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != origin or alert.get("confidence") == "False Positive":
            continue
        finding = _finding(alert, parts.path or "/", parts.query, templates)
        known = merged.setdefault(finding.key, finding)
        if finding.severity.rank < known.severity.rank:
            merged[finding.key] = finding
        places.setdefault(finding.key, set()).add(route_of(parts.path or "/", templates))
    return tuple(
        msgspec.structs.replace(finding, count=len(places[key])) for key, finding in sorted(merged.items())
    )


def read_alert_page(answer: Any) -> list[dict[str, Any]]:
    """One page of alerts. Raises EvidenceError when it is not one (such as the word `does_not_exist`)."""
    return rows_of(answer, "alerts")


def _finding(alert: Mapping[str, Any], path: str, query: str, templates: tuple[str, ...]) -> Finding:
    plugin = str(alert.get("pluginId", ""))
    reference = str(alert.get("alertRef") or plugin)
    method = str(alert.get("method") or "GET")
    who = str(alert.get("param", ""))
    route = route_of(path, templates)
    prints = web_fingerprints(
        rule=f"zap:{reference}",
        method=method,
        route=route,
        who=who,
        names=query_names(query),
        vector=str(alert.get("inputVector", "")),
    )
    is_site_wide = plugin in _SITE_WIDE or "SYSTEMIC" in _tags(alert)
    severity = _RISKS.get(str(alert.get("risk", "")), Severity.HIGH)
    if plugin in _CRITICAL and severity is Severity.HIGH:
        severity = Severity.CRITICAL
    return Finding(
        key=f"security:zap:{prints['L3' if is_site_wide else 'L2'][:SHORT]}",
        rule=f"zap:{plugin}",
        severity=severity,
        confidence=_CONFIDENCES.get(str(alert.get("confidence", "")), Severity.LOW),
        title=str(alert.get("name") or alert.get("alert") or f"ZAP rule {plugin}"),
        where=f"{method} {route}" + (f", {who}" if who else ""),
        detail=_detail(alert)[:MOST_DETAIL],
        remedy=str(alert.get("solution", "")),
        fingerprints=prints,
        check=WEB_SCAN,
    )


def _detail(alert: Mapping[str, Any]) -> str:
    parts = [str(alert.get("description", "")).strip()]
    parts += [
        f"{label}: {alert[name]}"
        for name, label in (("attack", "Sent"), ("evidence", "Seen"), ("otherInfo", "Also"))
        if alert.get(name)
    ]
    return re.sub(r"https?://[^/\s\"']+", "", "\n".join(parts))


def _tags(alert: Mapping[str, Any]) -> str:
    tags = alert.get("tags", {})
    return json.dumps(tags) if isinstance(tags, dict | list) else str(tags)


def _is_skipped_on_purpose(status: str) -> bool:
    """A rule is skipped rightly when the site gave it nothing to do; not when it ran out of time."""
    text = status.lower()
    return text.startswith("skipped") and not any(
        word in text for word in ("duration", "time", "user", "stopped")
    )


def _number(text: Iterable[str] | int) -> int:
    try:
        return int(str(text))
    except ValueError:
        return 0
