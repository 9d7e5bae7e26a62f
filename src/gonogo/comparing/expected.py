"""Changes the vendor documented and a person accepted: marked, never hidden."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from gonogo.model import Change, Difference, ExpectedChange

_ACCEPTABLE = frozenset({Change.REGRESSED, Change.ADDED, Change.REMOVED})


def apply_expected(
    differences: Iterable[Difference], expected: tuple[ExpectedChange, ...]
) -> tuple[Difference, ...]:
    """The differences, those covered by an expected change marked with its reason.

    Only changes can be expected; missing evidence (NOT_COMPARABLE) cannot. Whether a snapshot changed only
    `within` some places takes its content, so such changes are marked where contents are compared.
    """
    return tuple(_marked(difference, expected) for difference in differences)


def _marked(difference: Difference, expected: tuple[ExpectedChange, ...]) -> Difference:
    if difference.change not in _ACCEPTABLE:
        return difference
    for change in expected:
        if _covers(change, difference):
            return msgspec.structs.replace(difference, expected=reason_of(change))
    return difference


def reason_of(change: ExpectedChange) -> str:
    """Why it is expected and who said so, as a report puts it."""
    return f"{change.reason} (accepted by {change.accepted_by})"


def is_meant(change: ExpectedChange, key: str) -> bool:
    """Whether the change speaks of this key."""
    return key == change.key or fnmatchcase(key, change.key)


def _covers(change: ExpectedChange, difference: Difference) -> bool:
    if change.within or not is_meant(change, difference.key):
        return False
    if not change.rule:
        return True
    # `POST /letters, body` is the parameter `body` of the route `POST /letters`: either may be named.
    places = (difference.where, difference.where.partition(",")[0])
    return difference.rule == change.rule and change.where in places
