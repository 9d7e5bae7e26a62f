"""Lines of text, and accessibility trees (which are indented lines): which lines changed, came or went."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from gonogo.comparing.change import SAME, SnapshotChange, cap, counted, quote
from gonogo.comparing.paths import mask_text

CLOSE_LOOK_LINES = 4_000
"""Differing lines up to which their order is looked at; beyond, they are only counted (cost is quadratic)."""


@dataclass(frozen=True, slots=True)
class _Edits:
    """Lines that changed (number on the candidate, before, after), went and came."""

    changed: list[tuple[int, str, str]]
    removed: list[tuple[int, str]]
    added: list[tuple[int, str]]

    @property
    def count(self) -> int:
        return len(self.changed) + len(self.removed) + len(self.added)


def compare_text(
    baseline: str, candidate: str, *, volatile: tuple[str, ...] = (), noun: str = "line"
) -> SnapshotChange:
    """Compare two texts line by line; only the way lines end is not looked at.

    Args:
        baseline: the text on the version in use.
        candidate: the text on the upgrade.
        volatile: regular expressions; what they match may differ.
        noun: what a line is called in the summary (`line`, `element`).

    Raises:
        EvidenceError: a volatile pattern is not a regular expression.
    """
    before = mask_text(baseline, volatile).splitlines()
    after = mask_text(candidate, volatile).splitlines()
    if before == after:
        return SAME
    edits = _edits(before, after)
    if edits.count == 0:
        return SnapshotChange(is_different=True, summary=f"the {noun}s come in another order", share=1.0)
    return SnapshotChange(
        is_different=True,
        summary=_summary(edits, noun),
        detail=_detail(before, after),
        share=min(1.0, edits.count / max(len(before), len(after), 1)),
    )


def _edits(before: list[str], after: list[str]) -> _Edits:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) + len(new) > CLOSE_LOOK_LINES:
        return _counted_edits(old, new)
    edits = _Edits([], [], [])
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        edits.changed.extend((start + j1 + k + 1, old[i1 + k], new[j1 + k]) for k in range(both))
        edits.removed.extend((start + i + 1, old[i]) for i in range(i1 + both, i2))
        edits.added.extend((start + j + 1, new[j]) for j in range(j1 + both, j2))
    return edits


def _counted_edits(old: list[str], new: list[str]) -> _Edits:
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return _Edits([], [(0, line) for line in gone.elements()], [(0, line) for line in come.elements()])


def _common(before: list[str], after: list[str]) -> int:
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return index
    return min(len(before), len(after))


def _summary(edits: _Edits, noun: str) -> str:
    if edits.count == 1:
        return _one(edits, noun)
    counts = (
        (len(edits.changed), "changed"),
        (len(edits.removed), "missing"),
        (len(edits.added), "new"),
    )
    told = [f"{number:,} {word}" for number, word in counts if number]
    told[0] = told[0].replace(" ", f" {noun}{'' if told[0].startswith('1 ') else 's'} ", 1)
    return f"{', '.join(told)}; first: {_one(edits, noun)}"


def _one(edits: _Edits, noun: str) -> str:
    if edits.changed:
        number, old, new = edits.changed[0]
        old, new = focus(old.strip(), new.strip())
        return f"“{old}” became “{new}” ({noun} {number})"
    if edits.removed:
        return f"“{quote(edits.removed[0][1])}” is missing"
    return f"“{quote(edits.added[0][1])}” is new"


def focus(old: str, new: str, around: int = 40) -> tuple[str, str]:
    """The differing middles of two long lines, with some of what stands around them, so both can be quoted.

    A difference of blanks alone is made visible.
    """
    if old.split() == new.split():
        old, new = old.replace(" ", "·"), new.replace(" ", "·")
    if max(len(old), len(new)) <= 2 * around:
        return old, new
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first = max(0, start - around)

    def middle(text: str) -> str:
        last = min(len(text), len(text) - end + around)
        return quote(("…" if first else "") + text[first:last] + ("…" if last < len(text) else ""))

    return middle(old), middle(new)


def _detail(before: list[str], after: list[str]) -> str:
    if len(before) + len(after) > 2 * CLOSE_LOOK_LINES:
        return (
            f"{counted(len(before), 'line')} on the baseline, {counted(len(after), 'line')} on the candidate"
        )
    lines = difflib.unified_diff(before, after, "baseline", "candidate", lineterm="", n=1)
    return cap("\n".join(lines))
