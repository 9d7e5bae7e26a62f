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

    Only changes can be expected; missing evidence (NOT_COMPARABLE) cannot.
    """
    return tuple(_marked(difference, expected) for difference in differences)


def _marked(difference: Difference, expected: tuple[ExpectedChange, ...]) -> Difference:
    if difference.change not in _ACCEPTABLE:
        return difference
    for change in expected:
        if _covers(change, difference):
            reason = f"{change.reason} (accepted by {change.accepted_by})"
            return msgspec.structs.replace(difference, expected=reason)
    return difference


def _covers(change: ExpectedChange, difference: Difference) -> bool:
    is_meant = difference.key == change.key or fnmatchcase(difference.key, change.key)
    if not change.rule:
        return is_meant
    # `POST /letters, body` is the parameter `body` of the route `POST /letters`: either may be named.
    places = (difference.where, difference.where.partition(",")[0])
    return is_meant and difference.rule == change.rule and change.where in places
