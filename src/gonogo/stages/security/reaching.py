"""What was not looked for on the other side is neither new nor mended.

A finding at one page or form means something on the other side only where that side reached the same page or
form. The scanner's findings hang on a check for each route already; those of our own rules are tied here.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gonogo.model import Finding
from gonogo.readers.passive_rules import is_site_wide
from gonogo.stages.security import proofs
from gonogo.stages.security.looking import is_seen_alike, reached_routes
from gonogo.stages.security.side import SideScan


def tie_to_places(scans: Sequence[SideScan]) -> None:
    """Hang every finding whose place another side did not reach on a check that side does not have."""
    for scan in scans:
        for other in scans:
            if other is not scan:
                scan.gathered.findings = [_tied(finding, scan, other) for finding in scan.gathered.findings]


def _tied(finding: Finding, scan: SideScan, other: SideScan) -> Finding:
    if _is_reached(finding, scan, other):
        return finding
    place = finding.where.partition(",")[0]
    return msgspec.structs.replace(finding, check=f"{proofs.PLACE}{place}")


def _is_reached(finding: Finding, scan: SideScan, other: SideScan) -> bool:
    place = finding.where.partition(",")[0]
    templates = other.scope.bounds.templates
    match finding.check:
        case proofs.PASSIVE if finding.key in scan.looked.only_recorded:
            # A scenario got there, on this side. On the other it may have ended before.
            places = scan.looked.places[finding.key]
            return is_seen_alike(places, other.answers, finding.rule, templates)
        case proofs.PASSIVE:
            routes = reached_routes(other.answers, finding.rule, templates)
            return is_site_wide(finding.rule) or finding.where in routes
        case proofs.PROBES if place != f"POST {other.scope.sign_in_path}":
            return place in other.reached_forms
        case _:
            return True
