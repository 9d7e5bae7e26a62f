"""What varies in JSON and XML documents by itself: values, fields that come and go, the order of a list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from gonogo.comparing.paths import MASK
from gonogo.comparing.structured import kind_of, read_json
from gonogo.comparing.xml import name_of, read_xml
from gonogo.comparing.xml import numbered as numbered_children
from gonogo.model.errors import EvidenceError


@dataclass(slots=True)
class DocumentNoise:
    """Noise of one document, by path.

    Attributes:
        kinds: path of a varying value → the kinds of value it took (`a number`, `a text` …). A value of
            another kind is compared as ever.
        optional: paths of what is not always there.
        unordered: paths of lists (or elements) whose entries come in another order.
        total: values in the document.
    """

    kinds: dict[str, set[str]] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    unordered: set[str] = field(default_factory=set)
    total: int = 0
    row_key: tuple[str, ...] = ()
    is_xml: bool = False

    @property
    def share(self) -> float:
        """How much of the document it covers, 0–1."""
        return (len(self.kinds) + len(self.optional)) / max(1, self.total)

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is."""
        found = [*sorted({*self.kinds, *self.optional})]
        return (*found, *(f"the order of {path}" for path in sorted(self.unordered)))

    def apply(self, content: bytes) -> bytes:
        """The document with its noise masked; content that is no such document is left as it is."""
        try:
            if self.is_xml:
                root = read_xml(content)
                self._mask_element(root, f"/{name_of(root)}")
                return bytes(etree.tostring(root))
            document = self._masked("$", read_json(content))
        except EvidenceError:
            return content
        return _written(document).encode()

    def _masked(self, path: str, value: Any) -> Any:
        if kind_of(value) in self.kinds.get(path, ()):
            return MASK
        if isinstance(value, dict):
            places = {name: f"{path}.{name}" for name in value}
            return {n: self._masked(places[n], v) for n, v in value.items() if places[n] not in self.optional}
        if isinstance(value, list):
            entries = [self._masked(place, entry) for place, entry in _entries(path, value, self.row_key)]
            return sorted(entries, key=_canonical) if path in self.unordered else entries
        return value

    def _mask_element(self, element: Any, path: str) -> None:
        for name in list(element.attrib):
            where = f"{path}/@{etree.QName(name).localname}"
            if where in self.optional:
                del element.attrib[name]
            elif where in self.kinds:
                element.set(name, MASK)
        if path in self.kinds and (element.text or "").strip():
            element.text = MASK
        children = numbered_children(element, path)
        for where, child in children.items():
            if where in self.optional:
                element.remove(child)
            else:
                self._mask_element(child, where)
        if path in self.unordered:
            element[:] = sorted(element, key=etree.tostring)


def learn_json(first: bytes, others: Sequence[bytes], row_key: tuple[str, ...]) -> DocumentNoise | None:
    """Noise of a JSON document seen several times; None when one of them is no JSON."""
    try:
        known, rest = read_json(first), [read_json(other) for other in others]
    except EvidenceError:
        return None
    noise = DocumentNoise(total=sum(1 for _ in _values(known)), row_key=row_key)
    for other in rest:
        _learn(noise, "$", known, other)
    return noise


def learn_xml(first: bytes, others: Sequence[bytes]) -> DocumentNoise | None:
    """Noise of an XML document seen several times; None when one of them is no XML, or its root varies."""
    try:
        known, rest = read_xml(first), [read_xml(other) for other in others]
    except EvidenceError:
        return None
    noise = DocumentNoise(total=sum(1 for _ in known.iter()), is_xml=True)
    for other in rest:
        if other.tag != known.tag:
            return None
        _learn_element(noise, f"/{name_of(known)}", known, other)
    return noise


def _learn(noise: DocumentNoise, path: str, known: Any, other: Any) -> None:
    if isinstance(known, dict) and isinstance(other, dict):
        noise.optional.update(f"{path}.{name}" for name in known.keys() ^ other.keys())
        for name in known.keys() & other.keys():
            _learn(noise, f"{path}.{name}", known[name], other[name])
    elif isinstance(known, list) and isinstance(other, list):
        before, after = (dict(_entries(path, rows, noise.row_key)) for rows in (known, other))
        if known != other and sorted(map(_canonical, known)) == sorted(map(_canonical, other)):
            noise.unordered.add(path)
        elif before.keys() != after.keys():
            noise.kinds.setdefault(path, set()).add(kind_of(known))
        else:
            for place, entry in before.items():
                _learn(noise, place, entry, after[place])
    elif known != other or kind_of(known) != kind_of(other):
        noise.kinds.setdefault(path, set()).update((kind_of(known), kind_of(other)))


def _learn_element(noise: DocumentNoise, path: str, known: Any, other: Any) -> None:
    for name in sorted({*known.attrib, *other.attrib}):
        where = f"{path}/@{etree.QName(name).localname}"
        if name not in known.attrib or name not in other.attrib:
            noise.optional.add(where)
        elif known.get(name) != other.get(name):
            noise.kinds.setdefault(where, set()).add("a text")
    if (known.text or "").strip() != (other.text or "").strip():
        noise.kinds.setdefault(path, set()).add("a text")
    before, after = numbered_children(known, path), numbered_children(other, path)
    same = sorted(map(etree.tostring, known)) == sorted(map(etree.tostring, other))
    if same and [etree.tostring(child) for child in known] != [etree.tostring(child) for child in other]:
        noise.unordered.add(path)
        return
    noise.optional.update(before.keys() ^ after.keys())
    for where in before.keys() & after.keys():
        _learn_element(noise, where, before[where], after[where])


def _entries(path: str, rows: list[Any], row_key: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The entries of a list by place: by their key where all have one of their own, else by number."""
    keys = [_key(row, row_key) for row in rows]
    is_keyed = bool(row_key) and None not in keys and len(set(keys)) == len(keys)
    for number, row in enumerate(rows):
        yield f"{path}[{keys[number] if is_keyed else number}]", row


def _key(row: Any, row_key: tuple[str, ...]) -> str | None:
    if not isinstance(row, dict) or any(name not in row for name in row_key):
        return None
    return ", ".join(str(row[name]) for name in row_key)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _written(document: Any) -> str:
    """The document as JSON, every number with the very digits it was read with."""

    def marked(value: Any) -> str:
        if isinstance(value, Decimal):
            return f"\0{value}\0"
        raise TypeError(f"{type(value).__name__} does not occur in JSON")

    text = json.dumps(document, default=marked, ensure_ascii=False)
    return re.sub(r'"\\u0000([-+.\dEe]+)\\u0000"', r"\1", text)


def _values(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            yield one
