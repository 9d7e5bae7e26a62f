"""Faults that show in what a site answers anyway: headers, cookies, banners, mixed content, form tokens.

No attack is needed and nothing is guessed: the same answers give the same findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gonogo.model import Finding
from gonogo.readers.answers import Answer, Seen, Sighting
from gonogo.readers.fingerprints import SHORT, route_of, web_fingerprints
from gonogo.readers.passive_checks import body_faults, header_faults
from gonogo.readers.passive_rules import RULES

CHECK = "security:passive"
ERRORS_SHOWN = "zap:90022"
"""The rule that looks at error pages; every other one can only judge a page that was shown."""


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


def _faults(answers: Iterable[Answer], templates: tuple[str, ...]) -> Iterator[tuple[Answer, str, Seen]]:
    for answer in sorted(answers, key=lambda a: (a.path, a.method, a.status)):
        route = route_of(answer.path, templates)
        for seen in header_faults(answer):
            yield answer, route, seen
        for seen in body_faults(answer) if answer.faults is None else answer.faults:
            if seen.rule in RULES:
                yield answer, route, seen


def _identity(seen: Seen, answer: Answer, route: str) -> str:
    return _fingerprints(seen, answer, route)["L3" if RULES[seen.rule].is_site_wide else "L2"]


def _key(print_: str) -> str:
    return f"security:passive:{print_[:SHORT]}"


def _fingerprints(seen: Seen, answer: Answer, route: str) -> dict[str, str]:
    return web_fingerprints(rule=f"zap:{seen.rule}", method=answer.method, route=route, who=seen.who)


def _finding(
    print_: str, seen: Seen, answer: Answer, places: set[str], templates: tuple[str, ...]
) -> Finding:
    rule = RULES[seen.rule]
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
