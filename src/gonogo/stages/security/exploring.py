"""Finding the places of a site: page by page, one of each kind, in an order that is the same every time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gonogo.guard import refused_path
from gonogo.readers.answers import Answer
from gonogo.readers.fingerprints import route_of
from gonogo.readers.site_map import Place, link_place, places_on, scripts_on
from gonogo.stages.security.session import Session, redirect_target

MOST_SCRIPTS = 60
MOST_TRIES = 3
"""Addresses of one kind that are tried of those other stages recorded."""
FOUND = (200, 404, 410)
"""Statuses that say whether a page exists: it was shown, or it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far to go.

    Attributes:
        refused_paths: regular expressions of what is not touched.
        templates: routes to prefer over guessing.
        with_forms: whether forms that post count as places.
    """

    depth: int
    pages_max: int
    refused_paths: tuple[str, ...]
    templates: tuple[str, ...] = ()
    with_forms: bool = True


@dataclass(slots=True, kw_only=True)
class SiteMap:
    """What was found on one side.

    Attributes:
        places: pattern → the first place of that kind.
        statuses: pattern of a link → what it answered when it was visited.
        is_cut: whether there was more than the bounds allow.
    """

    places: dict[str, Place] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def page_statuses(self) -> dict[str, int]:
        """Route of each page that was visited → its status; the best one where there are several."""
        found: dict[str, int] = {}
        for pattern, status in self.statuses.items():
            route = self.places[pattern].route
            found[route] = min(status, found.get(route, status))
        return found


def explore(session: Session, start: Iterable[str], bounds: Bounds, tick: Callable[[], None]) -> SiteMap:
    """Follow links from the starting addresses, breadth first, one address of each kind.

    Args:
        session: who looks.
        start: paths, with or without queries.
        bounds: how far to go.
        tick: called before every request; may raise to stop.

    Raises:
        TargetError: the target stopped answering.
    """
    found = SiteMap()
    queue: deque[tuple[Place, int]] = deque()

    def add(place: Place, depth: int) -> None:
        is_refused = refused_path(session.origin + place.target, bounds.refused_paths)
        if is_refused or place.pattern in found.places or (place.method != "GET" and not bounds.with_forms):
            return
        if place.method == "GET" and not place.form and depth <= bounds.depth:
            if len(found.statuses) + len(queue) >= bounds.pages_max:
                found.is_cut = True
                return
            queue.append((place, depth))
        found.places[place.pattern] = place

    for target in start:
        add(link_place(target, bounds.templates), 0)
    while queue:
        tick()
        place, depth = queue.popleft()
        answer = session.get(place.target)
        found.statuses[place.pattern] = answer.status
        for new in _leads_to(session.origin, place, answer, bounds.templates):
            add(new, depth + 1)
    return found


def explore_recorded(
    session: Session, found: SiteMap, targets: Iterable[str], bounds: Bounds, tick: Callable[[], None]
) -> None:
    """Ask for what other stages were shown and exploring did not visit; what that leads to becomes a place too.

    Of each kind some addresses are tried until one is shown: they may be of records that only the other stage's
    copy of the system holds. One that is answered with an error is no place.

    Args:
        session: who looks.
        found: what exploring found; grows.
        targets: paths, with or without queries.
        bounds: how far to go.
        tick: called before every request; may raise to stop.

    Raises:
        TargetError: the target stopped answering.
    """
    tried: Counter[str] = Counter()
    places = [link_place(target, bounds.templates) for target in targets]
    for place in sorted(places, key=lambda place: (place.route, -len(place.names), place.target)):
        is_done = _is_visited(found, place) or tried[place.pattern] >= MOST_TRIES
        if is_done or refused_path(session.origin + place.target, bounds.refused_paths):
            continue
        if len(found.statuses) >= bounds.pages_max:
            found.is_cut = True
            return
        tick()
        tried[place.pattern] += 1
        answer = session.get(place.target)
        if answer.status >= 400:
            continue
        known = found.places.get(place.pattern)
        if known is None or not known.form:
            found.places[place.pattern] = place
        found.statuses[place.pattern] = answer.status
        for new in _leads_to(session.origin, place, answer, bounds.templates):
            is_refused = refused_path(session.origin + new.target, bounds.refused_paths)
            if not is_refused and (new.method == "GET" or bounds.with_forms):
                found.places.setdefault(new.pattern, new)


def _is_visited(found: SiteMap, place: Place) -> bool:
    """Whether a place of this route was visited with at least these parameters."""
    return any(
        known.route == place.route and set(place.names) <= set(known.names)
        for known in (found.places[pattern] for pattern in found.statuses)
    )


def visit_missing(session: Session, found: SiteMap, others: Iterable[Place], bounds: Bounds) -> None:
    """Ask for the pages only another side has, so that both sides are known at the same places.

    A page that is not there (404) becomes a place as well: that nothing is wrong with it is then known,
    not assumed. Forms are left out: they carry the other side's session.

    Raises:
        TargetError: the target stopped answering.
    """
    for place in sorted(others, key=lambda other: other.pattern):
        if place.method != "GET" or place.form or place.pattern in found.places:
            continue
        if refused_path(session.origin + place.target, bounds.refused_paths):
            continue
        found.places[place.pattern] = place
        found.statuses[place.pattern] = session.get(place.target).status


def visit_scripts(session: Session, bounds: Bounds) -> None:
    """Ask for the scripts that the pages seen so far load from the target itself, each once.

    Raises:
        TargetError: the target stopped answering.
    """
    asked = {answer.path for answer in session.answers}
    wanted = {
        path
        for answer in session.answers
        if answer.is_page
        for path in scripts_on(answer.body, answer.path, session.origin)
    }
    for path in sorted(wanted - asked)[:MOST_SCRIPTS]:
        if not refused_path(session.origin + path, bounds.refused_paths):
            session.get(path)


def known_routes(
    own: SiteMap, others: Iterable[Place], visited: Iterable[str], templates: tuple[str, ...]
) -> set[str]:
    """`METHOD /route` of everything the scan can speak for on this side.

    That is: what the scanner was seen to ask for and what answered that it is there or is not; and the
    forms that another side has and this side's own pages do not.

    Args:
        own: this side's map.
        others: every place of the other sides.
        visited: `METHOD /path` the scanner asked for.
        templates: routes to prefer over guessing.
    """
    statuses = own.page_statuses
    asked = {_route_key(visit, templates) for visit in visited}
    known = {key for key in asked if not key.startswith("GET ") or _is_known(statuses, key[4:])}
    return known | absent_forms(own, others, templates)


def absent_forms(own: SiteMap, others: Iterable[Place], templates: tuple[str, ...]) -> frozenset[str]:
    """`METHOD /route` of forms that another side has and this side's own page, seen, does not."""
    statuses = own.page_statuses
    own_forms = {place.check_route for place in own.places.values() if place.form}
    return frozenset(
        place.check_route
        for place in others
        if place.form
        and place.check_route not in own_forms
        and statuses.get(route_of(place.found_on.split("?", 1)[0] or "/", templates)) in FOUND
    )


def _is_known(statuses: dict[str, int], route: str) -> bool:
    status = statuses.get(route)
    return status is None or status in FOUND or 300 <= status < 400


def _route_key(visit: str, templates: tuple[str, ...]) -> str:
    method, _, path = visit.partition(" ")
    return f"{method} {route_of(path, templates)}"


def _leads_to(origin: str, place: Place, answer: Answer, templates: tuple[str, ...]) -> tuple[Place, ...]:
    onward = redirect_target(origin, place.target, answer)
    if onward is not None:
        return (link_place(onward, templates, place.path),)
    if not answer.is_page:
        return ()
    return places_on(answer.body, place.target, origin, templates)
