"""Finding the link, button or field that a person means by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gonogo.steps.errors import CannotCheck, NotAsExpected
from gonogo.steps.sheet import fold, quoted
from gonogo.steps.waiting import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from gonogo.steps.scenario_desk import Desk

KINDS = ("link", "button", "field", "tab", "checkbox", "radio button", "heading", "picture")
"""What a sentence may ask for by name: `I see the link "Help"`."""

_ROLES = {
    "link": "link",
    "button": "button",
    "tab": "tab",
    "checkbox": "checkbox",
    "radio button": "radio",
    "heading": "heading",
    "picture": "img",
}
_REGIONS = (
    *("navigation", "region", "form", "dialog", "alertdialog", "group", "table", "tabpanel", "article"),
    *("complementary", "banner", "contentinfo", "main", "search", "list", "toolbar", "menu"),
)
_LANDMARKS = {"main": "main", "header": "header", "footer": "footer"}
"""Parts that every page has once and nobody names."""

_FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea"
_LIMIT = 12


def find(desk: Desk, kind: str, name: str, *, region: str = "") -> Locator:
    """The one visible thing of a kind with a name; waits for it.

    Args:
        desk: the scenario's desk.
        kind: one of KINDS, or `thing` for anything that can be clicked.
        name: its accessible name or visible text; exact first, then as a part of it.
        region: accessible name, caption or heading of the part of the page to look in.

    Raises:
        NotAsExpected: there is none; names what there is of that kind.
        CannotCheck: there are several that differ; says how to tell them apart.
    """
    found: list[Locator] = []

    def probe() -> str | None:
        scope = find_region(desk.page, region) if region else desk.page
        for candidate in _candidates(scope, kind, name):
            visible = [one for one in candidate.all() if one.is_visible()]
            if visible:
                found[:] = [_only(visible, kind, name)]
                return None
        return f"the page has {_what_there_is(scope, kind)}"

    place = f' in "{region}"' if region else ""
    expect(desk, f'{_article(kind)} "{name}"{place}', probe)
    return found[0]


def is_there(desk: Desk, kind: str, name: str) -> bool:
    """Whether the page shows such a thing now; the name must be exact."""
    return any(
        one.is_visible()
        for candidate in _candidates(desk.page, kind, name, is_exact=True)
        for one in candidate.all()
    )


def find_region(page: Page, name: str) -> Locator:
    """The part of the page that is called so.

    Raises:
        NotAsExpected: there is none.
    """
    for role in _REGIONS:
        found = _by_role(page, role, name, exact=True)
        if found.count():
            return found.first
    heading = page.get_by_role("heading", name=name, exact=True)
    if heading.count():
        return heading.first.locator(
            "xpath=ancestor::*[self::section or self::div or self::form or self::main][1]"
        )
    if fold(name) in _LANDMARKS:
        return page.locator(_LANDMARKS[fold(name)]).first
    raise NotAsExpected(f'a part of the page called "{name}"', f'no part of the page is called "{name}"')


def _candidates(scope: Page | Locator, kind: str, name: str, *, is_exact: bool = False) -> Iterator[Locator]:
    """Ways to find it, the surest first."""
    for exact in (True,) if is_exact else (True, False):
        if kind == "field":
            yield from _fields(scope, name, exact=exact)
        elif kind == "thing":
            for role in ("link", "button", "tab", "menuitem", "checkbox", "radio", "switch", "option"):
                yield _by_role(scope, role, name, exact=exact)
            yield scope.locator("summary").get_by_text(name, exact=exact)
            if exact:
                yield scope.get_by_text(name, exact=True)
        else:
            yield _by_role(scope, _ROLES[kind], name, exact=exact)


def _by_role(scope: Page | Locator, role: Any, name: str, *, exact: bool) -> Locator:
    # `Any`: Playwright's type is a list of every role there is, and ours come from tables.
    return scope.get_by_role(role, name=name, exact=exact)


def _fields(scope: Page | Locator, name: str, *, exact: bool) -> Iterator[Locator]:
    fields = scope.locator(_FIELDS)
    yield scope.get_by_label(name, exact=exact).and_(fields)
    # "Amount *" and "Amount:" are the label "Amount" to a person.
    yield scope.get_by_label(f"{name}:", exact=True).and_(fields)
    yield scope.get_by_placeholder(name, exact=exact)
    if exact:
        quoted_name = name.replace("\\", "\\\\").replace('"', '\\"')
        yield fields.and_(scope.locator(f'[name="{quoted_name}"], [id="{quoted_name}"]'))
        yield _beside(scope, name)


def _beside(scope: Page | Locator, name: str) -> Locator:
    """A field in the cell after the one with the text, as forms laid out by tables have them."""
    text = _xpath_text(name)
    is_label = f"normalize-space(.)={text} or normalize-space(.)=concat({text}, ':')"
    cell = f"*[self::th or self::td or self::dt][{is_label}]/following-sibling::*[1]"
    wanted = 'self::select or self::textarea or (self::input and not(@type="hidden"))'
    return scope.locator(f"xpath=.//{cell}//*[{wanted}]")


def _xpath_text(text: str) -> str:
    """A text as an XPath literal, which has no way to escape quotes."""
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ", '\"', ".join(f'"{part}"' for part in text.split('"')) + ")"


def _only(visible: list[Locator], kind: str, name: str) -> Locator:
    if len(visible) == 1 or kind in ("heading", "picture"):
        return visible[0]
    # The same link twice (in the menu and below) leads to the same place: either will do.
    targets = {one.evaluate("e => e.href || e.outerHTML") for one in visible}
    if len(targets) == 1:
        return visible[0]
    noun = "things" if kind == "thing" else f"{kind}s"
    raise CannotCheck(
        f'The page has {len(visible)} different {noun} "{name}". Say where it is: … "{name}" in "…", '
        f'or … "{name}" in the row for "…".'
    )


def _what_there_is(scope: Page | Locator, kind: str) -> str:
    """The names of what the page has of a kind, for a message."""
    readers: dict[str, tuple[str, str]] = {
        "link": ("a[href]", "e => e.innerText || e.getAttribute('aria-label')"),
        "button": ("button, input[type=submit], [role=button]", "e => e.innerText || e.value"),
        "field": (_FIELDS, "e => e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.name"),
        "heading": ("h1, h2, h3, h4, h5, h6", "e => e.innerText"),
    }
    kinds = ("link", "button") if kind == "thing" else (kind,)
    said = []
    for one in kinds:
        if one not in readers:
            continue
        selector, read = readers[one]
        names = _names(scope, selector, read)
        more = f" and {len(names) - _LIMIT} more" if len(names) > _LIMIT else ""
        said.append(f"the {one}s {quoted(names[:_LIMIT])}{more}")
    return " and ".join(said) or "none"


def _names(scope: Page | Locator, selector: str, read: str) -> list[str]:
    visible = "e.getClientRects().length > 0"
    script = f"all => all.filter(e => {visible}).map({read}).map(t => (t || '').replace(/\\s+/g, ' ').trim())"
    names: Callable[[], list[str]] = lambda: scope.locator(selector).evaluate_all(script)  # noqa: E731
    return [name for name in dict.fromkeys(names()) if name]


def _article(kind: str) -> str:
    return "something to click called" if kind == "thing" else f"a {kind}"
