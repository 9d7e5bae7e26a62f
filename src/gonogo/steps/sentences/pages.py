"""Opening pages.

A page is named by its path (`"/arrears"`), by a name from `[stages.uat.pages]`, or by a link on the page in
front of you.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gonogo.browsing import is_signed_in, what_it_said
from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.finding import find
from gonogo.steps.reading import look
from gonogo.steps.sentence import sentence
from gonogo.steps.sheet import fold
from gonogo.steps.waiting import expect

if TYPE_CHECKING:
    from gonogo.steps.scenario_desk import Desk

_REFUSALS = (401, 403, 404)


@sentence('I open "{page:text}"')
def open_page(desk: Desk, page: str) -> None:
    """Open a page; it must not be refused or answer with an error."""
    visit(desk, page)
    if desk.traffic.status >= 400:
        said = what_it_said(desk.page)
        raise NotAsExpected(
            f'"{page}" to open', f'it answered with the error {desk.traffic.status}, "{said}"', desk.where
        )


@sentence('I try to open "{page:text}"')
def try_to_open(desk: Desk, page: str) -> None:
    """Open a page that may be refused; later sentences say what should come of it."""
    visit(desk, page)


@sentence('I may open "{page:text}"')
def may_open(desk: Desk, page: str) -> None:
    """The page opens for the role that is signed in."""
    visit(desk, page)
    if not _is_open(desk):
        raise NotAsExpected(f'{_who(desk)} to be let into "{page}"', _what_happened(desk), desk.where)


@sentence('I may not open "{page:text}"')
def may_not_open(desk: Desk, page: str) -> None:
    """The page is refused (401, 403, 404) or leads to the sign-in page. Any other error is not a refusal."""
    visit(desk, page)
    if not _is_refused(desk):
        raise NotAsExpected(f'{_who(desk)} not to be let into "{page}"', _what_happened(desk), desk.where)


@sentence("I may open all of", takes="table")
def may_open_all(desk: Desk) -> None:
    """Every page in the table's first column opens for the role that is signed in."""
    _check_all(desk, lambda: None if _is_open(desk) else _what_happened(desk), "to be let into")


@sentence("I may open none of", takes="table")
def may_open_none(desk: Desk) -> None:
    """Every page in the table's first column is refused, or leads to the sign-in page."""
    _check_all(desk, lambda: None if _is_refused(desk) else _what_happened(desk), "not to be let into")


@sentence("the page answers {status:d}")
def check_status(desk: Desk, status: int) -> None:
    """The HTTP status of the page in front of you."""
    if desk.traffic.status != status:
        raise NotAsExpected(f"the page to answer {status}", f"it answered {desk.traffic.status}", desk.where)


@sentence("I open it again")
@sentence("I reload the page")
def open_again(desk: Desk) -> None:
    """Ask for the same address anew, to read back what the system really kept."""
    desk.page.goto(desk.page.url)


@sentence("I go back")
def go_back(desk: Desk) -> None:
    """Go to the page before, as the browser's own button does."""
    desk.page.go_back()


@sentence("I close the tab")
def close_the_tab(desk: Desk) -> None:
    """Close the tab that a link opened and look at the one before."""
    desk.close_tab()


@sentence('the title is "{text:text}"')
def check_title(desk: Desk, text: str) -> None:
    """The title of the window, whole."""
    expect(desk, f'the title "{text}"', lambda: _unless(look(desk).title, text, "it is"))


@sentence('the heading is "{text:text}"')
def check_heading(desk: Desk, text: str) -> None:
    """The page's main heading, whole."""

    def probe() -> str | None:
        headings = look(desk).main_headings
        if any(fold(heading) == fold(text) for heading in headings):
            return None
        return f'it is "{headings[0]}"' if headings else "the page has no main heading"

    expect(desk, f'the heading "{text}"', probe)


@sentence('the address is "{path:text}"')
def check_address(desk: Desk, path: str) -> None:
    """The path of the page in front of you, with its query if the sentence has one."""

    def probe() -> str | None:
        parts = urlsplit(desk.page.url)
        full = parts.path + (f"?{parts.query}" if parts.query else "")
        return None if path in (parts.path, full) else f"it is {full}"

    expect(desk, f"the address {path}", probe)


@sentence("nothing went wrong in the browser")
def check_nothing_went_wrong(desk: Desk) -> None:
    """No script error, no error in the console, no picture, script or style that could not be loaded."""
    problems = list(dict.fromkeys(desk.traffic.problems))
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise NotAsExpected("no errors in the browser", "; ".join(problems[:3]) + more, desk.where)


@sentence("every link on the page can be opened")
def check_links(desk: Desk) -> None:
    """Every link to the same system answers without an error."""
    script = "all => all.map(a => a.href.split('#')[0])"
    links = dict.fromkeys(desk.page.locator("a[href]").evaluate_all(script))
    base = desk.worker.job.base_url
    broken = []
    for link in links:
        if link.startswith(base) and "signout" not in link and "logout" not in link:
            status = desk.page.request.get(link, max_redirects=5).status
            if status >= 400:
                broken.append(f"{link.removeprefix(base) or '/'} answered {status}")
    if broken:
        raise NotAsExpected("every link to open", ", ".join(broken), desk.where)


def visit(desk: Desk, page: str) -> None:
    """Open a page by path, by configured name, or by the link with that name; look at no outcome.

    Raises:
        CannotCheck: the system cannot be reached at all.
        NotAsExpected: it broke off the connection.
    """
    path = _path(desk, page)
    if path is None:
        follow(desk, page)
    else:
        desk.open(path)


def follow(desk: Desk, name: str, region: str = "") -> None:
    """Click a link and wait for the page it leads to."""
    find(desk, "link", name, region=region).click()
    desk.page.wait_for_load_state()


def _path(desk: Desk, page: str) -> str | None:
    if page.startswith("/"):
        return page
    pages: dict[str, str] = desk.worker.job.options.get("pages", {})
    return next((path for name, path in pages.items() if fold(name) == fold(page)), None)


def _is_open(desk: Desk) -> bool:
    return desk.traffic.status < 400 and (not desk.role or is_signed_in(desk.page, desk.worker.job))


def _is_refused(desk: Desk) -> bool:
    return desk.traffic.status in _REFUSALS or (
        desk.traffic.status < 400 and not is_signed_in(desk.page, desk.worker.job)
    )


def _check_all(desk: Desk, problem: Callable[[], str | None], what: str) -> None:
    pages = [row[desk.headings[0]] for row in desk.rows]
    if not pages:
        raise CannotCheck("Write the pages below the sentence, as a table with a heading: | page |")
    wrong = []
    for page in pages:
        visit(desk, page)
        found = problem()
        if found:
            wrong.append(f"{page}: {found}")
    if wrong:
        raise NotAsExpected(f"{_who(desk)} {what} all of {len(pages)} pages", "; ".join(wrong), desk.where)


def _who(desk: Desk) -> str:
    return f"the {desk.role}" if desk.role else "somebody who is not signed in"


def _what_happened(desk: Desk) -> str:
    said = what_it_said(desk.page)
    if desk.traffic.status >= 400:
        return f'it answered with the error {desk.traffic.status}, "{said}"'
    return f'it shows "{said}"'


def _unless(seen: str, wanted: str, verb: str) -> str | None:
    return None if fold(seen) == fold(wanted) else f'{verb} "{seen}"'
