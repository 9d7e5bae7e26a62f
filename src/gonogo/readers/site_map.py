"""What a page leads to: links and forms, each with a pattern by which its like is recognised.

A list of a thousand tenancies is one place to a scanner, not a thousand. Places are told apart by method,
route and the names of their parameters; one of each kind is enough, and the same kind on the other
version is the same place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from gonogo.model import Record
from gonogo.readers.fingerprints import VOLATILE_PARAMETERS, query_names, route_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_PAGES = (
    ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp",
    ".woff", ".woff2", ".ttf", ".eot", ".mp4", ".webm",
)  # fmt: skip
TOKEN_NAME = re.compile(r"csrf|xsrf|token|nonce|authenticity|__requestverification|^@csrf", re.IGNORECASE)
"""Names of hidden fields that hold a token against forgery, in the frameworks people use."""

_FIELDS = ".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"


class Place(Record, frozen=True, kw_only=True):
    """One kind of request a site invites to.

    Attributes:
        method: `GET` or `POST`.
        path, query: one address of this kind, as found; no host.
        route: the path without its data.
        names: parameter names, sorted, without the volatile ones.
        form: the form's HTML with an absolute action; empty for a link. May hold a session's tokens.
        found_on: path of the page it was found on.
    """

    method: str
    path: str
    query: str = ""
    route: str
    names: tuple[str, ...] = ()
    form: str = ""
    found_on: str = ""

    @property
    def pattern(self) -> str:
        """What places of one kind have in common: `GET /tenancies?q,status`."""
        return f"{self.method} {self.route}" + (f"?{','.join(self.names)}" if self.names else "")

    @property
    def check_route(self) -> str:
        """Method and route, as findings name where they are: `GET /tenancies`."""
        return f"{self.method} {self.route}"

    @property
    def target(self) -> str:
        """Path and query, to be put behind an origin."""
        return self.path + (f"?{self.query}" if self.query else "")


def is_page_path(path: str) -> bool:
    """Whether a path may lead to a page: not to a picture, a font, a style sheet or a script."""
    return not path.lower().endswith(_NOT_PAGES)


def link_place(target: str, templates: Iterable[str] = (), found_on: str = "") -> Place:
    """The place behind a path with or without a query."""
    parts = urlsplit(target)
    path = parts.path or "/"
    return Place(
        method="GET",
        path=path,
        query=parts.query,
        route=route_of(path, templates),
        names=query_names(parts.query),
        found_on=found_on,
    )


def places_on(page: str, at: str, origin: str, templates: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """The links and forms of a page that stay on its origin, in the order they stand in.

    Forms that ask for a password are left out: a scanner that fills them in locks accounts.

    Args:
        page: its HTML.
        at: its path, with query.
        origin: scheme, host and port.
        templates: routes to prefer over guessing.
    """
    try:
        document = lxml_html.document_fromstring(page)
    except (etree.ParserError, ValueError):
        return ()
    base = urljoin(origin + at, next(iter(document.xpath("//base/@href")), ""))
    found = [*_links(document, base, origin, at, templates), *_forms(document, base, origin, at, templates)]
    first: dict[str, Place] = {}
    for place in found:
        first.setdefault(place.pattern, place)
    return tuple(first.values())


def scripts_on(page: str, at: str, origin: str) -> tuple[str, ...]:
    """Paths of the scripts that a page loads from its own origin, without their queries."""
    try:
        document = lxml_html.document_fromstring(page)
    except (etree.ParserError, ValueError):
        return ()
    found = (_inside(str(source), origin + at, origin) for source in document.xpath("//script/@src"))
    return tuple(dict.fromkeys(target.partition("?")[0] for target in found if target is not None))


def places_page(places: Iterable[Place], origin: str) -> bytes:
    """A page that links to every place, for a scanner to start from. Sorted, so that two runs are alike."""
    rows = []
    for place in sorted(places, key=lambda place: place.pattern):
        link = f'<a href="{escape(origin + place.target)}">{escape(place.route)}</a>'
        rows.append(place.form or link)
    body = "\n".join(rows)
    return f"<!doctype html><html><head><title>Places</title></head><body>\n{body}\n</body></html>\n".encode()


def hidden_values(places: Iterable[Place]) -> set[str]:
    """The values of hidden fields that look like a session's tokens, to be scrubbed from reports."""
    found: set[str] = set()
    for place in places:
        if place.form:
            values = lxml_html.fragment_fromstring(place.form).xpath('.//input[@type="hidden"]/@value')
            found.update(value for value in values if len(value) >= 12 and " " not in value)
    return found


def form_fields(form: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """What a form sends when nobody fills it in, and which of its fields are tokens against forgery.

    Args:
        form: the HTML of a place's form.
    """
    fields: dict[str, str] = {}
    tokens = []
    for field in lxml_html.fragment_fromstring(form).xpath(_FIELDS):
        name, kind = str(field.get("name")), (field.get("type") or "").lower()
        if kind in ("checkbox", "radio", "file") or field.tag == "button":
            continue
        fields[name] = str(field.get("value") or "") if field.tag == "input" else ""
        if kind == "hidden" and TOKEN_NAME.search(name) and fields[name]:
            tokens.append(name)
    return fields, tuple(tokens)


def button_form(page: str, at: str, origin: str, button: str) -> Place | None:
    """The form that a button of this name sends; None when the page has none."""
    try:
        document = lxml_html.document_fromstring(page)
    except (etree.ParserError, ValueError):
        return None
    for form in document.xpath("//form"):
        names = [" ".join(element.text_content().split()) for element in form.xpath(".//button")]
        names += [str(value) for value in form.xpath(".//input[@type='submit']/@value")]
        target = _inside(form.get("action") or origin + at, origin + at, origin)
        if button in names and target is not None:
            parts = urlsplit(target)
            path = parts.path or "/"
            html = _standing_alone(form, origin + target)
            return Place(method="POST", path=path, query=parts.query, route=path, form=html, found_on=at)
    return None


def _links(
    document: HtmlElement, base: str, origin: str, at: str, templates: tuple[str, ...]
) -> Iterator[Place]:
    for href in document.xpath("//a/@href | //area/@href | //iframe/@src"):
        target = _inside(str(href), base, origin)
        if target is not None and is_page_path(urlsplit(target).path):
            yield link_place(target, templates, at)


def _forms(
    document: HtmlElement, base: str, origin: str, at: str, templates: tuple[str, ...]
) -> Iterator[Place]:
    for form in document.xpath("//form"):
        target = _inside(form.get("action") or base, base, origin)
        if target is None or form.xpath('.//input[@type="password"]'):
            continue
        parts = urlsplit(target)
        method = "POST" if (form.get("method") or "get").lower() == "post" else "GET"
        names = {str(field.get("name")) for field in form.xpath(_FIELDS)} | set(query_names(parts.query))
        yield Place(
            method=method,
            path=parts.path or "/",
            query=parts.query,
            route=route_of(parts.path or "/", templates),
            names=tuple(sorted(name for name in names if name.lower() not in VOLATILE_PARAMETERS)),
            form=_standing_alone(form, origin + target),
            found_on=at,
        )


def _inside(href: str, base: str, origin: str) -> str | None:
    """Path and query of an address on the origin; None for any other."""
    try:
        parts = urlsplit(urldefrag(urljoin(base, href.strip())).url)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != origin:
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _standing_alone(form: HtmlElement, action: str) -> str:
    """The form as it can stand on another page: absolute action, no scripts, no links, no text around it."""
    copy = lxml_html.fragment_fromstring(
        etree.tostring(form, encoding="unicode", method="html", with_tail=False)
    )
    for script in copy.xpath(".//script | .//style"):
        script.drop_tree()
    # Links inside a form are places of their own already; written relative, they lead nowhere from here.
    for link in copy.xpath(".//*[@href or @src]"):
        link.attrib.pop("href", None)
        link.attrib.pop("src", None)
    copy.set("action", action)
    # Buttons without a name send nothing; a scanner needs none, and an onclick might stop it.
    for element in copy.iter():
        for name in [name for name in element.attrib if name.startswith("on")]:
            del element.attrib[name]
    text: str = etree.tostring(copy, encoding="unicode", method="html", with_tail=False)
    return text
