"""What varies in a text or an accessibility tree by itself: parts of lines, lines that come and go, order."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gonogo.comparing.change import quote
from gonogo.comparing.paths import MASK, mask_text
from gonogo.comparing.text import CLOSE_LOOK_LINES


@dataclass(slots=True)
class VaryingLine:
    """A line of which some words vary.

    Attributes:
        words: words and blanks of the line as first seen.
        varying: which of them vary.
        ends: how many at the start and at the end never did, when their number varies too.
    """

    words: list[str]
    varying: set[int] = field(default_factory=set)
    ends: tuple[int, int] | None = None

    def learn(self, line: str) -> None:
        """Take in another shape of the line."""
        words = _words(line)
        if len(words) == len(self.words):
            pairs = enumerate(zip(self.words, words, strict=True))
            self.varying.update(place for place, (old, new) in pairs if old != new)
            return
        start = _common(self.words, words)
        end = _common(self.words[start:][::-1], words[start:][::-1])
        known = self.ends or (start, end)
        self.ends = min(start, known[0]), min(end, known[1])

    @property
    def pattern(self) -> str:
        """A regular expression for all of its shapes: any one word where one varies."""
        if self.ends is not None:
            start, end = self.ends
            return self._escaped(0, start) + ".*" + self._escaped(len(self.words) - end, len(self.words))
        return self._escaped(0, len(self.words))

    def _escaped(self, first: int, last: int) -> str:
        return "".join(
            (r"\S+" if self.words[place].strip() else r"\s+")
            if place in self.varying
            else re.escape(self.words[place])
            for place in range(first, last)
        )

    @property
    def shown(self) -> str:
        """The line with a mark for what varies."""
        if self.ends is not None:
            start, end = self.ends
            return "".join(self.words[:start]) + MASK + "".join(self.words[len(self.words) - end :])
        return "".join(MASK if n in self.varying else word for n, word in enumerate(self.words))


@dataclass(slots=True)
class TextNoise:
    """Noise of one text, bound to its lines: the same words elsewhere are compared as ever.

    Attributes:
        lines: the text as first seen, split.
        volatile: patterns that were allowed to differ anyway.
        varying: line number → how the line varies.
        optional: numbers of lines that were not always there.
        extra: lines that were seen in another capture only.
        unordered: lines that came in another order.
    """

    lines: list[str]
    volatile: tuple[str, ...]
    varying: dict[int, VaryingLine] = field(default_factory=dict)
    optional: set[int] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    unordered: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """How much of the text it covers, 0–1."""
        return len({*self.varying, *self.optional}) / max(1, len(self.lines))

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is, in words."""
        found = [f"line {n + 1}: {quote(line.shown)}" for n, line in sorted(self.varying.items())]
        found += [f"line {n + 1}: {quote(self.lines[n])}" for n in sorted(self.optional)]
        found += [f"a line that comes and goes: {quote(line)}" for line in sorted(self.extra)]
        if self.unordered:
            found.append(f"the order of {self.unordered.total()} lines")
        return tuple(found)

    def apply(self, content: bytes) -> bytes:
        """The text with its noise masked."""
        lines = self._in_order(_split(content, self.volatile))
        known = self._in_order(self.lines)
        result: list[str] = []
        matcher = difflib.SequenceMatcher(None, known, lines, autojunk=False)
        for _, i1, i2, j1, j2 in matcher.get_opcodes():
            both = min(i2 - i1, j2 - j1)
            for k in range(both):
                result.extend(self._one(i1 + k, lines[j1 + k]))
            result.extend(line for line in lines[j1 + both : j2] if line not in self.extra)
        return "\n".join(result).encode()

    def _in_order(self, lines: list[str]) -> list[str]:
        left = self.unordered.copy()
        places = []
        for place, line in enumerate(lines):
            if left[line] > 0:
                left[line] -= 1
                places.append(place)
        result = list(lines)
        for place, line in zip(places, sorted(lines[place] for place in places), strict=True):
            result[place] = line
        return result

    def _one(self, number: int, line: str) -> list[str]:
        """A line that stands where line `number` stood."""
        if self.unordered:  # then the lines' numbers say nothing, and nothing else was learnt
            return [line]
        if number in self.optional and line == self.lines[number]:
            return []
        known = self.varying.get(number)
        return [MASK if known is not None and re.fullmatch(known.pattern, line) else line]


def learn_text(first: bytes, others: Sequence[bytes], volatile: tuple[str, ...]) -> TextNoise | None:
    """Noise of a text seen several times.

    Returns:
        The noise; None when the text is too long to be looked at line by line, or varies both in the
        order of its lines and in their words.
    """
    noise = TextNoise(lines=_split(first, volatile), volatile=volatile)
    for content in others:
        lines = _split(content, volatile)
        if len(lines) + len(noise.lines) > CLOSE_LOOK_LINES:
            return None
        if Counter(lines) == Counter(noise.lines):
            pairs = zip(noise.lines, lines, strict=True)
            noise.unordered |= Counter(line for line, other in pairs if line != other)
        else:
            _learn(noise, lines)
    is_both = noise.unordered and (noise.varying or noise.optional or noise.extra)
    return None if is_both else noise


def _learn(noise: TextNoise, lines: list[str]) -> None:
    matcher = difflib.SequenceMatcher(None, noise.lines, lines, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        for k in range(both):
            known = noise.varying.setdefault(i1 + k, VaryingLine(_words(noise.lines[i1 + k])))
            known.learn(lines[j1 + k])
        noise.optional.update(range(i1 + both, i2))
        noise.extra.update(lines[j1 + both : j2])


def _split(content: bytes, volatile: tuple[str, ...]) -> list[str]:
    return mask_text(content.decode("utf-8", errors="backslashreplace"), volatile).splitlines()


def _words(line: str) -> list[str]:
    return re.findall(r"\s+|\S+", line)


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    count = 0
    for a, b in zip(before, after, strict=False):
        if a != b:
            break
        count += 1
    return count
