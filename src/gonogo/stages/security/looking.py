"""The passive rules applied to all that was answered on one side, explored and recorded, and what that covers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from gonogo.model import Finding
from gonogo.readers.answers import Answer, Sighting
from gonogo.readers.fingerprints import route_of
from gonogo.readers.passive import ERRORS_SHOWN, read_passive, sightings
from gonogo.stages.security.exploring import FOUND, SiteMap
from gonogo.stages.security.recorded import Recorded

NOT_AGAIN = "Seen only in what other stages recorded, so it was not looked for again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the passive rules found on one side.

    Attributes:
        findings: of all answers together, each fault once.
        places: where each was seen, by its key.
        only_recorded: keys of those that exploring did not see: nobody but the other stage gets there.
    """

    findings: tuple[Finding, ...] = ()
    places: Mapping[str, frozenset[Sighting]] = field(default_factory=dict)
    only_recorded: frozenset[str] = frozenset()


def look_at(explored: Sequence[Answer], recorded: Recorded, templates: tuple[str, ...]) -> Looked:
    """Apply every passive rule to what was explored and what was recorded.

    Args:
        explored: the answers this stage was given.
        recorded: those that other stages were given.
        templates: routes to prefer over guessing.
    """
    everything = [*explored, *recorded.answers]
    found = read_passive(everything, templates)
    only_recorded = frozenset(finding.key for finding in found) - {
        finding.key for finding in read_passive(explored, templates)
    }
    return Looked(
        findings=tuple(
            msgspec.structs.replace(finding, detail=f"{finding.detail}\n{NOT_AGAIN}")
            if finding.key in only_recorded
            else finding
            for finding in found
        ),
        places=sightings(everything, templates),
        only_recorded=only_recorded,
    )


def reached_routes(answers: Iterable[Answer], rule: str, templates: tuple[str, ...]) -> frozenset[str]:
    """Routes whose answers a passive rule could judge: errors say nothing but to the rule on errors."""
    return frozenset(
        route_of(answer.path, templates)
        for answer in answers
        if rule == ERRORS_SHOWN or answer.status in FOUND or 300 <= answer.status < 400
    )


def is_seen_alike(
    places: Iterable[Sighting], answers: Iterable[Answer], rule: str, templates: tuple[str, ...]
) -> bool:
    """Whether any of these places was answered on the other side so that its answers can be compared.

    That is: with the same status; or, where a page was shown here, by showing it there or saying that there is
    none. A redirect there says nothing of a page here: it may be who asks.

    Args:
        places: where a fault was seen here.
        answers: everything answered on the other side.
        rule: the rule that was broken; the one on errors compares whatever was answered.
        templates: routes to prefer over guessing.
    """
    there: dict[tuple[str, str], set[int]] = {}
    for answer in answers:
        there.setdefault((answer.method, route_of(answer.path, templates)), set()).add(answer.status)
    return any(
        status == here.status or rule == ERRORS_SHOWN or (here.status < 300 and status in FOUND)
        for here in places
        for status in there.get((here.method, here.route), ())
    )


def what_was_seen(site: SiteMap, answers: Iterable[Answer]) -> bytes:
    """What exploring was answered, for the evidence; secrets are still in it."""
    seen = {
        "explored": dict(sorted(site.statuses.items())),
        "answers": [
            {"request": f"{answer.method} {answer.path}", "status": answer.status, "headers": answer.headers}
            for answer in answers
        ],
    }
    return json.dumps(seen, indent=1, ensure_ascii=False).encode() + b"\n"
