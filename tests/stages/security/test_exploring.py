"""Finding the places of a site, with a site made of a dictionary."""

from __future__ import annotations

from gonogo.readers.answers import Answer
from gonogo.readers.site_map import Place, link_place
from gonogo.stages.security.exploring import (
    Bounds,
    SiteMap,
    explore,
    explore_recorded,
    known_routes,
    visit_missing,
)
from gonogo.stages.security.session import Marker, Session

ORIGIN = "http://127.0.0.1:8000"
BOUNDS = Bounds(depth=3, pages_max=50, refused_paths=("signout",))


class Site(Session):
    """A session before a site of a few pages; a page that is not among them is not found."""

    def __init__(self, pages: dict[str, str]) -> None:
        super().__init__(origin=ORIGIN, marker=Marker())
        self.pages = pages
        self.asked: list[str] = []

    def get(self, target: str) -> Answer:
        self.asked.append(target)
        path = target.split("?", maxsplit=1)[0]
        body = self.pages.get(path)
        status = 404 if body is None else 500 if body == "broken" else 200
        return Answer(
            method="GET",
            path=path,
            status=status,
            headers=(("content-type", "text/html"),),
            is_secure=False,
            body=body or "",
        )


PAGES = {
    "/": '<a href="/list">List</a><a href="/signout">Out</a><a href="/broken">Broken</a>',
    "/list": "".join(f'<a href="/item/{n}">{n}</a><a href="/list?page={n}">{n}</a>' for n in range(1, 30)),
    "/item/1": '<form method="post" action="/item/1/note"><input name="text"></form><a href="/deep">Deep</a>',
    "/deep": '<a href="/deeper">Deeper</a>',
    "/deeper": '<a href="/deepest">Deepest</a>',
    "/broken": "broken",
}


def nothing() -> None:
    return


def test_one_of_each_kind_is_visited_and_what_is_refused_is_not() -> None:
    site = Site(PAGES)
    found = explore(site, ["/"], BOUNDS, nothing)
    assert site.asked == ["/", "/list", "/broken", "/item/1", "/list?page=1", "/deep"]
    assert sorted(found.places) == [
        "GET /",
        "GET /broken",
        "GET /deep",
        "GET /deeper",
        "GET /item/{n}",
        "GET /list",
        "GET /list?page",
        "POST /item/{n}/note?text",
    ]
    assert found.page_statuses["/broken"] == 500
    assert not found.is_cut


def test_a_site_larger_than_the_bounds_is_said_to_be_cut() -> None:
    found = explore(Site(PAGES), ["/"], Bounds(depth=3, pages_max=2, refused_paths=()), nothing)
    assert found.is_cut
    assert len(found.statuses) == 2


def test_two_walks_over_one_site_are_alike() -> None:
    walks = [explore(Site(PAGES), ["/", "/list"], BOUNDS, nothing) for _ in range(2)]
    assert list(walks[0].places) == list(walks[1].places)


def test_what_only_the_other_side_has_is_asked_for_here_too() -> None:
    site = Site(PAGES)
    found = explore(site, ["/"], BOUNDS, nothing)
    form = Place(method="POST", path="/plan", route="/plan", form="<form></form>", found_on="/plans")
    visit_missing(
        site, found, [link_place("/plans"), link_place("/signout"), form, link_place("/list")], BOUNDS
    )
    assert site.asked[-1] == "/plans"
    assert found.page_statuses["/plans"] == 404


def test_the_scan_speaks_for_what_it_asked_for_and_what_answered() -> None:
    own = explore(Site(PAGES), ["/"], BOUNDS, nothing)
    known = known_routes(own, [], ["GET /list", "GET /item/17", "POST /item/3/note", "GET /broken"], ())
    assert known == {"GET /list", "GET /item/{n}", "POST /item/{n}/note"}


def test_a_form_the_other_side_has_counts_as_looked_for_where_its_page_was_seen_here() -> None:
    own = explore(Site(PAGES), ["/"], BOUNDS, nothing)
    seen = Place(method="POST", path="/list/new", route="/list/new", form="<form></form>", found_on="/list")
    behind = Place(method="POST", path="/x", route="/x", form="<form></form>", found_on="/broken")
    unseen = Place(method="POST", path="/y", route="/y", form="<form></form>", found_on="/never-seen")
    assert known_routes(own, [seen, behind, unseen], [], ()) == {"POST /list/new"}


def test_nothing_explored_is_nothing_known() -> None:
    assert known_routes(SiteMap(), [], [], ()) == set()


def test_recorded_places_are_visited_once_of_each_kind_with_their_forms_and_links() -> None:
    site = Site(PAGES | {"/hidden/7": '<form method="post" action="/hidden/7/keep"><input name="t"></form>'})
    found = explore(site, ["/"], BOUNDS, nothing)
    site.asked.clear()
    targets = [
        "/hidden/5",
        "/hidden/7",
        "/hidden/8",
        "/item/2",
        "/list?page=",
        "/signout",
        "/gone",
        "/broken",
    ]
    explore_recorded(site, found, targets, BOUNDS, nothing)
    # /hidden/5 is a record of another copy; /item and /list were visited before; /signout is never touched.
    assert site.asked == ["/gone", "/hidden/5", "/hidden/7"]
    assert found.places["GET /hidden/{n}"].path == "/hidden/7"
    assert found.statuses["GET /hidden/{n}"] == 200
    assert "POST /hidden/{n}/keep?t" in found.places
    assert "GET /gone" not in found.places


def test_recorded_places_are_visited_up_to_the_bound() -> None:
    site = Site({f"/{letter}": "<p>Page</p>" for letter in "abcdefgh"})
    found = SiteMap()
    bounds = Bounds(depth=0, pages_max=3, refused_paths=())
    explore_recorded(site, found, [f"/{letter}" for letter in "abcdefgh"], bounds, nothing)
    assert site.asked == ["/a", "/b", "/c"]
    assert found.is_cut


def test_of_a_kind_that_never_answers_only_a_few_are_tried() -> None:
    site, found = Site({}), SiteMap()
    explore_recorded(site, found, [f"/gone/{n}" for n in range(9)], BOUNDS, nothing)
    assert len(site.asked) == 3
    assert found.places == {}
