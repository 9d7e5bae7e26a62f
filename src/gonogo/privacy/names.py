"""The names a team lists, as one pattern that stays quick with thousands of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 3
"""Shorter names are not looked for: they stand in half of all words. The configuration refuses them."""

_GAP = r"(?:[ \t\u00a0_.,\-]|%20|%2C|\+|&nbsp;|&#160;|\\u00a0)+"
_APOSTROPHE = r"(?:'|’|&#0*39;|&#x0*27;|&apos;|&rsquo;|%27|\\u0027|\\u2019)"

Node = dict[str, "Node"]


def read_names(text: str) -> tuple[str, ...]:
    """Names from a file: one a line; blank lines and lines that begin with `#` do not count."""
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the names as whole words, in any case; None without names.

    What stands before a match is for the caller to look at.
    """
    root: Node = {}
    for name in names:
        node = root
        for piece in _pieces(name):
            node = node.setdefault(piece, {})
        if node is not root:
            node[""] = {}
    return re.compile(f"{_alternatives(root)}(?![A-Za-z0-9])", re.IGNORECASE) if root else None


def _pieces(name: str) -> list[str]:
    """The name's characters as patterns."""
    pieces: list[str] = []
    for word in name.casefold().split():
        if pieces:
            pieces.append(_GAP)
        pieces.extend(_APOSTROPHE if character in "'’" else re.escape(character) for character in word)
    return pieces


def _alternatives(node: Node) -> str:
    """Longest first, so that `Jane Doe-Smith` is found before `Jane Doe`."""
    ways = [piece + _alternatives(below) for piece, below in sorted(node.items()) if piece]
    if not ways:
        return ""
    joined = ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
    return f"(?:{joined})?" if "" in node else joined
