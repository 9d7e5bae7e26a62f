"""XML documents: canonical form first, then path by path. Entities are never expanded, nothing is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from gonogo.comparing.change import SAME, SnapshotChange, quote
from gonogo.comparing.paths import PathFilter
from gonogo.comparing.structured import Deviation, _unreadable, summarise
from gonogo.model.errors import EvidenceError


def compare_xml(baseline: bytes, candidate: bytes, *, volatile: tuple[str, ...] = ()) -> SnapshotChange:
    """Compare two XML documents.

    Not looked at: order of attributes, comments, blanks between elements, prefixes of namespaces, encoding.

    Args:
        baseline: the document on the version in use.
        candidate: the document on the upgrade.
        volatile: paths that may differ (`/acknowledgement/@id`, `/acknowledgement/**/time`).
    """
    try:
        before, after = read_xml(baseline), read_xml(candidate, side="candidate")
    except EvidenceError as error:
        return _unreadable(baseline, candidate, error.message)
    if canonical(before) == canonical(after):
        return SAME
    allowed = PathFilter(volatile, are_positions_optional=True)
    found = [one for one in _walk(before, after, _path("", before, 0)) if not allowed.matches(one.path)]
    total = max(sum(1 for _ in tree.iter()) for tree in (before, after))
    return summarise(found, total=total)


def read_xml(content: bytes, *, side: str = "baseline") -> Any:
    """The document's root element, blanks between elements and comments removed.

    Raises:
        EvidenceError: it is not well-formed, or it declares a document type (which could define entities).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        looks = " but HTML" if b"<html" in content[:1000].lower() else ""
        raise EvidenceError(f"the {side}'s document is not well-formed XML{looks}: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise EvidenceError(f"the {side}'s document declares a document type, which is not accepted")
    for element in root.iter():
        if len(element):
            element.text = _without_blank(element.text)
            for child in element:
                child.tail = _without_blank(child.tail)
    return root


def canonical(root: Any) -> bytes:
    """Canonical XML 2.0 with prefixes rewritten, so that only content remains."""
    data: str = etree.canonicalize(root, rewrite_prefixes=True)
    return data.encode()


def _without_blank(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _walk(before: Any, after: Any, path: str) -> Iterator[Deviation]:
    if before.tag != after.tag:
        yield Deviation(path, f"element {name_of(before)} became {name_of(after)} at {path}")
        return
    yield from _attributes(before, after, path)
    old, new = (before.text or "").strip(), (after.text or "").strip()
    if old != new:
        yield Deviation(path, f"{path}: “{quote(old)}” became “{quote(new)}”")
    yield from _children(before, after, path)


def _attributes(before: Any, after: Any, path: str) -> Iterator[Deviation]:
    for name in sorted({*before.attrib, *after.attrib}):
        old, new = before.get(name), after.get(name)
        where = f"{path}/@{etree.QName(name).localname}"
        if old == new:
            continue
        if new is None:
            yield Deviation(where, f"attribute {where} is missing")
        elif old is None:
            yield Deviation(where, f"attribute {where} is new")
        else:
            yield Deviation(where, f"{where}: “{quote(old)}” became “{quote(new)}”")


def _children(before: Any, after: Any, path: str) -> Iterator[Deviation]:
    old, new = numbered(before, path), numbered(after, path)
    for where, element in old.items():
        if where in new:
            yield from _walk(element, new[where], where)
        else:
            yield Deviation(where, f"element {where} is missing")
    for where in new:
        if where not in old:
            yield Deviation(where, f"element {where} is new")
    shared = [where for where in old if where in new]
    if shared != [where for where in new if where in old]:
        yield Deviation(path, f"the elements in {path} come in another order")


def numbered(parent: Any, path: str) -> dict[str, Any]:
    """Each child by its path; children of the same name are numbered from 1, as in XPath."""
    names = Counter(name_of(child) for child in parent)
    seen: Counter[str] = Counter()
    children = {}
    for child in parent:
        name = name_of(child)
        seen[name] += 1
        children[_path(path, child, seen[name] if names[name] > 1 else 0)] = child
    return children


def _path(parent: str, element: Any, position: int) -> str:
    return f"{parent}/{name_of(element)}" + (f"[{position}]" if position else "")


def name_of(element: Any) -> str:
    """The element's name without its namespace; for an entity that was not expanded, how it is written."""
    if not isinstance(element.tag, str):
        return str(element.text)
    return str(etree.QName(element).localname)
