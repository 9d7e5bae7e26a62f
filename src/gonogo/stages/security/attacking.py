"""One scan of one side: the scanner behind the guard, watched from the side, and what that proves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gonogo.guard import Guard, Origin, Passage, Policy
from gonogo.guard import Watch as WatchedAnswer
from gonogo.model import Finding, to_json
from gonogo.model.errors import GonogoError, Interrupted
from gonogo.processes import Stop
from gonogo.readers.site_map import Place, places_page
from gonogo.stages.security import proofs
from gonogo.stages.security.engine import Engine, ScanBrokenOff, ScanOrder, ScanResult
from gonogo.stages.security.exploring import SiteMap
from gonogo.stages.security.proofs import ScanEvidence
from gonogo.stages.security.session import Session
from gonogo.stages.security.watching import State, Watch, state_after

PLACES = "/.gonogo/places"
"""Path of the page the guard serves to scanners; the target never hears of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """Where the scanner is sent and how it is held.

    Attributes:
        session: signed in; the scanner is never given its cookies.
        places: pattern → place to attack.
        sentinels: pages the scanner must be seen to reach.
        refused_paths: what it may not touch.
        templates: routes to prefer over guessing.
        headers: put on every request, so that the target's log can tell them.
        raw: where raw output goes.
        scrub: takes secrets out of it.
        tell: is told how many requests were sent.
        plan: the team's own plan for ZAP; empty: none.
        rules: look for these alone, where the scanner can; empty: for everything.
    """

    session: Session
    places: Mapping[str, Place]
    sentinels: tuple[str, ...]
    refused_paths: tuple[str, ...]
    templates: tuple[str, ...]
    headers: Mapping[str, str]
    raw: Path
    scrub: Callable[[bytes], bytes]
    keep_secret: Callable[[str], None]
    stop: Stop
    tell: Callable[[int], None]
    time_limit_s: float
    plan: str = ""
    rules: tuple[str, ...] = ()


def carry_out(attack: Attack, engine: Engine) -> tuple[ScanEvidence, ScanResult]:
    """Scan, and gather what shows that it was a scan.

    Raises:
        ToolError: the guard could not start.
        Interrupted: the run is to stop; scanner and guard are gone.
    """
    guard = Guard(_policy(attack))
    attack.keep_secret(guard.secret)
    with guard, Watch(attack.session.copy(), on_problem=guard.stop_passage) as watch:
        result = _scan(attack, engine, guard, watch)
    passage = guard.passage()
    (attack.raw / "guard.json").write_bytes(attack.scrub(to_json(passage)))
    evidence = ScanEvidence(
        passage=passage,
        problems=result.problems,
        watch_problem=watch.problem,
        end_problem="" if watch.problem else _end_problem(attack),
    )
    return evidence, result


def refusal_notes(passage: Passage) -> list[str]:
    """What the guard turned away, for the report."""
    elsewhere = sum(refusal.count for refusal in passage.refusals if refusal.reason == "another origin")
    notes = [f"The guard refused {passage.refused} requests."] if passage.refused else []
    return notes + ([f"{elsewhere} of them would have left the target's origin."] if elsewhere else [])


def settled(findings: Iterable[Finding], site: SiteMap, routes: set[str]) -> tuple[list[Finding], list[str]]:
    """What a scan found, each hanging on its own place where the scan can speak for that place, and what to note.

    Args:
        site: what exploring saw. A page that fails for everybody is none of the attack's doing.
        routes: the places that the scan can speak for.
    """
    failing = {f"GET {route}" for route, status in site.page_statuses.items() if status >= 500}
    found = [_tied(finding, routes) for finding in findings if not _fails_anyway(finding, failing)]
    names = ", ".join(sorted(failing))
    return found, [f"Pages that fail without any attack: {names}."] if failing else []


def _tied(finding: Finding, routes: set[str]) -> Finding:
    place = finding.where.split(",", 1)[0]
    if finding.check != proofs.WEB_SCAN or place not in routes:
        return finding
    return msgspec.structs.replace(finding, check=proofs.ROUTE + place)


def _fails_anyway(finding: Finding, failing: set[str]) -> bool:
    """Whether a server error is none of the attack's, as other stages say."""
    return finding.rule == "wapiti:internal-server-error" and finding.where.split(",", 1)[0] in failing


def _policy(attack: Attack) -> Policy:
    origin = attack.session.origin
    return Policy(
        origins=(Origin.of(origin),),
        refused_paths=attack.refused_paths,
        cookies=dict(attack.session.cookies),
        headers=attack.headers,
        watched=tuple(
            WatchedAnswer(path=path, is_good=attack.session.marker.is_shown)
            for path in dict.fromkeys(attack.sentinels)
        ),
        pages={PLACES: places_page(attack.places.values(), origin)},
    )


def _scan(attack: Attack, engine: Engine, guard: Guard, watch: Watch) -> ScanResult:
    def tick() -> None:
        attack.stop.check()
        if watch.problem:
            raise ScanBrokenOff(watch.problem)
        attack.tell(guard.requests)

    order = ScanOrder(
        origin=attack.session.origin,
        guard=guard,
        places=PLACES,
        raw=attack.raw,
        scrub=attack.scrub,
        templates=attack.templates,
        stop=attack.stop,
        tick=tick,
        time_limit_s=attack.time_limit_s,
        plan=attack.plan,
        rules=attack.rules,
        targets=tuple(attack.places.values()),
        refused_paths=attack.refused_paths,
    )
    try:
        return engine.scan(order)
    except ScanBrokenOff:
        return ScanResult()  # the watch says why
    except Interrupted:
        raise
    except GonogoError as error:
        return ScanResult(problems=(error.message.rstrip("."),))


def _end_problem(attack: Attack) -> str:
    match state_after(attack.session, attack.stop.wait):
        case State.SIGNED_IN:
            return ""
        case State.SIGNED_OUT:
            return "the session had ended when the scan was over"
        case State.FAILING:
            return "the target answered with errors when the scan was over"
        case State.GONE:
            return "the target no longer answered when the scan was over"
